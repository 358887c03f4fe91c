import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { postgresFolder } from '../support/needs.ts';
import { ask, databaseAt, startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { describeMachine, shareCores } from './cores.ts';
import { measure } from './load.ts';
import { lanes, type Operation, prepare } from './operations.ts';
import { observe } from './processor-time.ts';
import { startTarget } from './target.ts';
import { targets } from './targets.ts';

/**
 * What people and logins leave in PostgreSQL: bytes of a row with its indices, table by table; then, for each login,
 * transactions, WAL, rows and processor time; and how quickly all of it is dumped. Run alone, for a minute or two:
 *
 *     node test/bench/database-growth.ts [citizens] [logins]
 */
const [citizens, logins] = [Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 3000)];

const writesThrough = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'max_wal_size=4GB'];
const postgres = await startPostgres(writesThrough.flatMap((setting) => ['-c', setting]));
const redis = await startRedis();
process.once('exit', () => redis.process.kill('SIGKILL'));
try {
  await ask(postgres.url, 'create database people');
  const url = databaseAt(postgres.url, 'people');
  const [{ pid }] = (await ask(url, "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int pid")) as [
    { pid: number },
  ];
  const stores = ['--redis', redis.url, '--database', url, '--citizens', String(citizens)];
  const target = await startTarget({
    name: 'growth',
    script: 'vneid-server.ts',
    cores: shareCores(),
    args: stores,
    stores: [pid],
  });
  const operations = await prepare(target, targets.cluster.ways, (scenario) => scenario === 'login');
  const people = await tables(url);
  await ask(url, 'checkpoint');
  const before = { ...(await counters(url)), cpu: observe([pid]).cpuMs };
  const { operations: done } = await measure(target, {
    seconds: 120,
    most: logins,
    lanes,
    work: operations.by.login as Operation,
  });
  const after = { ...(await counters(url)), cpu: observe([pid]).cpuMs };
  const grown = await tables(url);
  const began = performance.now();
  const dump = execFileSync(join(postgresFolder(), 'pg_dump'), ['-Fc', '-Z1', url], { maxBuffer: 2 ** 31 });
  const dumped = (performance.now() - began) / 1000;
  const size = [...grown.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  operations.close();
  await target.stop();

  const { cpu, cores, node } = describeMachine();
  const each = (name: 'wal' | 'commits' | 'cpu') => (after[name] - before[name]) / done;
  const lines = [
    '# What people and logins leave in PostgreSQL',
    '',
    `\`node test/bench/database-growth.ts ${citizens} ${logins}\`, ${new Date().toISOString().slice(0, 10)}, Node ${node}, ${cores} × ${cpu}, load ${loadavg()[0]?.toFixed(1)}.`,
    '',
    '| table | rows | bytes of a row, indices included |',
    '|---|--:|--:|',
    ...[...people]
      .filter(([, { rows }]) => rows >= 100)
      .map(([name, { rows, bytes }]) => `| ${name} | ${rows} | ${Math.round(bytes / rows)} |`),
    '',
    `| each of ${done} logins (no password, level 1, consent given before) | |`,
    '|---|--:|',
    `| transactions | ${each('commits').toFixed(1)} |`,
    `| WAL after a checkpoint, bytes | ${each('wal').toFixed(0)} |`,
    `| processor time of PostgreSQL, ms | ${each('cpu').toFixed(2)} |`,
    ...[...grown].flatMap(([name, { rows, bytes }]) => {
      const more = rows - (people.get(name)?.rows ?? 0);
      if (more < done / 10) return [];
      return [
        `| rows in ${name} | ${(more / done).toFixed(1)} of ${Math.round((bytes - (people.get(name)?.bytes ?? 0)) / more)} bytes |`,
      ];
    }),
    '',
    `All of it, ${(size / 1e6).toFixed(0)} MB, was dumped (\`pg_dump -Fc -Z1\`) in ${dumped.toFixed(1)} s to ${(dump.length / 1e6).toFixed(0)} MB: ${(size / 1e6 / dumped).toFixed(0)} MB/s.`,
    '',
  ];
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('database-growth.md', folder), lines.join('\n'));
  process.stdout.write(lines.join('\n'));
} finally {
  await postgres.stop();
  await redis[Symbol.asyncDispose]();
}

/** Rows and bytes of every table that has any, after a vacuum. */
async function tables(url: string): Promise<Map<string, { rows: number; bytes: number }>> {
  await ask(url, 'vacuum analyze');
  const names = (await ask(url, "select tablename from pg_tables where schemaname = 'public'")) as {
    tablename: string;
  }[];
  const found = new Map<string, { rows: number; bytes: number }>();
  for (const { tablename: name } of names) {
    const [row] = (await ask(
      url,
      `select count(*)::int as rows, pg_total_relation_size('${name}')::float8 as bytes from ${name}`,
    )) as { rows: number; bytes: number }[];
    if (row && row.rows > 0) found.set(name, row);
  }
  return found;
}

async function counters(url: string): Promise<{ wal: number; commits: number }> {
  // a backend tells of what it did a moment later
  await ask(url, 'select pg_stat_force_next_flush()');
  const [row] = (await ask(
    url,
    `select (pg_current_wal_lsn() - '0/0')::float8 as wal, xact_commit::float8 as commits from pg_stat_database where datname = current_database()`,
  )) as { wal: number; commits: number }[];
  return row as { wal: number; commits: number };
}
