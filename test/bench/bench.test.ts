import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** How the bench says what one operation cost a server. */
const row = (scenario: string, target: string) => new RegExp(`^${scenario} +${target} +[\\d.]+ ms`, 'm');

test('the bench starts its servers in turn, signs people in at each, and says what it cost', async () => {
  const asked = ['--only', 'discovery', '--only', 'login', '--targets', 'bare,sqlite,redis', '--seconds', '1'];
  const { stdout } = await run(process.execPath, ['test/bench/bench.ts', ...asked], { timeout: 240_000 });
  const said = stripVTControlCharacters(stdout);
  for (const target of ['bare', 'sqlite', 'redis']) {
    expect(said).toMatch(row('discovery', target));
    expect(said).toMatch(row('full login without password', target));
  }
  expect(said).toMatch(/every bar holds|\d+ bars missed/);
}, 250_000);

test('what is measured by itself is told in figures, of as few people as it is asked for', async () => {
  const asked = ['--only', 'people', '--only', 'growth', '--citizens', '1000'];
  const { stdout } = await run(process.execPath, ['test/bench/bench.ts', ...asked], { timeout: 240_000 });
  const said = stripVTControlCharacters(stdout);
  for (const engine of ['sqlite', 'postgres']) {
    // the last household is a whole one
    expect(said).toMatch(new RegExp(`^ *${engine}: citizens made +10\\d\\d$`, 'm'));
    expect(said).toMatch(new RegExp(`^ *${engine}: on disk +[\\d.]+ GB$`, 'm'));
    expect(said).toMatch(new RegExp(`^. ${engine}: lookup by personal number, p99 +[\\d.]+ ms at most 1 ms$`, 'm'));
  }
  expect(said).toMatch(/^ *a row of citizens, indices included +\d+ B$/m);
  expect(said).toMatch(/^ *a login: rows in audit +[\d.]+$/m);
}, 250_000);

test('what it is asked for has to be there', async () => {
  const asked = run(process.execPath, ['test/bench/bench.ts', '--only', 'logout']);
  await expect(asked).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/--only logout[^]*--targets/) });
});

test.each(['bench/bench.ts', 'drill/drill.ts'])(
  '%s tells how it is used, and what was typed wrongly',
  async (program) => {
    const { stdout } = await run(process.execPath, [`test/${program}`, '--help']);
    expect(stdout).toMatch(/^npm run (bench|drill) [^]*--only[^]*--seconds/);
    const wrong = run(process.execPath, [`test/${program}`, '--second', '5']);
    await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/'--second'[^]*npm run/) });
  },
);
