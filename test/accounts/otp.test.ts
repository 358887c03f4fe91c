import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInbox, type Inbox } from '../../src/accounts/inbox.ts';
import { createOtp, type Otp } from '../../src/accounts/otp.ts';
import type { Clock } from '../../src/clock.ts';
import { createEvents, type EventHub } from '../../src/events.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import type { Database } from '../../src/store/database.ts';
import { allAtOnce, farAway } from './far.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

const citizen = { id: 'citizen-an', phone: '0001234567' };
const account = { id: 'account-an' };
const secret = randomBytes(32);
const uid = 'login-1';
const second = 1000;

let clock: Clock;
let events: EventHub;
let database: Database;
let artifacts: ArtifactStore;
let inbox: Inbox;
let otp: Otp;

beforeEach(async () => {
  clock = createStillClock();
  events = createEvents();
  database = await newDatabase();
  artifacts = createMemoryArtifacts({ clock });
  inbox = createInbox({ db: database.db, clock });
  otp = createOtp({ artifacts: farAway(artifacts), inbox, clock, events, secret });
});
afterEach(async () => {
  await artifacts.close();
  await database.close();
});

/** Sends a code and reads it on the phone. */
async function sendAndRead(login = uid): Promise<string> {
  await otp.send({ uid: login, account, citizen });
  const [newest] = await inbox.messages(citizen.id);
  return newest?.code as string;
}

