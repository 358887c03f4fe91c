import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { text } from 'node:stream/consumers';
import { parseArgs, styleText } from 'node:util';
import { banner } from './banner.ts';
import { type Config, describeOptions, readConfig } from './config.ts';
import { VneidError } from './errors.ts';
import { unknownVariables } from './unknown-variables.ts';

interface Command {
  about: string;
  /** That it tells more of itself, by `--help`, than stands here. */
  tellsMore?: true;
  run: (args: string[]) => Promise<void>;
}

/** The commands, each loading only what it needs, so that small ones are quick. */
const commands: Record<string, Command> = {
  start: {
    about: '[--workers N] [--profile conformance]: start the provider and the city (default)',
    run: start,
  },
  seed: { about: 'make synthetic citizens: --citizens N --accounts N --seed S', run: seedCitizens },
  migrate: { about: 'bring the database up to date, as often as one likes; before a sandbox starts', run: migrateHere },
  token: {
    about: '[--lifetime SECONDS]: leave to register relying parties in a sandbox, on a running program',
    tellsMore: true,
    run: token,
  },
  mcp: {
    about: '[--url URL]: the same for agents, by the Model Context Protocol on standard input and output',
    run: mcp,
  },
  'check-rp': {
    about:
      '--start URL: grades an app by logging in to it, once properly and once for each deviation; --help tells more',
    tellsMore: true,
    run: checkRp,
  },
  keys: { about: 'list | rotate [--announce SECONDS] [--retire SECONDS]: signing keys', run: keys },
  compile: { about: 'begin and end, so that the next start finds everything compiled; `npm ci` does so', run: compile },
  config: { about: 'every option: its environment variable, what it is here, what it is for', run: config },
  version: { about: 'which version this is', run: version },
  help: { about: 'this page', run: help },
};

/**
 * Runs one command.
 * @param args what follows the program's name on the command line
 */
export async function main(args: string[]): Promise<void> {
  const [name = 'start', ...rest] = args;
  const own = isHelp(name) ? 'help' : name === '--version' || name === '-v' ? 'version' : name;
  // who reads may have read enough
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE') throw cause;
    });
  try {
    const command = Object.hasOwn(commands, own) ? commands[own] : undefined;
    if (command && !command.tellsMore && rest.some(isHelp)) return void process.stdout.write(lineOf(own, command));
    if (command) return await command.run(rest);
    const { typedFamilies } = await import('./lab/command-line.ts');
    const families = typedFamilies();
    const known = [...Object.keys(commands), ...families.keys()];
    if (!families.has(name)) throw new Error(`unknown command "${name}"; try: ${known.join(', ')}`);
    await control(args);
  } catch (thrown) {
    process.stderr.write(`${styleText('red', 'vneid:')} ${explain(thrown)}\n`);
    process.exitCode ||= 1;
    // else a worker is kept by its channel to the others, and anyone by what a library holds open to a server that is silent
    process.exit();
  }
}

async function start(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { profile: { type: 'string' }, workers: { type: 'string' } } });
  const own = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  // a worker was started by a process that has said it
  if (!process.channel) tellUnknown();
  const config = readConfig(own, process.env);
  const { default: cluster } = await import('node:cluster');
  if (config.workers > 1 && cluster.isPrimary) return startPool(config);
  const [{ createInstance }, { poolHere, workerIsReady }] = await program();
  const pool = poolHere();
  // whoever is the first process of a container would not hear a signal before somebody listens; nothing is lost by then
  let stop = (): void => process.exit(0);
  const heard = () => stop();
  // a worker hears it from the terminal, and again from the process that started it
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    if (pool) process.on(signal, heard);
    else process.once(signal, heard);
  const instance = await createInstance(config, { pool });
  let stopping: Promise<void> | undefined;
  stop = () => void (stopping ??= instance.stop().then(() => process.exit(0)));
  if (pool) return workerIsReady(instance);
  await showBanner(instance);
}

/** Says of each variable that looks like an option, and is none, that it does nothing. */
function tellUnknown(): void {
  for (const line of unknownVariables(process.env)) process.stderr.write(`${styleText('yellow', 'vneid:')} ${line}\n`);
}

