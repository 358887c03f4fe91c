import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { createIds } from '../ids.ts';
import type { ConsentRow, Schema } from '../store/schema.ts';
import { accessOf } from './claims/access.ts';
import { claimOf, coveredClaims, inGrant, isSingle, scopeOf } from './claims/asked.ts';
import { ownClientId } from './clients/own-client.ts';

/**
 * What people agreed to share, word for word (Decree 13/2023 Art 11, Law 91/2025 Art 9: voluntary, specific, for each
 * purpose, verifiable). A consent outlives sessions and the provider's own grants, so nobody is asked twice for the
 * same thing; the grant is made again from it.
 */
export interface Consents {
  /** The grant of this authorization request: what the person has agreed to so far, or none. */
  grantFor(ctx: KoaContextWithOIDC): Promise<Grant | undefined>;
  /**
   * Keeps a decision and makes its grant. One that takes something back ends the grants of earlier ones, with everything
   * issued under them: other browsers, and tokens, would go on with what was agreed before.
   */
  give(provider: Provider, decision: Decision): Promise<{ consent: string; grantId: string; hash: string }>;
  /** JSON of the page a consent was given on: what its receipt's hash is of. */
  shown(consent: string): Promise<string | undefined>;
  /** The consent in force between an account and a client. */
  current(accountId: string, clientId: string): Promise<Consent | undefined>;
  /** What an account shares, or shared: the newest decision for each client, newest first. */
  list(accountId: string): Promise<KeptConsent[]>;
  /**
   * Withdraws what was agreed with the client of this consent, whenever it was: every grant between the two ends, with
   * everything issued under it, and the next sign-in asks again.
   * @returns undefined when it was withdrawn before
   * @throws VneidError `consent.unknown`: also when it is another's
   */
  withdraw(provider: Provider, order: { accountId: string; consent: string }): Promise<KeptConsent | undefined>;
  /** Ends what everybody agreed with a client that is no more: who has its name later is a stranger to them. */
  forget(provider: Provider, clientId: string): Promise<void>;
}

export interface Decision {
  accountId: string;
  clientId: string;
  /** Items, as `asked.ts` and `access.ts` write them. */
  scopes: string[];
  /** Items that were offered and left unticked. */
  refused: string[];
  /** The page as the person saw it: it is what the consent can be proven with. */
  shown: unknown;
}

export interface Consent {
  id: string;
  grantId: string;
  /** Items, as in a decision. */
  scopes: string[];
  refused: string[];
  givenAt: number;
}

/** A consent as its giver sees it later. */
export interface KeptConsent extends Consent {
  clientId: string;
  /** Milliseconds since 1970, as `givenAt`; null while it is in force. */
  withdrawnAt: number | null;
}

/** Seconds that a grant lives after it was made; it is prolonged in its second half, when its person comes again. */
export const grantLifetime = 14 * 86_400;

