import { createClock } from '../../src/clock.ts';
import { createRedisArtifacts } from '../../src/store/artifacts/redis.ts';
import { openRedis } from '../../src/store/redis.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import type { Cores } from './cores.ts';
import { atMost, type Figures, information } from './figures.ts';
import { measure, percentile } from './load.ts';
import { lanes, type Operation, prepare } from './operations.ts';
import { openProtocol } from './protocol.ts';
import { keepPart, say } from './report.ts';
import { multiply, patternOf } from './sessions-fill.ts';
import { logIn } from './sign-in.ts';
import { startTarget, type Target } from './target.ts';
import { targets } from './targets.ts';
import { openLine, Visitor } from './visitor.ts';

const bars = { ratio: 1.1, bytes: 1500 };
const [few, many] = [10_000, 1_000_000];
/** Logins of one turn, and turns of each server. */
const [turn, turns] = [150, 16];
/** Seconds after which what a login left is no part of a session that lives: codes, access tokens, rounds of the throttle. */
const transient = 3600;

/** One key that a login left. */
interface Left {
  kind: string;
  bytes: number;
  seconds: number;
}

interface Filled extends AsyncDisposable {
  redis: RedisServer;
  target: Target;
  login: Operation;
  left: Left[];
  /** What a session takes of Redis, with everything that lives as long, its share of the tables included. */
  bytes: { used: number; resident: number; dataset: number };
}

/**
 * Two servers of ours, each on a Redis of its own, one with few live sessions and one with many, asked in turns: what a
 * login costs server and Redis here and there, and how many bytes a session takes.
 */
export async function measureLiveSessions(cores: Cores): Promise<Figures> {
  await using small = await filled('few', few, cores);
  await using large = await filled('many', many, cores);
  const rounds: { few: Cost; many: Cost }[] = [];
  for (let round = 0; round < turns; round += 1) {
    const [first, second] = round % 2 ? [large, small] : [small, large];
    const costs = new Map([[first, await costOf(first)]]);
    costs.set(second, await costOf(second));
    rounds.push({ few: costs.get(small) as Cost, many: costs.get(large) as Cost });
  }
  const ratio = (part: keyof Cost) =>
    percentile(
      rounds.map((one) => one.many[part] / one.few[part]),
      0.5,
    );
  const middle = (where: 'few' | 'many', part: keyof Cost) =>
    percentile(
      rounds.map((one) => one[where][part]),
      0.5,
    );
  const thousands = (count: number) => count.toLocaleString('en');
  const figures: Figures = {
    [`a login at ${thousands(many)} live sessions against ${thousands(few)}: CPU`]: atMost(
      bars.ratio,
      ratio('both'),
      'x',
    ),
    'the same, server alone': information(ratio('server'), 'x'),
    'the same, Redis alone': information(ratio('redis'), 'x'),
    ...Object.fromEntries(
      (['few', 'many'] as const).flatMap((where) =>
        (['server', 'redis'] as const).map((part) => [
          `a login at ${thousands(where === 'few' ? few : many)} live sessions: CPU of ${part === 'redis' ? 'Redis' : 'the server'}`,
          information(middle(where, part), 'ms'),
        ]),
      ),
    ),
    'bytes of a live session (used_memory)': atMost(bars.bytes, large.bytes.used, 'B'),
    'bytes of a live session (used_memory_dataset)': information(large.bytes.dataset, 'B'),
    'bytes of a live session (resident)': information(large.bytes.resident, 'B'),
  };
  await keepPart('live-sessions', {
    title: 'Live sessions on Redis',
    figures,
    about: `${cores.about}. A login is one of the bench without a password; ${turns} turns of ${turn} for each server, the middle one`,
    more: [
      'What one login leaves, by MEMORY USAGE, which leaves out the tables of Redis; a live session is what stays for more than an hour:',
      [
        '| key | bytes | seconds to live |',
        '|---|--:|--:|',
        ...large.left.map(({ kind, bytes, seconds }) => `| \`${kind}\` | ${bytes} | ${seconds} |`),
      ].join('\n'),
    ],
  });
  return figures;
}

/** Milliseconds of processor time for a login. */
interface Cost {
  server: number;
  redis: number;
  both: number;
}

async function costOf({ redis, target, login }: Filled): Promise<Cost> {
  const before = await processorTime(redis);
  const { cpuMsPerOperation, operations } = await measure(target, { seconds: 30, most: turn, lanes, work: login });
  const ofRedis = ((await processorTime(redis)) - before) / operations;
  return { server: cpuMsPerOperation, redis: ofRedis, both: cpuMsPerOperation + ofRedis };
}

