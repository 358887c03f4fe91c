import { expect, test } from 'vitest';
import { blocksOf, runSamples } from '../support/readme.ts';

test("the README's samples for a browser run as printed", { timeout: 240_000 }, () => {
  const samples = blocksOf('ts').filter((sample) => sample.includes("from 'playwright'"));
  expect(samples).toHaveLength(3);
  expect(runSamples(samples)).toEqual({ passed: samples.length, failed: 0 });
});
