import { problem, type VneidError } from '../errors.ts';
import { living } from '../oidc/adapter.ts';
import type { Listed, Payload, Which } from '../store/artifacts.ts';
import type { Bench } from './bench.ts';

/**
 * What sign-ins leave behind, as the bench names it: sessions, grants, tokens.
 *
 * The id of an opaque token is its value, so a list shows a handle, its first twelve characters: 72 of 256 bits, by which
 * who has the token knows it again and nobody else can make it up. What takes a handle takes the whole as well.
 */
export const handleLength = 12;

/** Comes after every letter that an id may have. */
const afterAll = '~';

export function handleOf(id: string): string {
  return id.slice(0, handleLength);
}

/** One page of some kinds, one kind after the other, and where the next page begins. @throws VneidError `request.badField` */
export async function pageOf(
  { artifacts }: Bench,
  kinds: readonly string[],
  { after, limit }: Pick<Which, 'after' | 'limit'>,
  whereIn: (kind: string) => Which['where'],
): Promise<{ found: (Listed & { kind: string })[]; next: string | undefined }> {
  const [begun = '', last = ''] = after === undefined ? kinds.slice(0, 1) : after.split('.');
  if (!kinds.includes(begun)) throw noSuchPage();
  const found: (Listed & { kind: string })[] = [];
  for (const kind of kinds.slice(kinds.indexOf(begun))) {
    const from = after !== undefined && kind === begun ? `${last}${afterAll}` : undefined;
    // one more than asked tells whether there is another page
    const where = { ...whereIn(kind), kind };
    const some = await artifacts.list(kind, { limit: limit + 1 - found.length, after: from, where });
    found.push(...some.map((one) => ({ ...one, kind })));
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const end = shown.at(-1);
  const there = shown.filter(({ kind, payload }) => living(kind, payload));
  return { found: there, next: end && found.length > limit ? `${end.kind}.${handleOf(end.id)}` : undefined };
}

/** That nothing of a list ended where it is asked to go on. */
export function noSuchPage(): VneidError {
  const expected = { vi: '`next` của một trang', en: 'the next of a page' };
  return problem('request.badField', { field: 'after', expected });
}

/** What has this id, or an id that begins so. */
export async function byHandle(
  { artifacts }: Bench,
  kind: string,
  handle: string,
): Promise<{ id: string; payload: Payload } | undefined> {
  const whole = living(kind, await artifacts.get(kind, handle));
  if (whole) return { id: handle, payload: whole };
  const [next] = await artifacts.list(kind, { limit: 1, after: handle, where: { kind } });
  return next?.id.startsWith(handle) ? next : undefined;
}

/** Whose, and to which app: members of a payload, by a personal number and a client that are known. */
export async function whose(
  { accounts, clients }: Bench,
  { number, client }: { number?: string | undefined; client?: string | undefined },
): Promise<{ accountId?: string; clientId?: string }> {
  const account = number === undefined ? undefined : await accounts.byNumber(number);
  if (number !== undefined && !account) throw problem('account.unknown', { account: number.slice(0, 12) });
  if (client !== undefined && !clients.get(client)) throw problem('client.unknown', { client });
  return { ...(account && { accountId: account.id }), ...(client !== undefined && { clientId: client }) };
}

/** The personal number of an account, as it is now. */
export async function numberOf({ accounts }: Bench, accountId: unknown): Promise<string | undefined> {
  return typeof accountId === 'string' ? (await accounts.byId(accountId))?.number : undefined;
}

/** Seconds since 1970, now: what ends then has ended. */
export function now({ clock }: Bench): number {
  return Math.floor(clock.now() / 1000);
}
