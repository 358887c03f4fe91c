import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Attempter, createThrottle, type Throttle, usualLimits } from '../../src/accounts/throttle.ts';
import type { Clock } from '../../src/clock.ts';
import { problem } from '../../src/errors.ts';
import { createEvents, type EventHub, type Events } from '../../src/events.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import { allAtOnce, farAway } from './far.ts';
import { createStillClock } from './still-clock.ts';

const an = '001085000001';
const home = '203.0.113.7';
const second = 1000;
const hour = 3600 * second;

let clock: Clock;
let events: EventHub;
let artifacts: ArtifactStore;
let throttle: Throttle;
let delayed: Events['throttle.delayed'][];

beforeEach(() => {
  clock = createStillClock();
  events = createEvents();
  artifacts = createMemoryArtifacts({ clock });
  throttle = createThrottle({ artifacts: farAway(artifacts), clock, events });
  delayed = [];
  events.on('throttle.delayed', (fact) => delayed.push(fact));
});
afterEach(() => artifacts.close());

async function fail(who: Partial<Attempter> = {}): Promise<void> {
  await throttle.failed(await throttle.check({ login: an, address: home, ...who }));
}

/** A guess that turns out wrong; answers the seconds to wait when it was not let through. */
async function guess(who: Partial<Attempter> = {}): Promise<number | undefined> {
  try {
    await fail(who);
    return undefined;
  } catch (error) {
    return (error as { facts: { seconds: number } }).facts.seconds;
  }
}

async function guesses(times: number, who: Partial<Attempter> = {}): Promise<void> {
  for (let index = 0; index < times; index += 1) expect(await guess(who)).toBeUndefined();
}

