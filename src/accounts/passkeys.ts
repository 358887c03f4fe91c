import { createHash } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { Method } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { PasskeyRow, Schema } from '../store/schema.ts';
import { type Account, type HolderRow, holderColumns, readAccount, usable } from './accounts.ts';
import { maskNumber } from './masking.ts';
import { readMade, readSigned } from './passkey-answers.ts';
import { createCeremonies } from './passkey-ceremonies.ts';
import { challengeMinutes, createPasskeyChallenges } from './passkey-challenges.ts';
import { offeredAlgorithms } from './passkey-keys.ts';

/**
 * Passkeys: WebAuthn Level 3 credentials that name their holder themselves and verify them. Who may add one, and when, is
 * decided in `login/`. A failure is thrown as `passkey.…`; once it is known whose passkey it was, `facts.account` says so,
 * and of one that is nobody's `facts.passkey` is the id.
 */
export interface Passkeys {
  /** What the browser needs to make a passkey. */
  creationOptions(account: Account): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /**
   * Keeps a passkey that was made for `creationOptions` of this account.
   * @param made.response JSON of the browser's `PublicKeyCredential`
   * @throws VneidError `passkey.badName`, `.barred`, `.malformed`, `.wrongOrigin`, `.embedded`, `.wrongChallenge`,
   *   `.expired`, `.unverified`, `.attestation`, `.algorithm`, `.notDiscoverable`, `.wrongSignature`, `.tooMany`, `.used`,
   *   `.exists`
   */
  register(account: Account, made: { response: string; name: string }): Promise<Passkey>;
  /** What the browser needs to sign in. Nobody is named, so it offers every passkey it has for us. Keeps nothing. */
  requestOptions(subject: string): PublicKeyCredentialRequestOptionsJSON;
  /**
   * Looks at the answer to `requestOptions` of the same subject. Returns for exactly one caller with the same answer.
   * @throws VneidError `passkey.malformed`, `.wrongOrigin`, `.embedded`, `.wrongChallenge`, `.expired`, `.unknown`,
   *   `.foreign`, `.unverified`, `.wrongSignature`, `.changed`, `.used`, `.counter`, `.barred`
   */
  authenticate(answer: { subject: string; response: string }): Promise<{ account: Account; methods: Method[] }>;
  /** The passkeys of an account, oldest first. */
  list(accountId: string): Promise<Passkey[]>;
  /** @throws VneidError `passkey.gone`, `passkey.badName` */
  rename(accountId: string, id: string, name: string): Promise<void>;
  /** @throws VneidError `passkey.gone` */
  revoke(accountId: string, id: string): Promise<Passkey>;
  /** What sets the browser's own list right (WebAuthn Level 3 §5.1.10). */
  signals(account: Account): Promise<Signals>;
}

export interface Passkey {
  /** Credential id, base64url. */
  id: string;
  name: string;
  /** May be on several devices; else it never leaves the one it was made on. */
  synced: boolean;
  /** Milliseconds since 1970. */
  createdAt: number;
  usedAt: number | undefined;
}

/** Arguments of `signalAllAcceptedCredentials` and `signalCurrentUserDetails`. */
export interface Signals {
  rpId: string;
  /** The user handle, base64url. */
  userId: string;
  name: string;
  displayName: string;
  allAcceptedCredentialIds: string[];
}

export interface PasskeysOptions {
  db: Kysely<Schema>;
  clock: Clock;
  artifacts: ArtifactStore;
  events: EventHub;
  /** Key of the challenges' seals, at least 32 bytes. */
  secret: Buffer;
  /** Its host name is the RP ID, and its origin the only one that is answered to. */
  issuer: string;
  /** What tells its address from that of its installation: '/t/<name>' of a tenant. */
  base?: string;
}

/** A passkey that signs in, with whose it is. */
type SigningRow = HolderRow & Pick<PasskeyRow, 'public_key' | 'synced' | 'counter'>;

/** Of one account, so that nobody fills the table. */
export const mostPasskeys = 20;
/** Characters of a name. */
export const longestPasskeyName = 60;

