import type { CompiledQuery, Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { AccountLevel } from '../levels.ts';
import type { AccountRow, CitizenRow, Schema } from '../store/schema.ts';
import { checkNewPassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';

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
  verifyPassword(number: string, password: string): Promise<PasswordAnswer>;
  /** @throws VneidError `account.unknown` */
  setState(id: string, state: AccountState, reason: string | null): Promise<void>;
  /** @throws VneidError `account.unknown` */
  setLevel(id: string, level: AccountLevel): Promise<void>;
  /**
   * Opens an account.
   * @throws VneidError `account.noCitizen`, `account.exists`, `password.short`, `password.long`, `password.common`, `login.busy`
   */
  create(application: Application): Promise<Account>;
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
  password: string;
  kind: AccountRow['kind'];
}

export interface AccountsOptions {
  db: Kysely<Schema>;
  clock: Clock;
  passwords: Passwords;
}

/** Makes the accounts of one instance. */
export function createAccounts({ db, clock, passwords }: AccountsOptions): Accounts {
  const holders = () =>
    db
      .selectFrom('accounts')
      .innerJoin('citizens', 'citizens.id', 'accounts.citizen_id')
      .select([
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
      ]);
  // built once: a login asks these several times, and building a query costs more than running it
  const byNumberQuery = holders().where('citizens.number', '=', '').compile();
  const byIdQuery = holders().where('accounts.id', '=', '').compile();
  const first = async (query: CompiledQuery<HolderRow>, key: string) =>
    (await db.executeQuery<HolderRow>({ ...query, parameters: [key] })).rows[0];
  const rowByNumber = (number: string) => first(byNumberQuery, number);

  async function change(id: string, values: Partial<Pick<AccountRow, 'state' | 'state_reason' | 'level'>>) {
    const { numUpdatedRows } = await db.updateTable('accounts').set(values).where('id', '=', id).executeTakeFirst();
    if (numUpdatedRows === 0n) throw problem('account.unknown', { account: id });
  }

  async function byId(id: string): Promise<Account | undefined> {
    const row = await first(byIdQuery, id);
    return row && readAccount(row);
  }

  return {
    byId,
    async byNumber(number) {
      const row = await rowByNumber(number);
      return row && readAccount(row);
    },
    async verifyPassword(number, password) {
      const row = await rowByNumber(number);
      const right = await passwords.verify(row?.password_hash, password);
      if (!row) return { ok: false, reason: 'unknown' };
      const account = readAccount(row);
      if (!right) return { ok: false, reason: 'wrong', account };
      const bar = barOf(account);
      return bar ? { ok: false, reason: bar, account } : { ok: true, account };
    },
    setState: (id, state, reason) => change(id, { state, state_reason: reason }),
    setLevel: (id, level) => change(id, { level }),
    async create({ citizenId, level, password, kind }) {
      const citizen = await db.selectFrom('citizens').selectAll().where('id', '=', citizenId).executeTakeFirst();
      if (!citizen) throw problem('account.noCitizen', { citizen: citizenId });
      checkNewPassword(password, citizen);
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
          password_hash: await passwords.hash(password),
          created_at: clock.now(),
        })
        .onConflict((conflict) => conflict.column('citizen_id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw problem('account.exists');
      return (await byId(id)) as Account;
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

type HolderRow = AccountRow & Pick<CitizenRow, 'number' | 'full_name' | 'phone' | 'died_on' | 'card_state'>;

function readAccount(row: HolderRow): Account {
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