export function createConsents({
  db,
  clock,
  after,
}: {
  db: Kysely<Schema>;
  clock: Clock;
  /** The newest id of earlier. */
  after?: string | undefined;
}): Consents {
  const nextId = createIds(clock, after);
  const newest = db
    .selectFrom('consents')
    .select(['id', 'grant_id', 'scopes', 'refused', 'given_at', 'withdrawn_at'])
    .where('account_id', '=', '')
    .where('client_id', '=', '')
    .orderBy('id', 'desc')
    .limit(sql.lit(1))
    .compile();

  async function current(accountId: string, clientId: string): Promise<Consent | undefined> {
    const [row] = (await db.executeQuery<ConsentRow>({ ...newest, parameters: [accountId, clientId] })).rows;
    return row && row.withdrawn_at === null ? toConsent(row) : undefined;
  }

  /**
   * Grants end with a restart or a replay; a consent does not. There is one grant of a consent, which ends with it.
   * @returns undefined when another request made it, or the consent was withdrawn meanwhile
   */
  async function renew(
    provider: Provider,
    whose: { accountId: string; clientId: string },
    consent: Consent,
  ): Promise<Grant | undefined> {
    const grant = grantWith(provider, whose, consent);
    const grantId = await grant.save();
    const { numUpdatedRows } = await db
      .updateTable('consents')
      .set({ grant_id: grantId })
      .where('id', '=', consent.id)
      .where('grant_id', '=', consent.grantId)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return grant;
    await grant.destroy();
    return undefined;
  }

  /**
   * Ends what was agreed with a client, by one person or by all, with every grant and everything issued under it.
   * @returns how many consents were in force
   */
  async function end(provider: Provider, { clientId, accountId }: { clientId: string; accountId?: string }) {
    const withClient = db
      .updateTable('consents')
      .set({ withdrawn_at: clock.now() })
      .where('client_id', '=', clientId)
      .where('withdrawn_at', 'is', null);
    const its = accountId === undefined ? withClient : withClient.where('account_id', '=', accountId);
    const ended = await its.returning('grant_id').execute();
    for (const { grant_id: grantId } of ended) {
      // the adapter ends everything under the grant, whichever model is asked
      await provider.AccessToken.revokeByGrantId(grantId);
      await (await provider.Grant.find(grantId))?.destroy();
    }
    return ended.length;
  }

  /** VNeID's own pages share nothing with anybody. */
  async function ownGrant(provider: Provider, accountId: string): Promise<Grant> {
    const grant = new provider.Grant({ accountId, clientId: ownClientId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  }

  async function existing({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { client, session, result, provider } = oidc;
    // just decided, or decided earlier in this session; withdrawing a consent ends its grant
    const decided = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '');
    const known = decided ? await provider.Grant.find(decided) : undefined;
    if (known) return known;
    const accountId = session?.accountId;
    if (!client || !accountId) return undefined;
    if (client.clientId === ownClientId) return ownGrant(provider, accountId);
    for (;;) {
      const consent = await current(accountId, client.clientId);
      if (!consent) return undefined;
      const grant = await provider.Grant.find(consent.grantId);
      const found = grant ?? (await renew(provider, { accountId, clientId: client.clientId }, consent));
      if (found) return found;
    }
  }

  /** What is issued now must not end with a grant that was made long ago. */
  async function prolong(grant: Grant): Promise<void> {
    const now = Math.floor(clock.now() / 1000);
    if (Number(grant.exp) > now + grantLifetime / 2) return;
    grant.exp = now + grantLifetime;
    await grant.save();
  }

  return {
    current,

    async list(accountId) {
      const rows = await db
        .selectFrom('consents')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('id', 'desc')
        .execute();
      const newestOf = Map.groupBy(rows, ({ client_id }) => client_id).values();
      return [...newestOf].flatMap(([row]) => (row ? [toKept(row)] : []));
    },

    async withdraw(provider, { accountId, consent }) {
      const found = await db
        .selectFrom('consents')
        .selectAll()
        .where('id', '=', consent)
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      if (!found) throw problem('consent.unknown');
      const ended = await end(provider, { accountId, clientId: found.client_id });
      return ended === 0 ? undefined : toKept({ ...found, withdrawn_at: clock.now() });
    },

    async forget(provider, clientId) {
      await end(provider, { clientId });
    },

    async shown(consent) {
      return (await db.selectFrom('consents').select('shown').where('id', '=', consent).executeTakeFirst())?.shown;
    },

    async grantFor(ctx) {
      const grant = await existing(ctx);
      if (grant) await prolong(grant);
      const { claims } = ctx.oidc.params ?? {};
      return grant && claims !== undefined ? covering(grant, claims) : grant;
    },

    async give(provider, { accountId, clientId, scopes, refused, shown }) {
      const before = await current(accountId, clientId);
      if (before?.scopes.some((item) => !covers(scopes, item))) await end(provider, { accountId, clientId });
      const grantId = await grantWith(provider, { accountId, clientId }, { scopes, refused }).save();
      const text = JSON.stringify(shown);
      const hash = createHash('sha256').update(text).digest('hex');
      const id = nextId();
      await db
        .insertInto('consents')
        .values({
          id,
          account_id: accountId,
          client_id: clientId,
          grant_id: grantId,
          scopes: JSON.stringify(scopes),
          refused: JSON.stringify(refused),
          shown: text,
          hash,
          given_at: clock.now(),
          withdrawn_at: null,
        })
        .execute();
      return { consent: id, grantId, hash };
    },
  };
}

/** The grant that says what was agreed to and refused. */
function grantWith(
  provider: Provider,
  whose: { accountId: string; clientId: string },
  { scopes, refused }: Pick<Consent, 'scopes' | 'refused'>,
): Grant {
  const grant = new provider.Grant(whose);
  const [yes, no] = [sorted(scopes), sorted(refused)];
  grant.addOIDCScope(yes.scopes.join(' '));
  if (yes.claims.length > 0) grant.addOIDCClaims(yes.claims);
  for (const { resource, scope } of yes.access) grant.addResourceScope(resource, scope);
  if (no.scopes.length > 0) grant.rejectOIDCScope(no.scopes.join(' '));
  if (no.claims.length > 0) grant.rejectOIDCClaims(no.claims);
  for (const { resource, scope } of no.access) grant.rejectResourceScope(resource, scope);
  return grant;
}

/** Items of a consent by what the library keeps apart. */
function sorted(items: string[]) {
  return {
    access: items.map(accessOf).filter((access) => access !== undefined),
    claims: items.filter((item) => claimOf(item) !== undefined).map(inGrant),
    scopes: items.filter((item) => claimOf(item) === undefined && accessOf(item) === undefined),
  };
}

/** Who agreed to a scope agreed to each claim of it; the library has to be told so before it delivers one by itself. */
async function covering(grant: Grant, claims: unknown): Promise<Grant> {
  const known = new Set(grant.getOIDCClaimsEncountered());
  const covered = coveredClaims(claims, grant.getOIDCScope().split(' ')).filter((name) => !known.has(name));
  if (covered.length === 0) return grant;
  grant.addOIDCClaims(covered);
  await grant.save();
  return grant;
}

/** Whether what was agreed has an item in it, by itself or as a claim of a scope. */
function covers(agreed: string[], item: string): boolean {
  return agreed.includes(item) || (isSingle(item) && agreed.includes(scopeOf(item) ?? ''));
}

function toKept(row: ConsentRow): KeptConsent {
  return { ...toConsent(row), clientId: row.client_id, withdrawnAt: row.withdrawn_at };
}

function toConsent(row: Pick<ConsentRow, 'id' | 'grant_id' | 'scopes' | 'refused' | 'given_at'>): Consent {
  return {
    id: row.id,
    grantId: row.grant_id,
    scopes: JSON.parse(row.scopes) as string[],
    refused: JSON.parse(row.refused) as string[],
    givenAt: row.given_at,
  };
}
