import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ClientMetadata } from 'oidc-provider';
import { createClock } from '../clock.ts';
import { type InBoth, problem, VneidError } from '../errors.ts';
import { checkRegistration } from '../oidc/clients/clients-file.ts';
import { removed, toMetadata } from '../oidc/clients/clients.ts';
import { checkKept } from '../oidc/clients/dynamic-registration.ts';
import { castPasscode } from '../registry/cast.ts';
import type { Kept } from '../store/artifacts.ts';
import { emptied, tablesOf } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import type { Bench } from './bench.ts';
import { furthest } from './shapes.ts';

/**
 * Everything an instance knows, as JSON: people, accounts, consents, registered clients, what is under way, time, audit. Who
 * is signed in at an app only that app knows, the city's too, which has its table here: no file brings anybody into it, and
 * nobody stays in it when the people are replaced.
 */
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
/** Objects and lists inside each other; what is deeper none of our parts writes, and no stack may hold. */
const deepest = 50;
const notice = 'DỮ LIỆU GIẢ LẬP · SYNTHETIC DATA';

/** What there is of one moment: nobody replaces it meanwhile. @throws VneidError `state.tooLarge` */
export function exportState(bench: Bench): Promise<State> {
  return bench.inTurn(() => exported(bench));
}

async function exported(bench: Bench): Promise<State> {
  const { artifacts, clock, db, issuer, registry } = bench;
  const citizens = await registry.count();
  if (citizens > mostCitizens) throw problem('state.tooLarge', { citizens, most: mostCitizens });
  await bench.audit.flush();
  const tables: State['tables'] = {};
  // of one moment
  await inTransaction(db, async (work) => {
    for (const { name } of await tablesOf(work))
      if (name !== 'visits') tables[name] = await any(work).selectFrom(name).selectAll().execute();
  });
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
 * Replaces everything by what was exported, here or elsewhere, but the audit, which tells of what happened here. Passcodes
 * of another installation cannot be told from wrong ones, so everyone who had one gets the cast's.
 * @throws VneidError `state.unfit`, `database.unavailable`, `lab.workers` where its clock was moved; nothing is changed then
 */
export function importState(bench: Bench, state: Imported): Promise<Replaced> {
  return bench.inTurn(() => imported(bench, state));
}

type Imported = Pick<State, 'tables' | 'artifacts' | 'clock' | 'secrets'> & { at?: string | undefined };
type Replaced = { citizens: number; passcodes: 'kept' | 'replaced' };

async function imported(
  bench: Bench,
  { tables: { audit: _told, ...tables }, artifacts: kept, clock: kind, secrets, at }: Imported,
): Promise<Replaced> {
  const { artifacts, clock, db, passcodes, workers } = bench;
  const time = timeOf(kind, at);
  if (workers > 1 && (time.offset !== 0 || time.frozen)) throw problem('lab.workers', { workers });
  await refuseStrange(db, tables);
  await refuseUnfitClients(bench, tables.clients);
  for (const { kind, id, payload } of kept) if (isTooDeep(payload)) throw unfit(`${kind} ${id}`, notDeeper);
  await inTransaction(db, async (work) => {
    await emptied(work);
    for (const [name, rows] of Object.entries(tables)) await insertAll(work, name, rows);
  }).catch((cause: Error) => {
    if (cause instanceof VneidError) throw cause;
    throw unfit(cause.message, { vi: 'các dòng như khi xuất', en: 'rows as exported' });
  });
  // first the time, by which it is decided what is over
  clock.stand(time);
  await artifacts.clear();
  for (const { kind, id, payload, expiresAt, links } of kept) await artifacts.put(kind, id, payload, expiresAt, links);
  await startedAnew(bench);
  const same = secrets === secretsOf(bench);
  const holders = same ? [] : await db.selectFrom('passcodes').select('account_id').execute();
  for (const { account_id: account } of holders) await passcodes.set(account, castPasscode);
  const citizens = await bench.registry.count();
  bench.events.emit('state.replaced', { by: 'import', citizens });
  return { citizens, passcodes: same ? 'kept' : 'replaced' };
}

/** Everything is as at the first start; the audit only grows. */
export function resetState(bench: Bench): Promise<{ citizens: number }> {
  return bench.inTurn(async () => {
    bench.clock.reset();
    await bench.beginAgain();
    await startedAnew(bench);
    const citizens = await bench.registry.count();
    bench.events.emit('state.replaced', { by: 'reset', citizens });
    return { citizens };
  });
}

/** A clock that stood still stands at the moment of the file, whenever that is read. @throws VneidError `state.unfit` */
function timeOf({ offset, frozen }: State['clock'], at: string | undefined) {
  const host = createClock().now();
  const now = frozen && at !== undefined ? Date.parse(at) : host + offset;
  if (Math.abs(now - host) > furthest)
    throw unfit(`at ${at}`, { vi: 'thời điểm trong vòng một trăm năm', en: 'a time within a hundred years' });
  return { now, offset, frozen };
}

/** What is held in memory is what the database has now. */
async function startedAnew({ clients, faults, timelines }: Bench): Promise<void> {
  faults.clearAll();
  timelines.clear();
  await clients.reread();
}

function secretsOf({ keys }: Bench): string {
  return createHash('sha256').update(keys.secret('passcodes')).digest('base64url').slice(0, 16);
}

/** Every table and no other, with columns that there are. */
async function refuseStrange(db: Kysely<Schema>, tables: State['tables']): Promise<void> {
  const known = new Map<string, Set<string>>((await tablesOf(db)).map(({ name, columns }) => [name, new Set(columns)]));
  for (const own of ['audit', 'visits']) known.delete(own);
  const names = [...known.keys()];
  const missing = names.find((name) => !Object.hasOwn(tables, name));
  if (missing !== undefined) throw unfit(`no table ${missing}`, names.join(', '));
  for (const [name, rows] of Object.entries(tables)) {
    const columns = known.get(name);
    if (!columns) throw unfit(`table ${name}`, names.join(', '));
    const strange = rows.flatMap((row) => Object.keys(row)).find((column) => !columns.has(column));
    if (strange !== undefined) throw unfit(`${name}.${strange}`, [...columns].join(', '));
  }
}

/** People are led to the addresses of apps, so each has to fit the rules by which it was registered. */
async function refuseUnfitClients({ provider }: Bench, rows: Record<string, Cell>[] = []): Promise<void> {
  const { Client } = provider() as unknown as { Client: { validate(metadata: ClientMetadata): Promise<void> } };
  for (const { id, metadata, registered_by: by } of rows)
    try {
      if (by === 'file' && metadata === removed) continue;
      const said = JSON.parse(String(metadata)) as ClientMetadata;
      if (said.client_id !== id) throw new Error(`client_id ${said.client_id}`);
      if (isTooDeep(said)) throw new Error(notDeeper.en);
      await Client.validate(
        by === 'itself' ? checkKept(said) : toMetadata(checkRegistration(said, () => ({ vi: '', en: '' }))),
      );
    } catch (cause) {
      const { error_description: why, message } = cause as Error & { error_description?: string };
      throw unfit(`client ${id}: ${why ?? message}`, {
        vi: 'ứng dụng đúng như có thể đăng ký',
        en: 'a client as it can be registered',
      });
    }
}

const notDeeper = {
  vi: `không quá ${deepest} đối tượng lồng nhau`,
  en: `no more than ${deepest} objects inside each other`,
};

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function unfit(found: string, expected: string | InBoth): VneidError {
  return problem('state.unfit', { found, expected });
}

async function insertAll(db: Kysely<Schema>, name: string, rows: Record<string, Cell>[]): Promise<void> {
  const width = Math.max(1, ...rows.map((row) => Object.keys(row).length));
  const slice = Math.max(1, Math.floor(mostValues / width));
  for (let first = 0; first < rows.length; first += slice)
    await any(db)
      .insertInto(name)
      .values(rows.slice(first, first + slice))
      .execute();
}

/** The same database, where tables are known by name alone. */
function any(db: Kysely<Schema>): Kysely<Record<string, Record<string, Cell>>> {
  return db as unknown as Kysely<Record<string, Record<string, Cell>>>;
}
