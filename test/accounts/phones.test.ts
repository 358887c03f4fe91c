import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { equipCast } from '../../src/accounts/cast-phones.ts';
import { createPasscodes } from '../../src/accounts/passcodes.ts';
import { createPhones, type Phones } from '../../src/accounts/phones.ts';
import type { Clock } from '../../src/clock.ts';
import { createEvents, type EventHub } from '../../src/events.ts';
import { accountId, cast } from '../../src/registry/cast.ts';
import type { Database } from '../../src/store/database.ts';
import { allAtOnce } from './far.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

const account = 'account-an';

let clock: Clock;
let database: Database;
let events: EventHub;
let phones: Phones;

beforeEach(async () => {
  clock = createStillClock();
  database = await newDatabase();
  events = createEvents();
  phones = createPhones({ db: database.db, clock, events });
});
afterEach(() => database.close());

describe('a phone', () => {
  test('is known by its secret, which only it was told', async () => {
    const { phone, secret } = await phones.bind(account, { name: 'Chrome trên Android' });
    expect(await phones.authenticate(phone.id, secret)).toEqual(phone);
    expect(phone).toMatchObject({ accountId: account, face: 'matches', endedAt: null, activatedAt: clock.now() });
    for (const other of ['', `${secret}x`, secret.toUpperCase(), phone.id])
      expect(await phones.authenticate(phone.id, other)).toBeUndefined();
    expect(await phones.authenticate('', secret)).toBeUndefined();
    expect(await phones.formerly(phone.id, secret)).toBeUndefined();
    const rows = JSON.stringify(await database.db.selectFrom('phones').selectAll().execute());
    expect(rows).not.toContain(secret);
  });

  test('ends when another is activated, and the audit hears of both', async () => {
    const heard: unknown[] = [];
    events.onAny((name, fact) => heard.push([name, fact]));
    const first = await phones.bind(account, { name: 'cũ' });
    clock.advance(1000);
    const second = await phones.bind(account, { name: 'mới' });
    expect(await phones.authenticate(first.phone.id, first.secret)).toBeUndefined();
    expect((await phones.active(account))?.id).toBe(second.phone.id);
    expect(await phones.history(account)).toMatchObject([
      { name: 'mới', endedAt: null, endedBecause: null },
      { name: 'cũ', endedAt: clock.now(), endedBecause: 'replaced' },
    ]);
    expect(heard).toEqual([
      ['phone.bound', { account, phone: first.phone.id, name: 'cũ' }],
      ['phone.ended', { account, phone: first.phone.id, reason: 'replaced' }],
      ['phone.bound', { account, phone: second.phone.id, name: 'mới' }],
    ]);
  });

  test('that is lost ends at once, and only once', async () => {
    const { phone, secret } = await phones.bind(account, { name: 'x' });
    await phones.end(phone.id, 'lost');
    expect(await phones.active(account)).toBeUndefined();
    expect(await phones.authenticate(phone.id, secret)).toBeUndefined();
    expect(await phones.formerly(phone.id, secret)).toMatchObject({ endedBecause: 'lost', endedAt: clock.now() });
    expect(await phones.formerly(phone.id, 'guess')).toBeUndefined();
    await expect(phones.end(phone.id, 'lost')).rejects.toMatchObject({ code: 'phone.unknown', status: 404 });
    await expect(phones.handOver(phone.id)).rejects.toMatchObject({ code: 'phone.unknown' });
  });

  test('put into another browser is no longer in the one before', async () => {
    const { phone, secret } = await phones.bind(account, { name: 'x' });
    const next = await phones.handOver(phone.id);
    expect(await phones.authenticate(phone.id, secret)).toBeUndefined();
    expect((await phones.authenticate(phone.id, next))?.id).toBe(phone.id);
  });

  test('remembers when it was last used, to the minute', async () => {
    const { phone, secret } = await phones.bind(account, { name: 'x' });
    clock.advance(59_000);
    await phones.authenticate(phone.id, secret);
    expect((await phones.active(account))?.seenAt).toBe(phone.seenAt);
    clock.advance(2_000);
    await phones.authenticate(phone.id, secret);
    expect((await phones.active(account))?.seenAt).toBe(clock.now());
  });

  test('has a camera that sees what the lab says', async () => {
    const { phone } = await phones.bind(account, { name: 'n'.repeat(100), face: 'no-camera' });
    expect(phone.name).toHaveLength(60);
    await phones.setFace(phone.id, 'differs');
    expect((await phones.active(account))?.face).toBe('differs');
  });
});

describe('fifty activated at once', () => {
  test('leave one in use, and every other one ended', async () => {
    const outcome = await allAtOnce(50, (index) => phones.bind(account, { name: `phone ${index}` }));
    expect(outcome).toEqual({ through: 50, refused: {} });
    const history = await phones.history(account);
    expect(history).toHaveLength(50);
    expect(history.filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
  });

  test('cannot both be in use: the database itself refuses the second', async () => {
    const { phone } = await phones.bind(account, { name: 'x' });
    const row = await database.db.selectFrom('phones').selectAll().where('id', '=', phone.id).executeTakeFirstOrThrow();
    await expect(
      database.db
        .insertInto('phones')
        .values({ ...row, id: 'other' })
        .execute(),
    ).rejects.toThrow(/unique/i);
  });

  test('of different people do not mind each other', async () => {
    await allAtOnce(20, (index) => phones.bind(`account-${index}`, { name: 'x' }));
    for (let index = 0; index < 20; index += 1) expect(await phones.active(`account-${index}`)).toBeDefined();
  });
});

describe('the cast', () => {
  test('has phones and passcodes after a first start that died between them', async () => {
    const passcodesOn = (db: Database['db']) => createPasscodes({ db, clock, events, secret: randomBytes(32) });
    let set = 0;
    const dying = (db: Database['db']) => ({
      ...passcodesOn(db),
      async set(id: string, passcode: string) {
        if ((set += 1) > 3) throw new Error('killed');
        await passcodesOn(db).set(id, passcode);
      },
    });
    await expect(equipCast({ database, clock, passcodesOn: dying })).rejects.toThrow('killed');
    await equipCast({ database, clock, passcodesOn });
    for (const [index, { account: its }] of cast.entries()) {
      const id = accountId(index + 1);
      expect(await passcodesOn(database.db).state(id)).toBe(its ? 'set' : 'none');
      expect(Boolean(await phones.active(id))).toBe(its?.phone ?? false);
    }
  });
});