async function filled(name: string, count: number, cores: Cores): Promise<Filled> {
  await using begun = new AsyncDisposableStack();
  const redis = begun.use(await startRedis());
  process.once('exit', () => redis.process.kill('SIGKILL'));
  const stores = [redis.process.pid as number];
  const target = await startTarget({ name, script: 'vneid-server.ts', cores, stores, args: ['--redis', redis.url] });
  begun.defer(() => target.stop());
  const { keys, ids, left } = await firstLogin(redis, target);
  const before = await memory(redis);
  const [began, had] = [performance.now(), Number(await redis.ask('DBSIZE'))];
  await multiply(redis.url, await patternOf(redis.url, keys, ids), count);
  const written = Number(await redis.ask('DBSIZE')) - had;
  if (written !== count * keys.length) throw new Error(`${written} keys of ${count * keys.length} were written`);
  await checkOne(redis);
  const after = await memory(redis);
  const each = (part: keyof typeof after) => (after[part] - before[part]) / count;
  say(
    `${count} live sessions in ${((performance.now() - began) / 1000).toFixed(1)} s, ${each('used').toFixed(0)} bytes each`,
  );
  const operations = await prepare(target, targets.redis.ways, (scenario) => scenario === 'login');
  begun.defer(() => operations.close());
  const login = operations.by.login as Operation;
  await measure(target, { seconds: 30, most: 400, lanes, work: login });
  const all = begun.move();
  const bytes = { used: each('used'), resident: each('resident'), dataset: each('dataset') };
  return { redis, target, login, left, bytes, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() };
}

/** Somebody signs in: which keys are there for as long as the session, and the ids in them. */
async function firstLogin(redis: RedisServer, target: Target) {
  const line = openLine(target.issuer, 4);
  const protocol = await openProtocol(target.issuer, line);
  const [person] = target.people;
  if (!person) throw new Error('there is nobody who could sign in');
  const [signedIn, store] = [
    await logIn({ line, protocol }, new Visitor(line), { person, mayConsent: true }),
    await open(redis),
  ];
  await protocol.redeem(signedIn);
  line.close();
  const keys = (await redis.ask('KEYS', '*')) as string[];
  const left: Left[] = [];
  const lasting: string[] = [];
  for (const key of keys) {
    const seconds = Number(await redis.ask('TTL', key));
    const bytes = Number(await redis.ask('MEMORY', 'USAGE', key));
    left.push({ kind: key.replace(/:[^:]*$/, ''), bytes, seconds });
    if (seconds > transient) lasting.push(key);
  }
  const told = JSON.stringify(await store.all());
  await store.close();
  const ids = told.match(/(?<=")(?:[\w-]{43}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=")/g) ?? [];
  return { keys: lasting, ids, left: left.sort((one, other) => other.seconds - one.seconds) };
}

/** What was multiplied has to be what the program reads: a session, by its link, leads to its grant. */
async function checkOne(redis: RedisServer): Promise<void> {
  const store = await open(redis);
  for (let tries = 0; tries < 100; ) {
    const key = String(await redis.ask('RANDOMKEY'));
    if (!key.startsWith('vneid-uid:Session:')) continue;
    tries += 1;
    const session = await store.findBy('Session', 'uid', key.slice('vneid-uid:Session:'.length));
    const [app] = Object.values((session?.authorizations ?? {}) as Record<string, { grantId: string }>);
    const grant = app && (await store.get('Grant', app.grantId));
    if (!grant || grant.accountId !== session?.accountId) throw new Error(`a session without its grant: ${key}`);
  }
  await store.close();
}

async function open({ url }: RedisServer) {
  return createRedisArtifacts({ redis: await openRedis({ url }), clock: createClock() });
}

async function memory(redis: RedisServer) {
  const of = await info(redis, 'memory');
  return { used: of('used_memory'), resident: of('used_memory_rss'), dataset: of('used_memory_dataset') };
}

/** Milliseconds that Redis has used since it began, by its own account, which is finer than the kernel's ticks. */
async function processorTime(redis: RedisServer): Promise<number> {
  const of = await info(redis, 'cpu');
  return (of('used_cpu_user') + of('used_cpu_sys')) * 1000;
}

async function info(redis: RedisServer, section: string): Promise<(name: string) => number> {
  const text = String(await redis.ask('INFO', section));
  return (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
}