/** What a process is made of that answers requests. */
const program = () => Promise.all([import('./installation.ts'), import('./workers.ts')]);

async function compile(): Promise<void> {
  const [{ startVneid }, { cast }] = await Promise.all([import('./index.ts'), import('./registry/cast.ts'), program()]);
  const vneid = await startVneid({ city: true, cityPort: 0, citizens: 10 });
  // by a thread, which has code of its own
  await vneid.control.accounts.setPassword({ number: cast[0]?.number ?? '', password: 'for nobody' });
  await vneid.stop();
}

async function startPool(config: Config): Promise<void> {
  // people may be made for minutes, and whoever ends that loses nothing: the next start goes on where it was
  let stop = (): void => process.exit(0);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
  const [{ prepareGround }, { startWorkers }] = await Promise.all([import('./ground.ts'), import('./workers.ts')]);
  await prepareGround(config);
  const stopped = new AbortController();
  stop = () => stopped.abort();
  const pool = await startWorkers(config, {
    signal: stopped.signal,
    tell: (line) => void process.stderr.write(`${styleText('red', 'vneid:')} ${line}\n`),
  });
  if (pool.told) await showBanner(pool.told);
  process.exitCode = await pool.ended;
}

async function showBanner({ issuer, city }: { issuer: string; city: string | undefined }): Promise<void> {
  const { castPasscode, castPassword, cast } = await import('./registry/cast.ts');
  const [an] = cast;
  const person = { who: an?.fullName ?? '', number: an?.number ?? '', password: castPassword, passcode: castPasscode };
  process.stdout.write(banner({ issuer, city, ...person }));
}

async function seedCitizens(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { citizens: { type: 'string' }, accounts: { type: 'string' }, seed: { type: 'string' } },
  });
  const own: Record<string, unknown> = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  );
  const config = readConfig(own, process.env);
  const { citizens, accounts, seed: number } = config;
  const [{ databaseOf, openDatabase }, { seed }, { progressLine }, { createClock }, { castPasswordHash }] =
    await Promise.all([
      import('./store/database.ts'),
      import('./registry/seed.ts'),
      import('./registry/seed-progress.ts'),
      import('./clock.ts'),
      import('./registry/cast.ts'),
    ]);
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  const { place, ...opening } = databaseOf(config);
  const database = await openDatabase(place, opening);
  try {
    await seed({
      database,
      citizens,
      accounts,
      seed: number,
      passwordHash: async () => castPasswordHash,
      clock: createClock(),
      signal: stopped.signal,
      onProgress: (progress) =>
        process.stdout.write(
          `${process.stdout.isTTY ? '\r' : ''}${progressLine(progress)}${process.stdout.isTTY ? '' : '\n'}`,
        ),
    });
    process.stdout.write('\n');
  } finally {
    await database.close();
  }
}

async function migrateHere(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const { databaseOf, migrateDatabase } = await import('./store/database.ts');
  const done = await migrateDatabase(databaseOf(readConfig({}, process.env)).place);
  for (const name of done) process.stdout.write(`${name}\n`);
  process.stdout.write(done.length === 0 ? 'the database was up to date\n' : 'the database is up to date\n');
}

async function token(args: string[]): Promise<void> {
  await control(['initial-access-tokens', 'create', ...args]);
}

/** Anything that the bench can do, on a running program; prints the answer, which is JSON for whatever reads it next. */
async function control(args: string[]): Promise<void> {
  const [line, { ask }] = await Promise.all([import('./lab/command-line.ts'), import('./lab/remote.ts')]);
  if (args.some(isHelp)) return void process.stdout.write(`${line.help(args)}\n`);
  const { operation, input, url, from } = line.readCommand(args);
  const kept = from === undefined ? {} : await membersIn(from);
  const { ok, answer } = await ask(placeOf(url), operation, { ...kept, ...input });
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  if (!ok) process.exitCode = 1;
}