const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('someone with their phone', () => {
  test('reads six digits and is let in, once', async () => {
    const code = await sendAndRead();
    expect(code).toMatch(/^\d{6}$/);
    await otp.check({ uid, account, code });
    for (const later of [code, wrong(code)]) {
      await expect(otp.check({ uid, account, code: later })).rejects.toMatchObject({
        code: 'otp.expired',
        status: 401,
      });
    }
  });

  test('may type it as it is read out, or with a full-width keyboard', async () => {
    for (const write of [
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)} `,
      (code: string) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    ]) {
      const code = await sendAndRead();
      await otp.check({ uid, account, code: write(code) });
    }
  });

  test('who mistypes is told how many tries are left; a malformed code costs none', async () => {
    const code = await sendAndRead();
    for (const malformed of ['', '12345', '1234567', 'abcdef', '12345a', '1e5   ', '٠١٢٣٤٥', '-12345']) {
      await expect(otp.check({ uid, account, code: malformed })).rejects.toMatchObject({ code: 'otp.malformed' });
    }
    await expect(otp.check({ uid, account, code: wrong(code) })).rejects.toMatchObject({
      code: 'otp.wrong',
      facts: { left: 4 },
    });
    await otp.check({ uid, account, code });
  });

  test('has five minutes', async () => {
    const late = await sendAndRead();
    clock.advance(301 * second);
    await expect(otp.check({ uid, account, code: late })).rejects.toMatchObject({ code: 'otp.expired' });
    const inTime = await sendAndRead();
    clock.advance(299 * second);
    await otp.check({ uid, account, code: inTime });
  });

  test('asks for another, and the first stops working', async () => {
    const first = await sendAndRead();
    let next = await sendAndRead();
    while (next === first) next = await sendAndRead();
    await expect(otp.check({ uid, account, code: first })).rejects.toMatchObject({ code: 'otp.wrong' });
    await otp.check({ uid, account, code: next });
  });

  test('sees a text from the sender they know, marked as synthetic, and the page says which phone', async () => {
    const sent = await otp.send({ uid, account, citizen });
    expect(sent).toMatchObject({ channel: 'sms', maskedPhone: '000 *** 4567' });
    expect(sent.expiresAt - clock.now()).toBe(300 * second);
    const [text] = await inbox.messages(citizen.id);
    expect(text).toMatchObject({ kind: 'otp', channel: 'sms', recipient: '0001234567' });
    expect(text?.titleVi).toBe('[GIẢ LẬP] Cuc Canh sat QLHC ve TTXH');
    expect(text?.textVi).toContain(text?.code);
    expect(text?.textEn).toContain(text?.code);
  });

  test('without a number of their own gets it in the app', async () => {
    const sent = await otp.send({ uid, account, citizen: { ...citizen, phone: null } });
    expect(sent).toMatchObject({ channel: 'app', maskedPhone: undefined });
    expect((await inbox.messages(citizen.id))[0]).toMatchObject({ channel: 'app', recipient: 'VNeID' });
  });

  test('can have five codes in ten minutes', async () => {
    for (let index = 0; index < 5; index += 1) {
      await sendAndRead(`login-${index}`);
      clock.advance(60 * second);
    }
    await expect(otp.send({ uid, account, citizen })).rejects.toMatchObject({
      code: 'login.slowDown',
      headers: { 'Retry-After': '300' },
    });
    clock.advance(301 * second);
    await sendAndRead();
    await expect(otp.send({ uid, account, citizen })).rejects.toMatchObject({ code: 'login.slowDown' });
  });
});

describe('someone without the phone', () => {
  test('has five guesses, counted exactly when fifty come at once', async () => {
    const code = await sendAndRead();
    const left: number[] = [];
    const outcome = await allAtOnce(50, async (index) => {
      try {
        await otp.check({ uid, account, code: wrong(code, index + 1) });
      } catch (error) {
        const { facts } = error as { facts: { left?: number } };
        if (facts.left !== undefined) left.push(facts.left);
        throw error;
      }
    });
    expect(outcome).toEqual({ through: 0, refused: { 'otp.wrong': 5, 'otp.expired': 45 } });
    expect(left).toHaveLength(5);
    expect(new Set(left)).toEqual(new Set([0, 1, 2, 3, 4]));
    await expect(otp.check({ uid, account, code })).rejects.toMatchObject({ code: 'otp.expired' });
  });

  test('gets fifty guesses from a count that is read and then written', async () => {
    const store = farAway(artifacts);
    await store.put('weak', uid, { code: '123456', tries: 0 });
    let compared = 0;
    await allAtOnce(50, async () => {
      const pending = await store.get('weak', uid);
      if (Number(pending?.tries) >= 5) throw new Error('dead');
      compared += 1;
      await store.put('weak', uid, { ...pending, tries: Number(pending?.tries) + 1 });
    });
    expect(compared).toBe(50);
  });

  test('cannot use a code that was seen, in another login or for another account', async () => {
    const code = await sendAndRead('login-of-owner');
    await expect(otp.check({ uid: 'login-of-thief', account, code })).rejects.toMatchObject({ code: 'otp.expired' });
    await expect(otp.check({ uid: 'login-of-owner', account: { id: 'account-of-thief' }, code })).rejects.toMatchObject(
      { code: 'otp.expired' },
    );
    await otp.check({ uid: 'login-of-owner', account, code });
  });

  test('cannot flood the phone: fifty requests at once send five', async () => {
    const outcome = await allAtOnce(50, (index) => otp.send({ uid: `login-${index}`, account, citizen }));
    expect(outcome).toEqual({ through: 5, refused: { 'login.slowDown': 45 } });
    expect(await inbox.messages(citizen.id)).toHaveLength(5);
  });

  test('who reads the store does not find the code, and cannot try all million without the key', async () => {
    const code = await sendAndRead();
    const stored = JSON.stringify(await artifacts.get('otp', JSON.stringify([uid, account.id])));
    expect(stored).not.toContain(code);
    const other = createOtp({ artifacts, inbox, clock, events, secret: randomBytes(32) });
    await expect(other.check({ uid, account, code })).rejects.toMatchObject({ code: 'otp.wrong' });
  });

  test('who reads events and errors does not find it either', async () => {
    const heard: unknown[] = [];
    events.onAny((name, fact) => heard.push(name, fact));
    const code = await sendAndRead();
    const sent = await otp.send({ uid: 'another', account, citizen });
    const error = await otp.check({ uid, account, code: wrong(code) }).catch((caught: unknown) => caught);
    const second = (await inbox.messages(citizen.id))[0]?.code as string;
    expect(heard).toContainEqual({ account: account.id, uid });
    const seen = JSON.stringify([heard, { ...sent, expiresAt: 0 }, error, String(error)]);
    expect(seen).not.toContain(code);
    expect(seen).not.toContain(second);
  });
});

describe('fifty right answers at once', () => {
  test('are all accepted by a check that reads, compares and removes', async () => {
    const store = farAway(artifacts);
    await store.put('weak', uid, { code: '123456' });
    const outcome = await allAtOnce(50, async () => {
      if ((await store.get('weak', uid))?.code !== '123456') throw new Error('used');
      await store.remove('weak', uid);
    });
    expect(outcome.through).toBe(50);
  });

  test('let exactly one in here', async () => {
    const code = await sendAndRead();
    const outcome = await allAtOnce(50, () => otp.check({ uid, account, code }));
    expect(outcome).toEqual({ through: 1, refused: { 'otp.expired': 49 } });
  });

  test('survive a restart of the process: a code sent before is good after, once', async () => {
    const code = await sendAndRead();
    const restarted = createOtp({ artifacts, inbox, clock, events, secret });
    await restarted.check({ uid, account, code });
    await expect(otp.check({ uid, account, code })).rejects.toMatchObject({ code: 'otp.expired' });
  });
});

test('codes are spread over all six digits, zeros in front included', async () => {
  const codes = new Set<string>();
  for (let index = 0; index < 200; index += 1) {
    const own = createOtp({ artifacts: createMemoryArtifacts({ clock }), inbox, clock, events, secret });
    await own.send({ uid: `login-${index}`, account, citizen });
    codes.add((await inbox.messages(citizen.id, { limit: 1 }))[0]?.code as string);
  }
  expect(codes.size).toBeGreaterThan(190);
  expect([...codes].every((code) => /^\d{6}$/.test(code))).toBe(true);
  expect(new Set([...codes].map((code) => code[0])).size).toBe(10);
});

test('a short key is refused at the start', () => {
  expect(() => createOtp({ artifacts, inbox, clock, events, secret: Buffer.alloc(16) })).toThrow(/16 bytes/);
});
