import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Accounts, createAccounts, usable } from '../../src/accounts/accounts.ts';
import { createEvents } from '../../src/events.ts';
import type { Database } from '../../src/store/database.ts';
import { addHolder, citizenRow, plainPasswords } from './people.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase, planOf } from '../support/database.ts';

const an = '001085000001';
const right = 'Hanoi@2024';
const clock = createStillClock();
const events = createEvents();

let database: Database;
let passwords: ReturnType<typeof plainPasswords>;
let accounts: Accounts;

beforeEach(async () => {
  database = await newDatabase();
  passwords = plainPasswords();
  accounts = createAccounts({ db: database.db, clock, events, passwords });
});
afterEach(() => database.close());

/** Weak: answers as soon as it knows. */
async function verifyEarly(number: string, password: string): Promise<boolean> {
  const account = await accounts.byNumber(number);
  if (!account || !usable(account)) return false;
  return passwords.verify('plain:Hanoi@2024', password);
}

describe('a holder', () => {
  test('is known by the personal number, with what a login needs and without the hash', async () => {
    await addHolder(database.db);
    const account = await accounts.byNumber(an);
    expect(account).toEqual({
      id: 'account-of-citizen-an',
      citizenId: 'citizen-an',
      number: an,
      kind: 'citizen',
      level: 2,
      state: 'active',
      stateReason: null,
      createdAt: 1_700_000_000_000,
      fullName: 'Nguyễn Văn An',
      phone: '0001234567',
      diedOn: null,
      cardState: 'valid',
    });
    expect(await accounts.byId('account-of-citizen-an')).toEqual(account);
    expect(await accounts.byId('nobody')).toBeUndefined();
  });

  test('logs in with the password', async () => {
    await addHolder(database.db);
    expect(await accounts.verifyPassword(an, right)).toMatchObject({ ok: true, account: { number: an } });
  });

  test('whose number was changed is known by the new one only', async () => {
    await addHolder(database.db, { number: '001185000009' });
    await database.db
      .insertInto('cancelled_numbers')
      .values({ number: an, citizen_id: 'citizen-an', cancelled_on: '2024-08-01', nth: 0, reason: 'sex' })
      .execute();
    expect(await accounts.verifyPassword('001185000009', right)).toMatchObject({ ok: true });
    expect(await accounts.verifyPassword(an, right)).toEqual({ ok: false, reason: 'unknown' });
    expect(await accounts.byNumber(an)).toBeUndefined();
  });

  test('can be locked and opened again, and rise a level', async () => {
    const { account } = await addHolder(database.db, {}, { level: 1 });
    await accounts.setState(account.id, 'locked', 'chủ tài khoản yêu cầu');
    expect(await accounts.byId(account.id)).toMatchObject({ state: 'locked', stateReason: 'chủ tài khoản yêu cầu' });
    await accounts.setState(account.id, 'active', null);
    await accounts.change(account.id, { level: 2 });
    expect(await accounts.byNumber(an)).toMatchObject({ state: 'active', stateReason: null, level: 2 });
    await expect(accounts.setState('nobody', 'locked', 'x')).rejects.toMatchObject({ code: 'account.unknown' });
    await expect(accounts.change('nobody', { level: 2 })).rejects.toMatchObject({ code: 'account.unknown' });
  });
});

test('who locks an account while somebody else changes its level has locked it', async () => {
  const { account } = await addHolder(database.db, {}, { level: 1 });
  for (const level of [2, 1, 2, 1, 2] as const) {
    await accounts.setState(account.id, 'active', null);
    await Promise.all([accounts.change(account.id, { level }), accounts.setState(account.id, 'locked', 'requested')]);
    expect(await accounts.byId(account.id)).toMatchObject({ level, state: 'locked', stateReason: 'requested' });
  }
});

test('the few that are locked, closed or of foreigners are found without looking at all', async () => {
  const plan = (where: string) => planOf(database, `select * from accounts where ${where} order by id limit 51`);
  expect(await plan("state = 'locked' and state <> 'active'")).toContain('accounts_state');
  expect(await plan("kind = 'foreigner' and kind <> 'citizen'")).toContain('accounts_kind');
});