describe('someone who mistypes', () => {
  test('has five free failures, then delays that double up to a quarter of an hour', async () => {
    await guesses(5);
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const wait = (await guess()) as number;
      waits.push(wait);
      clock.advance(wait * second);
      await guesses(1);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test('is told how long, in the text and in Retry-After', async () => {
    await guesses(5);
    clock.advance(10 * second);
    await expect(throttle.check({ login: an, address: home })).rejects.toMatchObject({
      code: 'login.slowDown',
      status: 429,
      facts: { seconds: 20 },
      headers: { 'Retry-After': '20' },
    });
  });

  test('starts afresh after a whole login', async () => {
    await guesses(4);
    await throttle.succeeded(await throttle.check({ login: an, address: home }));
    await guesses(5);
    expect(await guess()).toBe(30);
  });

  test('starts afresh too when each factor gave its attempt back before', async () => {
    await guesses(4);
    await throttle.released(await throttle.check({ login: an, address: home }));
    await throttle.succeeded({ login: an, address: home });
    await guesses(5);
    expect(await guess()).toBe(30);
  });

  test('is not delayed by a guess that was in flight when the login succeeded', async () => {
    await guesses(4);
    const stranger = await throttle.check({ login: an, address: '198.51.100.1' });
    await throttle.succeeded(await throttle.check({ login: an, address: home, browser: 'browser-of-an' }));
    await throttle.failed(stranger);
    await guesses(5);
    expect(await guess()).toBe(30);
  });

  test('is forgiven after a day', async () => {
    await guesses(4);
    clock.advance(24 * hour + second);
    await guesses(5);
    expect(await guess()).toBe(30);
  });

  test('does not lose a try to a full queue, to a right password awaiting its code, or to a crash', async () => {
    for (let index = 0; index < 20; index += 1) {
      await throttle.released(await throttle.check({ login: an, address: home }));
    }
    await throttle.check({ login: an, address: home });
    await guesses(4);
    expect(await guess()).toBe(1);
    clock.advance(61 * second);
    await guesses(1);
    expect(await guess()).toBe(30);
  });

  test.each([
    ['count', 'throttle.failures'],
    ['put', 'throttle.place'],
    ['put', 'throttle.round'],
  ] as const)('is not kept out for good when the store was gone for one %s of %s', async (method, kind) => {
    await guesses(4);
    const store = { ...artifacts };
    const interrupted = createThrottle({ artifacts: store, clock, events });
    const whole = store[method].bind(artifacts) as (...values: unknown[]) => Promise<unknown>;
    // of the address first, then of the account
    let calls = 0;
    const once = async (...values: unknown[]) => {
      if (values[0] === kind && (kind === 'throttle.round' || ++calls === 2))
        throw problem('store.unreachable', { reason: 'gone' });
      return whole(...values);
    };
    Object.assign(store, { [method]: once });
    const attempt = await interrupted.check({ login: an, address: home });
    await interrupted.failed(attempt).catch(() => undefined);
    clock.advance(61 * second);
    // one guess more than without, at most, and then a delay comes
    await guess();
    const wait = (await guess()) ?? 0;
    expect([30, 60]).toContain(wait);
    clock.advance(wait * second);
    await guesses(1);
  });

  test('is not kept out by a clock that a tester set back', async () => {
    clock.advance(1000 * hour);
    await guesses(5);
    expect(await guess()).toBe(30);
    clock.reset();
    await guesses(1);
  });
});

describe('fifty guesses at once', () => {
  const all = 50;

  test('get past a throttle that reads, verifies and writes', async () => {
    const store = farAway(artifacts);
    async function weakGuess() {
      const failures = Number((await store.get('weak', an))?.failures ?? 0);
      if (failures >= 5) throw new Error('slow down');
      await nextTurn(); // the password is verified here
      await store.put('weak', an, { failures: failures + 1 });
    }
    expect(await allAtOnce(all, weakGuess)).toMatchObject({ through: all });
  });

  test('get five verifications here, and one after each delay', async () => {
    expect(await allAtOnce(all, () => fail())).toEqual({ through: 5, refused: { 'login.slowDown': 45 } });
    expect(await guess()).toBe(30);
    clock.advance(30 * second);
    expect(await allAtOnce(all, () => fail())).toEqual({ through: 1, refused: { 'login.slowDown': 49 } });
    expect(await guess()).toBe(60);
    expect(delayed.map(({ seconds }) => seconds)).toEqual([30, 60]);
  });

  test('get what is left, however long ago the first failures were', async () => {
    await guesses(3);
    clock.advance(hour);
    expect(await allAtOnce(all, () => fail())).toMatchObject({ through: 2 });
  });

  test('on a delayed account use up nothing of their address', async () => {
    await guesses(5);
    await allAtOnce(200, async () => throttle.check({ login: an, address: home }));
    await guesses(1, { login: 'a colleague' });
  });

  test('over many accounts get no more than the address has', async () => {
    const { free, afterDelay } = usualLimits.address;
    expect(await allAtOnce(250, (index) => fail({ login: `0010850${10_000 + index}` }))).toMatchObject({
      through: free,
    });
    expect(await guess()).toBe(30);
    clock.advance(30 * second);
    expect(await allAtOnce(250, (index) => fail({ login: `0010850${10_000 + index}` }))).toMatchObject({
      through: afterDelay,
    });
  });
});

describe('a guesser', () => {
  test('learns nothing about which numbers exist: any text is counted', async () => {
    for (const login of ['001085000001', '999999999999', 'không phải số', '']) {
      const address = `203.0.113.${10 + login.length}`;
      await guesses(5, { login, address });
      expect(await guess({ login, address })).toBe(30);
    }
  });

  test('gets no fresh count by writing the number otherwise', async () => {
    await guesses(5);
    for (const login of ['001 085 000 001', '001085000001 ', '001-085-000-001', '００１０８５０００００１']) {
      expect(await guess({ login })).toBe(30);
    }
  });

  test('gets no fresh count by changing address, nor a fresh address within an IPv6 subscription', async () => {
    for (let index = 0; index < 5; index += 1) await guesses(1, { address: `198.51.100.${index}` });
    expect(await guess({ address: '198.51.100.200' })).toBe(30);

    for (let index = 0; index < usualLimits.address.free; index += 1) {
      await guesses(1, { login: `many ${index}`, address: `2001:db8:1:2::${index.toString(16)}` });
    }
    expect(await guess({ login: 'another', address: '2001:db8:1:2:ffff::1' })).toBe(30);
    expect(await guess({ login: 'another', address: '2001:db8:1:3::1' })).toBeUndefined();
  });

  test('cannot wash an address clean with an account of their own', async () => {
    for (let index = 0; index < usualLimits.address.free; index += 1) {
      await guesses(1, { login: `victim ${index}` });
      if (index % 3 === 1) await throttle.succeeded(await throttle.check({ login: 'own', address: home }));
    }
    expect(await guess({ login: 'one more' })).toBe(30);
  });

  test('who knows the password cannot try codes for ever', async () => {
    // weak: a right password counts as success, so the failures of its codes are forgotten each time
    for (let index = 0; index < 50; index += 1) {
      await throttle.succeeded(await throttle.check({ login: 'weak', address: home }));
      await guesses(1, { login: 'weak' });
    }
    // ours: a right password gives its attempt back, the wrong code stays counted
    let codes = 0;
    try {
      for (; codes < 50; codes += 1) {
        await throttle.released(await throttle.check({ login: an, address: home }));
        await throttle.failed(await throttle.check({ login: an, address: home }));
      }
    } catch {}
    expect(codes).toBe(5);
  });

  test('at a delayed address takes nothing from the accounts they aim at', async () => {
    for (let index = 0; index < usualLimits.address.free; index += 1) await guesses(1, { login: `victim ${index}` });
    await allAtOnce(50, async () => throttle.check({ login: an, address: home }));
    await guesses(5, { address: '198.51.100.1' });
  });

  test('who keeps failing delays strangers, not the browser its owner used before', async () => {
    await guesses(5);
    expect(await guess()).toBe(30);
    const owner = { login: an, address: home, browser: 'browser-of-an' };
    await throttle.succeeded(await throttle.check(owner));
    expect(await guess()).toBeUndefined();
  });

  test('at such a browser has five tries too, on that account only', async () => {
    const browser = 'browser-of-an';
    await guesses(5, { browser });
    expect(await guess({ browser })).toBe(30);
    expect(await guess({ browser, address: '198.51.100.1' })).toBe(30);
    expect(await guess({ browser, login: '001085000002' })).toBeUndefined();
  });

  test('leaves a trace without the number, and nothing typed in the store', async () => {
    await guesses(5);
    await guesses(5, { login: 'Hanoi@2024' });
    expect(delayed).toEqual([
      { key: 'account 001085******', failures: 5, seconds: 30 },
      { key: 'account ************', failures: 5, seconds: 30 },
    ]);
  });
});

test("limits are the caller's to set", async () => {
  const strict = createThrottle({
    artifacts,
    clock,
    events,
    limits: { account: { ...usualLimits.account, free: 1, firstDelay: 7 } },
  });
  await strict.failed(await strict.check({ login: an, address: home }));
  await expect(strict.check({ login: an, address: home })).rejects.toMatchObject({ facts: { seconds: 7 } });
});