/** Makes the passkeys of one instance. */
export function createPasskeys(options: PasskeysOptions): Passkeys {
  const { db, clock, artifacts, events, secret, issuer, base = '' } = options;
  const challenges = createPasskeyChallenges({ artifacts, clock, secret });
  const ceremonies = createCeremonies({ issuer });
  const { rpId } = ceremonies;
  const handleOf = handlesBelow(base);

  const rowsOf = (accountId: string) =>
    db
      .selectFrom('passkeys')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();

  // built once: building these costs a sign-in more than running them
  const byId = db
    .selectFrom('passkeys')
    .innerJoin('accounts', 'accounts.id', 'passkeys.account_id')
    .innerJoin('citizens', 'citizens.id', 'accounts.citizen_id')
    .select(holderColumns)
    .select(['passkeys.public_key', 'passkeys.synced', 'passkeys.counter'])
    .where('passkeys.id', '=', '')
    .compile();
  const uses = (same: '=' | '<') =>
    db.updateTable('passkeys').set({ counter: 0, used_at: 0 }).where('id', '=', '').where('counter', same, 0).compile();
  const [usedAgain, usedNext] = [uses('='), uses('<')];

  async function rowOf(id: string): Promise<SigningRow | undefined> {
    return (await db.executeQuery<SigningRow>({ ...byId, parameters: [id] })).rows[0];
  }

  /** The passkey with this id, when the answer names its holder as it was told to (WebAuthn Level 3 §7.2 step 6). */
  async function find(id: string, userHandle: string | undefined) {
    const row = await rowOf(id);
    if (!row) throw problem('passkey.unknown', { passkey: id });
    const holder = readAccount(row);
    if (userHandle !== handleOf(holder)) throw problem('passkey.foreign', { account: holder.id });
    return { id, publicKey: row.public_key, synced: row.synced === 1, account: holder.id, holder };
  }

  /** Notes the use; of two with the same counter exactly one is the first (WebAuthn Level 3 §7.2 step 22). */
  async function count(passkey: string, account: string, counter: number): Promise<void> {
    // one that does not count says 0 for ever
    const query = counter === 0 ? usedAgain : usedNext;
    const { numAffectedRows } = await db.executeQuery({
      ...query,
      parameters: [counter, clock.now(), passkey, counter],
    });
    if (numAffectedRows === 1n) return;
    const kept = await rowOf(passkey);
    if (!kept) throw problem('passkey.unknown', { passkey });
    events.emit('passkey.suspected', { account, passkey, counter, known: kept.counter });
    throw problem('passkey.counter', { account });
  }

  return {
    async creationOptions(account) {
      const known = await rowsOf(account.id);
      return {
        rp: { id: rpId, name: 'VNeID (giả lập)' },
        user: { id: handleOf(account), ...namesOf(account) },
        challenge: challenges.make('create', account.id),
        pubKeyCredParams: offeredAlgorithms.map((alg) => ({ type: 'public-key', alg })),
        timeout: challengeMinutes * 60_000,
        attestation: 'none',
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        // a device that has one already says so instead of making a second
        excludeCredentials: known.map(({ id, transports }) => ({
          id,
          type: 'public-key',
          transports: JSON.parse(transports) as string[],
        })),
        extensions: { credProps: true },
      };
    },

    async register(account, { response, name: given }) {
      const name = readName(given);
      if (!usable(account)) throw problem('passkey.barred', { account: account.id });
      const made = await ceremonies.made(readMade(response), (challenge) =>
        challenges.check('create', account.id, challenge),
      );
      if ((await rowsOf(account.id)).length >= mostPasskeys) throw problem('passkey.tooMany', { most: mostPasskeys });
      await challenges.spend(made.challenge);
      const row: PasskeyRow = {
        id: made.id,
        account_id: account.id,
        name,
        public_key: made.publicKey,
        counter: made.counter,
        transports: JSON.stringify(made.transports),
        synced: made.synced ? 1 : 0,
        aaguid: made.aaguid,
        created_at: clock.now(),
        used_at: null,
      };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('passkeys')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw problem('passkey.exists');
      const { algorithm, synced } = made;
      events.emit('passkey.added', { account: account.id, passkey: row.id, algorithm, synced });
      return readPasskey(row);
    },

    requestOptions: (subject) => ({
      rpId,
      challenge: challenges.make('get', subject),
      timeout: challengeMinutes * 60_000,
      userVerification: 'required',
    }),

    async authenticate({ subject, response: text }) {
      const response = readSigned(text);
      const { challenge, counter, known } = await ceremonies.signed(
        response,
        (challenge) => challenges.check('get', subject, challenge),
        () => find(response.id, response.response.userHandle),
      );
      await challenges.spend(challenge);
      await count(known.id, known.account, counter);
      // said to nobody but who has just shown that it is theirs
      if (!usable(known.holder)) throw problem('passkey.barred', { account: known.account });
      return { account: known.holder, methods: [known.synced ? 'synced-passkey' : 'passkey'] };
    },

    list: async (accountId) => (await rowsOf(accountId)).map(readPasskey),

    async rename(accountId, id, given) {
      const name = readName(given);
      const { numUpdatedRows } = await db
        .updateTable('passkeys')
        .set({ name })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw problem('passkey.gone');
    },

    async revoke(accountId, id) {
      const [row] = await db
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .returningAll()
        .execute();
      if (!row) throw problem('passkey.gone');
      events.emit('passkey.revoked', { account: accountId, passkey: id });
      return readPasskey(row);
    },

    async signals(account) {
      const allAcceptedCredentialIds = (await rowsOf(account.id)).map(({ id }) => id);
      return { rpId, userId: handleOf(account), ...namesOf(account), allAcceptedCredentialIds };
    },
  };
}

/**
 * The user handles of one site: the account's own id, which tells nobody who it is (WebAuthn Level 3 §14.6.1). A device keeps
 * one passkey for a user of a host, and the browser one list: a tenant has people of the same ids, and what was made there
 * must not take the place of what was made here.
 */
function handlesBelow(base: string): (account: Pick<Account, 'id'>) => string {
  const own = ({ id }: Pick<Account, 'id'>) =>
    base === '' ? Buffer.from(id) : createHash('sha256').update(`${base} ${id}`).digest();
  return (account) => own(account).toString('base64url');
}

/** What a device shows of the account; others may see it, and a cloud may keep it, so no more than is needed. */
function namesOf({ number, fullName }: Account): { name: string; displayName: string } {
  return { name: maskNumber(number), displayName: fullName };
}

function readName(given: string): string {
  const name = given
    .normalize('NFC')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  const length = Array.from(name).length;
  if (length === 0 || length > longestPasskeyName) throw problem('passkey.badName', { most: longestPasskeyName });
  return name;
}

function readPasskey({ id, name, synced, created_at, used_at }: PasskeyRow): Passkey {
  return { id, name, synced: synced === 1, createdAt: created_at, usedAt: used_at ?? undefined };
}