describe('an account that may not be used', () => {
  const cases = [
    ['locked', {}, { state: 'locked' }],
    ['closed', {}, { state: 'closed' }],
    ['deceased', { died_on: '2024-05-01' }, {}],
    ['card-revoked', { card_state: 'revoked' }, {}],
  ] as const;

  test.each(cases)('is refused: %s', async (reason, citizen, account) => {
    await addHolder(database.db, citizen, account);
    expect(await accounts.verifyPassword(an, right)).toMatchObject({ ok: false, reason });
    expect(await accounts.verifyPassword(an, 'wrong')).toMatchObject({ ok: false, reason: 'wrong' });
    const known = await accounts.byNumber(an);
    expect(known && usable(known)).toBe(false);
  });

  test('is not one whose card is held, expired or never was', async () => {
    for (const card of ['held', 'valid', null] as const) {
      expect(usable({ state: 'active', diedOn: null, cardState: card })).toBe(true);
    }
  });

  test('stops being usable the moment its holder dies, though nobody touched it', async () => {
    const { account } = await addHolder(database.db);
    await database.db.updateTable('citizens').set({ died_on: '2024-11-02' }).execute();
    const known = await accounts.byId(account.id);
    expect(known && usable(known)).toBe(false);
  });
});

describe('someone who wants to know which numbers have accounts', () => {
  const asked = [
    ['unknown', '001085999999', right],
    ['not a number', 'xin chào', right],
    ['wrong', an, 'wrong'],
    ['right', an, right],
    ['locked', '001085000002', right],
    ['deceased', '001085000003', right],
    ['card revoked', '001085000004', right],
  ] as const;

  beforeEach(async () => {
    await addHolder(database.db);
    await addHolder(database.db, { id: '2', number: '001085000002' }, { state: 'locked' });
    await addHolder(database.db, { id: '3', number: '001085000003', died_on: '2024-05-01' });
    await addHolder(database.db, { id: '4', number: '001085000004', card_state: 'revoked' });
  });

  test('finds out from a check that returns early: it does not hash for them', async () => {
    const work: Record<string, number> = {};
    for (const [who, number, password] of asked) {
      passwords.verified.length = 0;
      await verifyEarly(number, password);
      work[who] = passwords.verified.length;
    }
    expect(work).toMatchObject({ unknown: 0, wrong: 1, locked: 0 });
  });

  test('gets the same work here, whatever the answer: one query, one verification', async () => {
    let queries = 0;
    const counted = createAccounts({
      clock,
      events,
      passwords,
      db: database.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          queries += 1;
          return result;
        },
      }),
    });
    for (const [who, number, password] of asked) {
      queries = 0;
      passwords.verified.length = 0;
      await counted.verifyPassword(number, password);
      expect([who, queries, passwords.verified.length]).toEqual([who, 1, 1]);
    }
  });
});

describe('a new account', () => {
  const citizenId = 'citizen-an';
  const good = { citizenId, level: 2, kind: 'citizen', password: 'mưa rơi trên mái ngói' } as const;
  beforeEach(() => database.db.insertInto('citizens').values(citizenRow()).execute());

  test('is opened for a citizen, once', async () => {
    const account = await accounts.create(good);
    expect(account).toMatchObject({ number: an, level: 2, state: 'active', citizenId });
    expect(await accounts.verifyPassword(an, good.password)).toMatchObject({ ok: true });
    await expect(accounts.create(good)).rejects.toMatchObject({ code: 'account.exists', status: 409 });
    await expect(accounts.create({ ...good, citizenId: 'nobody' })).rejects.toMatchObject({
      code: 'account.noCitizen',
    });
  });

  test('may have any password of 8 to 256 characters, without rules about their kind', async () => {
    for (const password of [
      'trênđồi1',
      '       x',
      'correct horse battery staple',
      '🌾'.repeat(200),
      'k7'.repeat(128),
    ]) {
      await database.db.deleteFrom('accounts').execute();
      await accounts.create({ ...good, password });
    }
  });

  test.each([
    ['password.short', 'bảy ký '],
    ['password.short', '🌾🌾🌾🌾🌾🌾🌾'],
    ['password.long', 'k7'.repeat(128) + 'k'],
    ['password.common', 'password'],
    ['password.common', 'P@ssw0rd'],
    ['password.common', 'P@$$word1'],
    ['password.common', 'VNeID@2024'],
    ['password.common', 'Mật khẩu 123'],
    ['password.common', 'anhyeuem'],
    ['password.common', '12345678'],
    ['password.common', '87654321'],
    ['password.common', 'aaaaaaaaaaaa'],
    ['password.common', 'Qwerty123!'],
    ['password.common', '001085000001'],
    ['password.common', '000 123 4567'],
    ['password.common', '14/03/1985'],
    ['password.common', 'NguyenVanAn85'],
  ])('is refused, %s: %s', async (code, password) => {
    await expect(accounts.create({ ...good, password })).rejects.toMatchObject({ code, status: 422 });
  });
});
