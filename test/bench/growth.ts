import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { postgresFolder } from '../support/needs.ts';
import { ask, databaseAt, startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import type { Cores } from './cores.ts';
import { type Figures, information } from './figures.ts';
import { measure } from './load.ts';
import { lanes, type Operation, prepare } from './operations.ts';
import { observe } from './processor-time.ts';
import { keepPart } from './report.ts';
import { startTarget } from './target.ts';
import { endWithUs, pidOf, targets } from './targets.ts';

/** People in the database, and logins that are added to what they leave. */
const whole = { citizens: 50_000, logins: 3_000 };
const writesThrough = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'max_wal_size=4GB'];

/**
 * What people and logins leave in PostgreSQL: bytes of a row with its indices, table by table; then, for each login,
 * transactions, WAL, rows and processor time; and how quickly all of it is dumped.
 * @param citizens fewer, and as many fewer logins; kept is only what was found of all
 */
export async function measureGrowth(cores: Cores, citizens = whole.citizens): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const postgres = await startPostgres(writesThrough.flatMap((setting) => ['-c', setting]));
  stack.defer(() => postgres.stop());
  const redis = stack.use(await startRedis());
  endWithUs([redis]);
  await ask(postgres.url, 'create database people');
  const url = databaseAt(postgres.url, 'people');
  const pid = pidOf(postgres);
  const args = ['--redis', redis.url, '--database', url, '--citizens', String(citizens)];
  const target = await startTarget({ name: 'growth', script: 'vneid-server.ts', cores, args, stores: [pid] });
  stack.defer(() => target.stop());
  const operations = await prepare(target, targets.cluster.ways, (scenario) => scenario === 'login');
  stack.defer(() => operations.close());

  const people = await tables(url);
  await ask(url, 'checkpoint');
  const before = { ...(await counters(url)), cpu: observe([pid]).cpuMs };
  const { operations: done } = await measure(target, {
    seconds: 120,
    most: Math.round((citizens * whole.logins) / whole.citizens),
    lanes,
    work: operations.by.login as Operation,
  });
  const after = { ...(await counters(url)), cpu: observe([pid]).cpuMs };
  const grown = await tables(url);
  const each = (name: 'wal' | 'commits' | 'cpu') => (after[name] - before[name]) / done;
  const figures: Figures = {
    ...Object.fromEntries(
      [...people]
        .filter(([, { rows }]) => rows >= 100)
        .map(([name, { rows, bytes }]) => [`a row of ${name}, indices included`, information(bytes / rows, 'B')]),
    ),
    'a login (no password, level 1, consent given before): transactions': information(each('commits'), ''),
    'a login: WAL after a checkpoint': information(each('wal'), 'B'),
    'a login: processor time of PostgreSQL': information(each('cpu'), 'ms'),
    ...Object.fromEntries(
      [...grown].flatMap(([name, { rows, bytes }]) => {
        const had = people.get(name) ?? { rows: 0, bytes: 0 };
        const more = rows - had.rows;
        if (more < done / 10) return [];
        return [
          [`a login: rows in ${name}`, information(more / done, '')],
          [`a login: bytes in ${name}`, information((bytes - had.bytes) / done, 'B')],
        ];
      }),
    ),
    ...dump(
      url,
      [...grown.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    ),
  };
  if (citizens === whole.citizens)
    await keepPart('growth', {
      title: 'What people and logins leave in PostgreSQL',
      figures,
      about: `${citizens} people made, ${done} logins; ${cores.about}`,
    });
  return figures;
}

/** Has `pg_dump` write all of a database of so many bytes. */
function dump(url: string, bytes: number): Figures {
  const began = performance.now();
  const written = execFileSync(join(postgresFolder(), 'pg_dump'), ['-Fc', '-Z1', url], { maxBuffer: 2 ** 31 });
  const seconds = (performance.now() - began) / 1000;
  return {
    'all of it': information(bytes / 1e6, 'MB'),
    'all of it, dumped (pg_dump -Fc -Z1)': information(written.length / 1e6, 'MB'),
    'of it dumped in a second': information(bytes / 1e6 / seconds, 'MB'),
  };
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
