import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { AccountLevel } from '../levels.ts';
import { citizenOf } from '../registry/citizen.ts';
import { dateIn } from '../registry/dates.ts';
import type { AccountRow, CitizenRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import { kindFor, refuseCardless, refuseKind, refuseLevel } from './eligibility.ts';
import { checkNewPassword } from './password-rules.ts';
import type { Passwords, Turn } from './passwords.ts';

/**
 * Electronic identity accounts and what proves that someone is their holder. This folder owns the state and level of
 * accounts (here), passwords, one-time codes, the inbox they go to and the throttle against guessing. It does not know
 * what a page or an OIDC request is, and it does not decide which proof is asked for: `login/` does.
 */
export interface Accounts {
  /** The account whose name is this personal number, the one in force; a cancelled number is unknown. One query. */
  byNumber(number: string): Promise<Account | undefined>;
  byId(id: string): Promise<Account | undefined>;
  /**
   * Checks a password. Every answer costs one query and one verification, so that time tells nobody which it was; show
   * all refusals alike (`login.wrong`) and keep `reason` for the audit.
   * @throws VneidError `login.busy`
   */
  verifyPassword(number: string, password: string, turn?: Turn): Promise<PasswordAnswer>;
  /** A page of all, by id. */
  list(which: Listing): Promise<{ accounts: Account[]; next: string | undefined }>;
  /** As its holder, or who acts for them, locks and opens it. @throws VneidError `account.unknown` */
  setState(id: string, state: AccountState, reason: string | null): Promise<void>;
  /**
   * Changes what is told; its apps hear of it when it can be used no more.
   * @throws VneidError `account.unknown`, `account.tooYoung`, `account.kind`
   */
  change(id: string, told: AccountChange): Promise<Account>;
  /** @throws VneidError `account.unknown`, `password.short`, `password.long`, `password.common`, `login.busy` */
  setPassword(id: string, password: string): Promise<void>;
  /**
   * Opens an account, of the kind that its holder's nationality has unless told.
   * @throws VneidError `account.noCitizen`, `account.exists`, `account.noCard`, `account.tooYoung`, `account.kind`,
   *   `password.short`, `password.long`, `password.common`, `login.busy`
   */
  create(application: Application): Promise<Account>;
  /** Takes it out with everything that hangs on it: credentials, phones, requests, consents. @throws VneidError `account.unknown` */
  remove(id: string): Promise<void>;
}

/** Which accounts; all unless told. */
export interface Listing {
  level?: AccountLevel | undefined;
  state?: AccountState | undefined;
  kind?: AccountRow['kind'] | undefined;
  /** Where the page before ended. */
  after?: string | undefined;
  limit: number;
}

export interface AccountChange {
  level?: AccountLevel | undefined;
  kind?: AccountRow['kind'] | undefined;
  state?: AccountState | undefined;
  /** Why it is in this state; none while it is active. */
  reason?: string | undefined;
}

export type AccountState = AccountRow['state'];

/** An account together with what its holder's citizen record says about its use. Never carries the password hash. */
export interface Account {
  id: string;
  citizenId: string;
  /** Personal number in force, which is the account's name. */
  number: string;
  kind: AccountRow['kind'];
  level: AccountLevel;
  state: AccountState;
  stateReason: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  fullName: string;
  phone: string | null;
  /** `YYYY-MM-DD`, or null while the holder lives. */
  diedOn: string | null;
  cardState: CitizenRow['card_state'];
}

/** Why an account may not be used. */
export type Bar = 'locked' | 'closed' | 'deceased' | 'card-revoked';

export type PasswordAnswer = { ok: true; account: Account } | Refusal;

/** `account` is there when the number is known, for the audit. */
export interface Refusal {
  ok: false;
  reason: 'unknown' | 'wrong' | Bar;
  account?: Account;
}

export interface Application {
  citizenId: string;
  level: AccountLevel;
  /** `hash` is a PHC string of argon2id of a password that was looked at before. */
  password: string | { hash: string };
  kind?: AccountRow['kind'] | undefined;
}

export interface AccountsOptions {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
  passwords: Passwords;
}

/** Makes the accounts of one instance. */
export function createAccounts({ db, clock, events, passwords }: AccountsOptions): Accounts {
  const holders = () =>
    db.selectFrom('accounts').innerJoin('citizens', 'citizens.id', 'accounts.citizen_id').select(holderColumns);
  // built once: a login asks these several times, and building a query costs more than running it
  const byNumberQuery = holders().where('citizens.number', '=', '').compile();
  const byIdQuery = holders().where('accounts.id', '=', '').compile();
  const first = async (query: CompiledQuery<HolderRow>, key: string) =>
    (await db.executeQuery<HolderRow>({ ...query, parameters: [key] })).rows[0];
  const rowByNumber = (number: string) => first(byNumberQuery, number);

  async function write(id: string, values: Partial<Omit<AccountRow, 'id' | 'citizen_id'>>) {
    const { numUpdatedRows } = await db.updateTable('accounts').set(values).where('id', '=', id).executeTakeFirst();
    if (numUpdatedRows === 0n) throw problem('account.unknown', { account: id });
  }

  async function byId(id: string): Promise<Account | undefined> {
    const row = await first(byIdQuery, id);
    return row && readAccount(row);
  }

  async function known(id: string): Promise<Account> {
    const account = await byId(id);
    if (!account) throw problem('account.unknown', { account: id });
    return account;
  }

  async function holderOf(citizenId: string): Promise<CitizenRow> {
    const row = await db.selectFrom('citizens').selectAll().where('id', '=', citizenId).executeTakeFirst();
    if (!row) throw problem('account.noCitizen', { citizen: citizenId });
    return row;
  }

  const today = () => dateIn(clock.now());

  return {
    byId,
    async byNumber(number) {
      const row = await rowByNumber(number);
      return row && readAccount(row);
    },
    async verifyPassword(number, password, turn) {
      const row = await rowByNumber(number);
      const right = await passwords.verify(row?.password_hash, password, turn);
      if (!row) return { ok: false, reason: 'unknown' };
      const account = readAccount(row);
      if (!right) return { ok: false, reason: 'wrong', account };
      const bar = barOf(account);
      return bar ? { ok: false, reason: bar, account } : { ok: true, account };
    },
    async list({ level, state, kind, after, limit }) {
      let query = holders()
        .orderBy('accounts.id')
        .limit(limit + 1);
      if (level !== undefined) query = query.where('accounts.level', '=', level);
      if (state !== undefined) query = query.where('accounts.state', '=', state);
      if (kind !== undefined) query = query.where('accounts.kind', '=', kind);
      // said once more in the words of the indices of the few
      if (state !== undefined && state !== 'active') query = query.where('accounts.state', '<>', sql.lit('active'));
      if (kind === 'foreigner') query = query.where('accounts.kind', '<>', sql.lit('citizen'));
      if (after !== undefined) query = query.where('accounts.id', '>', after);
      const rows = await query.execute();
      const next = rows.length > limit ? rows[limit - 1]?.id : undefined;
      return { accounts: rows.slice(0, limit).map(readAccount), next };
    },
    setState: (id, state, reason) => write(id, { state, state_reason: reason }),
    async change(id, { level, kind, state, reason }) {
      const before = await known(id);
      const holder = citizenOf(await holderOf(before.citizenId));
      if (level !== undefined) refuseLevel(holder, level, today());
      if (kind !== undefined) refuseKind(holder, kind);
      const stateReason = state === undefined ? (reason ?? before.stateReason) : (reason ?? null);
      const after = {
        ...before,
        level: level ?? before.level,
        kind: kind ?? before.kind,
        state: state ?? before.state,
        stateReason: (state ?? before.state) === 'active' ? null : stateReason,
      };
      // what was not told may have become something else by now: its holder may just be locking it
      if (level !== undefined || kind !== undefined) await write(id, { level: after.level, kind: after.kind });
      if (state !== undefined || reason !== undefined)
        await write(id, { state: after.state, state_reason: after.stateReason });
      const members = (['level', 'kind', 'state', 'stateReason'] as const).filter(
        (name) => before[name] !== after[name],
      );
      if (members.length > 0) events.emit('account.changed', { account: id, members });
      if (usable(before) && !usable(after))
        events.emit('account.locked', { account: id, reason: after.stateReason ?? after.state });
      return after;
    },
    async setPassword(id, password) {
      checkNewPassword(password, await holderOf((await known(id)).citizenId));
      await write(id, { password_hash: await passwords.hash(password) });
      events.emit('password.changed', { account: id });
    },
    async create({ citizenId, level, password, kind: told }) {
      const row = await holderOf(citizenId);
      const citizen = citizenOf(row);
      const kind = told ?? kindFor(citizen);
      refuseKind(citizen, kind);
      refuseLevel(citizen, level, today());
      refuseCardless(citizen, today());
      if (typeof password === 'string') checkNewPassword(password, row);
      const id = v7({ msecs: clock.now() });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('accounts')
        .values({
          id,
          citizen_id: citizenId,
          kind,
          level,
          state: 'active',
          state_reason: null,
          password_hash: typeof password === 'string' ? await passwords.hash(password) : password.hash,
          created_at: clock.now(),
        })
        .onConflict((conflict) => conflict.column('citizen_id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw problem('account.exists');
      events.emit('account.opened', { account: id, level, kind });
      return known(id);
    },
    async remove(id) {
      await known(id);
      await inTransaction(db, async (work) => {
        for (const table of ['passcodes', 'phones', 'passkeys', 'approvals', 'consents'] as const)
          await work.deleteFrom(table).where('account_id', '=', id).execute();
        await work.deleteFrom('accounts').where('id', '=', id).execute();
      });
      events.emit('account.removed', { account: id });
    },
  };
}

/**
 * What stands against using an account, or undefined. A revoked card and a death lock it by themselves, without anyone
 * setting its state (Decree 59/2022 Art 19, carried on by 69/2024); a card that is only held does not.
 */
export function barOf(account: Pick<Account, 'state' | 'diedOn' | 'cardState'>): Bar | undefined {
  if (account.state !== 'active') return account.state;
  if (account.diedOn !== null) return 'deceased';
  return account.cardState === 'revoked' ? 'card-revoked' : undefined;
}

/** Whether the account may be used now; ask again at every token, refresh and introspection. */
export function usable(account: Pick<Account, 'state' | 'diedOn' | 'cardState'>): boolean {
  return barOf(account) === undefined;
}

/** What is read of an account and of its citizen, for `readAccount`. */
export const holderColumns = [
  'accounts.id',
  'accounts.citizen_id',
  'accounts.kind',
  'accounts.level',
  'accounts.state',
  'accounts.state_reason',
  'accounts.password_hash',
  'accounts.created_at',
  'citizens.number',
  'citizens.full_name',
  'citizens.phone',
  'citizens.died_on',
  'citizens.card_state',
] as const;

export type HolderRow = AccountRow & Pick<CitizenRow, 'number' | 'full_name' | 'phone' | 'died_on' | 'card_state'>;

/** The account that a row of `holderColumns` tells of. */
export function readAccount(row: HolderRow): Account {
  return {
    id: row.id,
    citizenId: row.citizen_id,
    number: row.number,
    kind: row.kind,
    level: row.level,
    state: row.state,
    stateReason: row.state_reason,
    createdAt: row.created_at,
    fullName: row.full_name,
    phone: row.phone,
    diedOn: row.died_on,
    cardState: row.card_state,
  };
}
