import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEvents } from '../../src/events.ts';
import { createDeviceGuesses, type DeviceGuesses } from '../../src/oidc/device-guesses.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import { createStillClock } from '../accounts/still-clock.ts';

/** Wrong codes of one address, and of all together; test/flows/device.test.ts tells the same over HTTP. */
const clock = createStillClock();
let artifacts: ArtifactStore;
let guesses: DeviceGuesses;
let delayed: number;

beforeEach(() => {
  clock.reset();
  artifacts = createMemoryArtifacts({ clock });
  const events = createEvents();
  delayed = 0;
  events.on('throttle.delayed', () => (delayed += 1));
  guesses = createDeviceGuesses({ artifacts, clock, events });
});
afterEach(() => artifacts.close());

const wrong = (address: string) =>
  guesses.look(
    address,
    async () => 'nothing',
    () => false,
  );
const right = (address: string) =>
  guesses.look(
    address,
    async () => 'code',
    () => true,
  );

test('ten wrong codes, then a wait, whose end is named', async () => {
  for (let guess = 0; guess < 10; guess += 1) await wrong('203.0.113.1');
  clock.advance(30_000);
  for (const guess of [wrong, right])
    await expect(guess('203.0.113.1')).rejects.toMatchObject({ code: 'login.slowDown', facts: { seconds: 570 } });
  await right('203.0.113.2');
  clock.advance(570_000);
  await right('203.0.113.1');
  expect(delayed).toBe(1);
});

test('the addresses of one subscriber are one: an IPv6 /64', async () => {
  for (let guess = 0; guess < 10; guess += 1) await wrong(`2001:db8:1:2::${guess}`);
  await expect(wrong('2001:db8:1:2:ffff::1')).rejects.toMatchObject({ code: 'login.slowDown' });
  await right('2001:db8:1:3::1');
});

test('a lookup that fails for another reason keeps its place, so that it cannot be made to fail for free', async () => {
  const broken = async (): Promise<string> => {
    throw new Error('the store is full');
  };
  for (let guess = 0; guess < 10; guess += 1)
    await expect(guesses.look('203.0.113.1', broken, () => true)).rejects.toThrow('the store is full');
  await expect(right('203.0.113.1')).rejects.toMatchObject({ code: 'login.slowDown' });
});

test('a botnet has three hundred wrong codes a minute, whatever it has of addresses', async () => {
  for (let bot = 0; bot < 300; bot += 1) await wrong(`198.51.${bot >> 3}.${bot & 7}`);
  await expect(right('203.0.113.9')).rejects.toMatchObject({ code: 'login.slowDown', facts: { seconds: 60 } });
  clock.advance(60_000);
  await right('203.0.113.9');
});
