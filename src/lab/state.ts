import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { problem, VneidError } from '../errors.ts';
import { castPasscode } from '../registry/cast.ts';
import type { Kept } from '../store/artifacts.ts';
import { emptied, tablesOf } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import type { Bench } from './bench.ts';

/** Everything an instance knows, as JSON: people, accounts, consents, registered clients, what is under way, time, audit. */
export interface State {
  /** Of this shape; another is refused. */
  version: 1;
  notice: string;
  issuer: string;
  /** ISO 8601. */
  at: string;
  clock: { offset: number; frozen: boolean };
  /** Tells installations apart whose passcodes mean nothing to each other. */
  secrets: string;
  tables: Record<string, Record<string, Cell>[]>;
  artifacts: Kept[];
}

export type Cell = string | number | null;

/** More people than that are kept by copying the database, not as text in memory. */
const mostCitizens = 50_000;
/** Values of one statement; SQLite takes 32,766. */
const mostValues = 10_000;
const notice = 'DỮ LIỆU GIẢ LẬP · SYNTHETIC DATA';

/** @throws VneidError `state.tooLarge` */
export async function exportState(bench: Bench): Promise<State> {
  const { artifacts, clock, db, issuer, registry } = bench;
  const citizens = await registry.count();
  if (citizens > mostCitizens) throw problem('state.tooLarge', { citizens, most: mostCitizens });
  await bench.audit.flush();
  const tables: State['tables'] = {};
  for (const { name } of await tablesOf(db)) tables[name] = await any(db).selectFrom(name).selectAll().execute();
  const { now, offset, frozen } = clock.state();
  return {
    version: 1,
    notice,
    issuer,
    at: new Date(now).toISOString(),
    clock: { offset, frozen },
    secrets: secretsOf(bench),
    tables,
    artifacts: await artifacts.all(),
  };
}

/**
 * Replaces everything by what was exported, here or elsewhere; the audit only grows. Passcodes of another installation
 * cannot be told from wrong ones, so everyone who had one gets the cast's.
 * @throws VneidError `state.unfit`; nothing is changed then
 */
export async function importState(
  bench: Bench,
  {
    tables,
    artifacts: kept,
    clock: { offset, frozen },
    secrets,
  }: Pick<State, 'tables' | 'artifacts' | 'clock' | 'secrets'>,
): Promise<{ citizens: number; passcodes: 'kept' | 'replaced' }> {
  const { artifacts, clock, db, passcodes } = bench;
  await refuseStrange(db, tables);
  await db
    .transaction()
    .execute(async (work) => {
      await emptied(work);
      for (const [name, rows] of Object.entries(tables)) await insertAll(work, name, rows);
    })
    .catch((cause: Error) => {
      throw cause instanceof VneidError
        ? cause
        : problem('state.unfit', { found: cause.message, expected: 'rows as exported' });
    });
  await artifacts.clear();
  for (const { kind, id, payload, expiresAt, links } of kept) await artifacts.put(kind, id, payload, expiresAt, links);
  await startedAnew(bench);
  clock.advance(Math.max(0, offset));
  if (frozen) clock.freeze();
  const same = secrets === secretsOf(bench);
  const holders = same ? [] : await db.selectFrom('passcodes').select('account_id').execute();
  for (const { account_id: account } of holders) await passcodes.set(account, castPasscode);
  const citizens = await bench.registry.count();
  bench.events.emit('state.replaced', { by: 'import', citizens });
  return { citizens, passcodes: same ? 'kept' : 'replaced' };
}

/** Everything is as at the first start; the audit only grows. */
export async function resetState(bench: Bench): Promise<{ citizens: number }> {
  await bench.beginAgain();
  await startedAnew(bench);
  const citizens = await bench.registry.count();
  bench.events.emit('state.replaced', { by: 'reset', citizens });
  return { citizens };
}

/** What is held in memory is what the database has now. */
async function startedAnew({ clients, clock, faults, timelines }: Bench): Promise<void> {
  clock.reset();
  faults.clearAll();
  timelines.clear();
  await clients.reread();
}

function secretsOf({ keys }: Bench): string {
  return createHash('sha256').update(keys.secret('passcodes')).digest('base64url').slice(0, 16);
}

async function refuseStrange(db: Kysely<Schema>, tables: State['tables']): Promise<void> {
  const known = new Map((await tablesOf(db)).map(({ name, columns }) => [name, new Set(columns)]));
  for (const [name, rows] of Object.entries(tables)) {
    const columns = known.get(name);
    if (!columns) throw problem('state.unfit', { found: `table ${name}`, expected: [...known.keys()].join(', ') });
    const strange = rows.flatMap((row) => Object.keys(row)).find((column) => !columns.has(column));
    if (strange !== undefined)
      throw problem('state.unfit', { found: `${name}.${strange}`, expected: [...columns].join(', ') });
  }
}

async function insertAll(db: Kysely<Schema>, name: string, rows: Record<string, Cell>[]): Promise<void> {
  const width = Math.max(1, ...rows.map((row) => Object.keys(row).length));
  const slice = Math.max(1, Math.floor(mostValues / width));
  for (let first = 0; first < rows.length; first += slice)
    await any(db)
      .insertInto(name)
      .values(rows.slice(first, first + slice))
      // rows of the audit may be there already, and stay
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** The same database, where tables are known by name alone. */
function any(db: Kysely<Schema>): Kysely<Record<string, Record<string, Cell>>> {
  return db as unknown as Kysely<Record<string, Record<string, Cell>>>;
}
