import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Configuration } from 'oidc-provider';

/**
 * Pairwise subjects (OIDC Core §8.1): each sector knows a person by another name, and only the provider can tell whose it
 * is. It has to where an app names a person by an ID token that it was given (CIBA Core §7.1 `id_token_hint`).
 */
export interface Subjects {
  /** @param account a UUID */
  of(account: string, sector: string): string;
  /** The account behind a subject of this sector, or undefined when the sector was never given such a subject. */
  accountOf(subject: string, sector: string): string | undefined;
}

/** How many are kept, as every introspection and every answer about a person has one: the latest that were made, about 1 MB. */
const most = 5_000;

/**
 * The account is encrypted under a nonce that is made of it and of the sector, so the same two give the same subject (the
 * way of RFC 5297, with HMAC), and one that was made up is noticed.
 */
export function createSubjects(secret: Buffer): Subjects {
  const keyFor = (use: string) => createHmac('sha256', secret).update(use).digest();
  const [mark, hide] = [keyFor('mark'), keyFor('hide')];
  const markOf = (id: Buffer, sector: string) =>
    createHmac('sha256', mark).update(id).update(sector).digest().subarray(0, 16);
  const made = new Map<string, string>();
  const make = (account: string, sector: string) => {
    const id = Buffer.from(account.replaceAll('-', ''), 'hex');
    const nonce = markOf(id, sector);
    const cipher = createCipheriv('aes-256-ctr', hide, nonce);
    return Buffer.concat([nonce, cipher.update(id), cipher.final()]).toString('base64url');
  };

  return {
    of(account, sector) {
      const key = `${account} ${sector}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const subject = make(account, sector);
      const [oldest = ''] = made.keys();
      if (made.size >= most) made.delete(oldest);
      made.set(key, subject);
      return subject;
    },
    accountOf(subject, sector) {
      const bytes = Buffer.from(subject, 'base64url');
      if (bytes.length !== 32) return undefined;
      const [nonce, hidden] = [bytes.subarray(0, 16), bytes.subarray(16)];
      const id = createDecipheriv('aes-256-ctr', hide, nonce).update(hidden);
      if (!timingSafeEqual(markOf(id, sector), nonce)) return undefined;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}

/**
 * Whom a pairwise subject is for: the host of an app, or of its `sector_identifier_uri`. Of what runs on a person's own
 * device only an address by https has a host that is somebody's: `localhost` is everyone's, and a scheme of its own may have
 * any behind it. Such an app is a sector by itself.
 */
export function sectorOf(client: Sectored): string {
  const { applicationType, clientId, redirectUris = [], sectorIdentifier, sectorIdentifierUri } = client;
  const ownDevice = applicationType === 'native' && sectorIdentifierUri === undefined;
  // no host has a space in it
  return ownDevice && !redirectUris.every(isHosted) ? `app ${clientId}` : String(sectorIdentifier);
}

/** What is looked at of a registration. */
interface Sectored {
  clientId: string;
  applicationType?: string | undefined;
  redirectUris?: readonly string[] | undefined;
  /** As the library finds it. */
  sectorIdentifier?: unknown;
  sectorIdentifierUri?: string | undefined;
}

function isHosted(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

type FindAccount = NonNullable<Configuration['findAccount']>;

/** The library takes the subject of a hint for the account, also where it is a name that only one sector has for it. */
export function findBehindHint(subjects: Subjects, find: FindAccount): FindAccount {
  return (ctx, id, token) => {
    const { client, entities, route } = ctx.oidc;
    const hinted = route === 'backchannel_authentication' && entities.IdTokenHint !== undefined;
    if (!hinted || client?.subjectType !== 'pairwise') return find(ctx, id, token);
    return find(ctx, subjects.accountOf(id, sectorOf(client)) ?? '', token);
  };
}
