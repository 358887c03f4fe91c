import { expect, test } from 'vitest';
import { killInstance } from '../drill/kill-instance.ts';
import { rotateEverySecond } from '../drill/rotate-keys.ts';
import type { Story } from '../drill/story.ts';

/** The shortest of the drills, with every change; the others are run by `npm run drill`. */
async function brokenBy(story: Story, seconds: number): Promise<unknown[]> {
  const results = await story.run(seconds);
  expect(results.some(({ holds }) => holds === true)).toBe(true);
  return results.filter(({ holds }) => holds === false);
}

test('instances die under load: nothing acknowledged is lost, nothing is accepted twice', async () => {
  expect(await brokenBy(killInstance, 1)).toEqual([]);
}, 90_000);

test('keys rotate every second under clients that keep them five minutes: every token verifies', async () => {
  // the first of the new keys is used after 13 seconds
  expect(await brokenBy(rotateEverySecond, 17)).toEqual([]);
}, 90_000);
