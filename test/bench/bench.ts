/**
 * `npm run bench`: what signing in costs, next to an oidc-provider without anything of ours, and how soon and how small
 * the program is when it starts. Everything runs on loopback, in child processes, for a bounded time.
 *
 *     npm run bench -- --only login --seconds 20    one part, longer; nothing is kept
 *     npm run bench -- --check                      ends with 1 when a bar is missed
 *     npm run bench -- --profile <folder>           CPU profiles of the servers (Chrome DevTools opens them)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, type Compared, compared, type Contender, figuresOf } from './comparison.ts';
import { measureControlLogins } from './control-login.ts';
import { shareCores } from './cores.ts';
import type { Figures } from './figures.ts';
import { drive } from './load.ts';
import { lanes, prepare } from './operations.ts';
import { measurePasskeys } from './passkey-load.ts';
import { measureCodes, measureLatency, measurePasswords } from './password-load.ts';
import { measureQrLogins } from './qr-login.ts';
import { keep, printFigures, printRows, say } from './report.ts';
import { measureMemory, measureStarts } from './startup.ts';
import { startTarget, type Target } from './target.ts';

const parts = [...Object.keys(compared), 'passkey', 'qr', 'control', 'password', 'code', 'latency', 'start', 'memory'];
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const strange = options.only.find((name) => !parts.includes(name));
if (strange !== undefined) throw new Error(`--only ${strange}: there is no such part; one of ${parts.join(', ')}`);
const seconds = between(options.seconds, 1, 60);

const wanted = (name: string) => options.only.length === 0 || options.only.includes(name);
const cores = shareCores();
const folder = await mkdtemp(join(tmpdir(), 'vneid-bench-'));
const running: Target[] = [];
const figures: Figures = {};
say(`CPU time is of the whole server process; ${cores.about}.`);

try {
  await compareServers();
  await loadPasswords();
  if (wanted('qr')) tell(await measureQrLogins());
  if (wanted('control')) tell(await measureControlLogins());
  if (wanted('start')) tell(await measureStarts(cores));
  if (wanted('memory')) tell(await measureMemory(cores));
} finally {
  await Promise.all(running.map((target) => target.stop()));
  await rm(folder, { recursive: true, force: true });
}
if (options.only.length === 0 && !options.profile) await keep(figures, cores.about);
const missed = Object.values(figures).filter(({ holds }) => holds === false).length;
say(missed === 0 ? 'every bar holds' : `${missed} bars missed`);
if (options.check && missed > 0) process.exitCode = 1;

/** The bare provider, ours in memory, ours with files: the same operations, in turn. */
async function compareServers(): Promise<void> {
  const names = (Object.keys(compared) as Compared[]).filter(wanted);
  if (names.length === 0 && !wanted('passkey')) return;
  const [bare, memory] = [await contend('bare', 'bare-provider.ts'), await contend('memory', 'vneid-server.ts')];
  const contenders = [bare, memory, await contend('sqlite', 'vneid-server.ts', ['--data', join(folder, 'data')])];
  for (const name of names) {
    const rows = await compare(name, contenders, seconds);
    printRows(rows);
    Object.assign(figures, figuresOf(rows));
  }
  printFigures(Object.fromEntries(Object.entries(figures).filter(([, { bar }]) => bar !== null)));
  if (wanted('passkey')) tell(await measurePasskeys(bare, memory, seconds));
  for (const { target, operations } of contenders) {
    operations.close();
    running.splice(running.indexOf(target), 1);
    await target.stop();
  }
}

async function loadPasswords(): Promise<void> {
  if (!['password', 'code', 'latency'].some(wanted)) return;
  const contender = await contend('password', 'vneid-server.ts', ['--passwords', 'checked']);
  await drive({ seconds, most: 50_000, lanes, work: contender.operations.login });
  contender.target.checkPasswords();
  if (wanted('password')) tell(await measurePasswords(contender, seconds));
  if (wanted('code')) tell(await measureCodes(contender, seconds));
  if (wanted('latency')) tell(await measureLatency(contender, seconds / 2));
  contender.operations.close();
}

async function contend(name: string, script: string, args: string[] = [], people = 1000): Promise<Contender> {
  const target = await startTarget({ name, script, args, cores, profile: options.profile });
  running.push(target);
  return { target, operations: await prepare(target, { people }) };
}

function tell(found: Figures): void {
  printFigures(found);
  Object.assign(figures, found);
}

function between(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`"${text}" is not a number from ${least} to ${most}`);
  return value;
}
