import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPasscodes, type Passcodes } from '../../src/accounts/passcodes.ts';
import { createEvents, type EventHub } from '../../src/events.ts';
import type { Database } from '../../src/store/database.ts';
import { allAtOnce } from './far.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

const account = 'account-an';
const secret = randomBytes(32);
const right = '246810';

let database: Database;
let events: EventHub;
let passcodes: Passcodes;

beforeEach(async () => {
  database = await newDatabase();
  events = createEvents();
  passcodes = make();
});
afterEach(() => database.close());

function make(key = secret): Passcodes {
  return createPasscodes({ db: database.db, clock: createStillClock(), events, secret: key });
}

const wrong = (by: number) => String((Number(right) + by) % 1_000_000).padStart(6, '0');

describe('the holder', () => {
  beforeEach(() => passcodes.set(account, right));

  test('types it, also with spaces and full-width digits', async () => {
    for (const typed of [right, '246 810', ' 246810\n', '２４６８１０']) await passcodes.check(account, typed);
    expect(await passcodes.state(account)).toBe('set');
  });

  test('who mistypes is told how many tries are left; what is no passcode costs none', async () => {
    for (const malformed of ['', '24681', '2468100', '24681a', '٢٤٦٨١٠', '-24681']) {
      await expect(passcodes.check(account, malformed)).rejects.toMatchObject({
        code: 'passcode.malformed',
        status: 422,
      });
    }
    for (const left of [4, 3, 2, 1]) {
      await expect(passcodes.check(account, wrong(left))).rejects.toMatchObject({
        code: 'passcode.wrong',
        facts: { left },
      });
    }
    await passcodes.check(account, right);
    await expect(passcodes.check(account, wrong(1))).rejects.toMatchObject({ facts: { left: 4 } });
  });

  test('is locked out by the fifth wrong one in a row, also from the right one, until another is set', async () => {
    const locked: unknown[] = [];
    events.on('passcode.locked', (fact) => locked.push(fact));
    for (let time = 1; time < 5; time += 1) await passcodes.check(account, wrong(time)).catch(() => {});
    await expect(passcodes.check(account, wrong(5))).rejects.toMatchObject({ code: 'passcode.locked', status: 403 });
    await expect(passcodes.check(account, right)).rejects.toMatchObject({ code: 'passcode.locked' });
    expect(locked).toEqual([{ account }]);
    expect(await passcodes.state(account)).toBe('locked');
    await passcodes.set(account, '135791');
    await passcodes.check(account, '135791');
    expect(await passcodes.state(account)).toBe('set');
  });

  test('sets another, and the one before is wrong', async () => {
    await passcodes.set(account, '135791');
    await expect(passcodes.check(account, right)).rejects.toMatchObject({ code: 'passcode.wrong' });
  });
});

test('whoever has none is refused as someone who is locked out', async () => {
  expect(await passcodes.state(account)).toBe('none');
  await expect(passcodes.check(account, right)).rejects.toMatchObject({ code: 'passcode.locked' });
});

test.each(['000000', '999999', '123456', '012345', '567890', '987654', '098765', '１２３４５６'])(
  '%s is what a thief types first, and is not taken',
  async (common) => {
    await expect(passcodes.set(account, common)).rejects.toMatchObject({ code: 'passcode.common', status: 422 });
    expect(await passcodes.state(account)).toBe('none');
  },
);

describe('fifty tries at once', () => {
  beforeEach(() => passcodes.set(account, right));

  test('are five, when they are wrong', async () => {
    const left: number[] = [];
    const outcome = await allAtOnce(50, (index) =>
      passcodes.check(account, wrong(index + 1)).catch((error: { facts: { left?: number } }) => {
        if (error.facts.left !== undefined) left.push(error.facts.left);
        throw error;
      }),
    );
    expect(outcome).toEqual({ through: 0, refused: { 'passcode.wrong': 4, 'passcode.locked': 46 } });
    expect(left.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  });

  test('do not hide the right one among them: no more than five are looked at', async () => {
    let compared = 0;
    await allAtOnce(50, async (index) => {
      try {
        await passcodes.check(account, index === 40 ? right : wrong(index + 1));
        compared += 1;
      } catch (error) {
        if ((error as { code: string }).code === 'passcode.wrong') compared += 1;
      }
    });
    expect(compared).toBeLessThanOrEqual(5);
  });

  test('of the holder themselves lock nobody out', async () => {
    await allAtOnce(50, () => passcodes.check(account, right));
    expect(await passcodes.state(account)).toBe('set');
    await passcodes.check(account, right);
  });
});

test('one account’s tries are not another’s, and the same digits are kept differently', async () => {
  await passcodes.set(account, right);
  await passcodes.set('account-binh', right);
  await allAtOnce(5, (index) => passcodes.check(account, wrong(index + 1)));
  expect(await passcodes.state(account)).toBe('locked');
  await passcodes.check('account-binh', right);
  const rows = await database.db.selectFrom('passcodes').selectAll().execute();
  expect(new Set(rows.map(({ hash }) => hash)).size).toBe(2);
});

test('who reads the table finds no digits, and cannot try them without the key', async () => {
  await passcodes.set(account, right);
  expect(JSON.stringify(await database.db.selectFrom('passcodes').selectAll().execute())).not.toContain(right);
  await expect(make(randomBytes(32)).check(account, right)).rejects.toMatchObject({ code: 'passcode.wrong' });
  expect(() => make(Buffer.alloc(8))).toThrow(/8 bytes/);
});