/** What a file says, or standard input where it is `-`: one JSON object, such as an exported state. */
async function membersIn(file: string): Promise<Record<string, unknown>> {
  const read = file === '-' ? text(process.stdin) : readFile(file, 'utf8');
  const members = JSON.parse(await read) as unknown;
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    throw new Error(`${file} has no JSON object`);
  return { ...members };
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

async function mcp(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' } } });
  const { serveMcp } = await import('./lab/mcp.ts');
  serveMcp(placeOf(values.url));
}

/** Exit code 0 when the app accepted nothing wrongly, 1 when it did, 2 when it could not be checked. */
async function checkRp(args: string[]): Promise<void> {
  process.exitCode = 2;
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const { check } = await import('./lab/check-rp/command.ts');
  process.exitCode = await check(args, placeOf, { ...process, signal: stopped.signal });
}

/** The running program that a command is for. */
function placeOf(named: string | undefined): { url: string; operatorToken: string } {
  const { issuer, port, profile, tlsCert, operatorToken } = readConfig({}, process.env);
  const scheme = tlsCert !== '' || profile === 'conformance' ? 'https' : 'http';
  return { url: named ?? (issuer || `${scheme}://localhost:${port}`), operatorToken };
}

async function keys(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { announce: { type: 'string', default: '300' }, retire: { type: 'string', default: '86400' } },
  });
  const { listKeys, rotateKeys } = await import('./oidc/keys/keys.ts');
  const { keys: folder } = readConfig({}, process.env);
  const now = Date.now();
  const [verb = 'list'] = positionals;
  if (verb !== 'list' && verb !== 'rotate') throw new Error(`unknown: keys ${verb}; try: keys list, keys rotate`);
  const states =
    verb === 'list'
      ? await listKeys({ folder, now })
      : await rotateKeys({ folder, now, announce: seconds(values.announce), retire: seconds(values.retire) });
  if (states.length === 0)
    process.stdout.write(`no keys in ${folder} yet: the first start makes them, and so does vneid keys rotate\n`);
  for (const { kid, alg, state, useFrom, publishUntil } of states) {
    const until = publishUntil === undefined ? '' : `  published until ${new Date(publishUntil).toISOString()}`;
    process.stdout.write(
      `${alg.padEnd(6)} ${state.padEnd(10)} ${kid}  used from ${new Date(useFrom).toISOString()}${until}\n`,
    );
  }
}

/** Seconds on the command line, milliseconds in the program. */
function seconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}" is not a number of seconds`);
  return Number(text) * 1000;
}

async function version(): Promise<void> {
  const told = await readFile(findPackageJSON(import.meta.url) ?? '', 'utf8');
  process.stdout.write(`vneid ${(JSON.parse(told) as { version: string }).version}\n`);
}

async function config(): Promise<void> {
  tellUnknown();
  for (const { variable, value, about } of describeOptions(process.env)) {
    process.stdout.write(`${variable.padEnd(26)} ${value.padEnd(12)} ${about}\n`);
  }
}

async function help(): Promise<void> {
  for (const [name, command] of Object.entries(commands)) process.stdout.write(lineOf(name, command));
  const { help: families } = await import('./lab/command-line.ts');
  process.stdout.write(
    '\non a running program, at --url, VNEID_ISSUER or this machine; more by --help, from a file by --from FILE:\n',
  );
  process.stdout.write(`${families([])}\n`);
}

function lineOf(name: string, { about }: Command): string {
  return `vneid ${name.padEnd(8)} ${about}\n`;
}

/** Errors of ours in both languages; a taken port as a sentence; anything else as it is. */
function explain(thrown: unknown): string {
  if (thrown instanceof VneidError) {
    const [vi, en] = [thrown.explain('vi'), thrown.explain('en')];
    return `${vi.text} ${vi.next}\n${en.text} ${en.next}`;
  }
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE') {
    const { port } = thrown as unknown as { port: number };
    return `Cổng ${port} đang được dùng: đặt VNEID_PORT hoặc VNEID_CITY_PORT.\nPort ${port} is taken: set VNEID_PORT or VNEID_CITY_PORT.`;
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
