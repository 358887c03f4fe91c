/**
 * Who did what: every event of the hub becomes a row of `audit`, and stays. The table refuses UPDATE and DELETE.
 * This folder owns the listening side of events (audit and metrics); what an event says is its emitter's business.
 */
import type { Middleware } from 'koa';
import type { CompiledQuery, Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { EventHub, EventName } from '../events.ts';
import { createIds } from '../ids.ts';
import type { AuditRow, Schema } from '../store/schema.ts';

/** Rows of one transaction. */
const batch = 200;
/** Rows that may wait while the database cannot be written; what comes after them is lost, and said to be. */
const patience = 50_000;
/** Milliseconds until another try: the first, and the longest. */
const [soon, late] = [1_000, 5_000];

/** What programs and time bring about by themselves: no person's decision is lost with it. */
const passing: ReadonlySet<EventName> = new Set<EventName>([
  'authorization.refused',
  'ciba.unreachable',
  'logout.told',
  'logout.unheard',
  'request.failed',
  'server.error',
  'throttle.delayed',
  'token.issued',
  'token.refused',
]);

export interface Audit {
  /**
   * Has an answer wait until it is in the table what people and operators did meanwhile: who was told that something was
   * done may rely on its record, whatever dies next. While the table cannot be written, nobody waits for it.
   */
  acknowledged: Middleware;
  /**
   * Resolves when everything emitted so far is in the table.
   * @throws whatever the database threw; the rows are kept for another try
   */
  flush(): Promise<void>;
  /** What happened, newest first, including what was emitted just now. */
  list(which?: AuditQuery): Promise<AuditEntry[]>;
  /** Writes what waits and stops listening. Never throws: what could not be written is reported as lost. */
  stop(): Promise<void>;
}

export interface AuditQuery {
  /** How many at most: 1 to 1,000, by default 100. */
  limit?: number | undefined;
  /** Only entries older than the one with this id: the way to the next page. */
  before?: string | undefined;
  account?: string | undefined;
  client?: string | undefined;
  event?: string | undefined;
  /** Only what happened at this time or later: milliseconds since 1970. */
  since?: number | undefined;
}

export interface AuditEntry {
  /** UUIDv7 (RFC 9562 §5.7) by the instance's clock: the order of ids is the order of events. */
  id: string;
  /** Milliseconds since 1970, by the instance's clock. */
  at: number;
  event: string;
  account: string | null;
  client: string | null;
  facts: Record<string, unknown>;
}

export interface AuditParts {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
  /** The newest id of earlier. */
  after?: string | undefined;
  /** Hears of every write that failed: how many rows are kept for another try, how many were given up since the last call. */
  failed?: (error: unknown, rows: { waiting: number; lost: number }) => void;
}

/**
 * Starts to listen. An event costs its emitter a few microseconds and no wait: what one turn of the event loop brings
 * is written together, in one transaction, after that turn. The answer to the request waits, where it has to.
 */
export function createAudit({ db, clock, events, after, failed = () => {} }: AuditParts): Audit {
  const waiting: AuditRow[] = [];
  const insert = insertion(db);
  // the time of a row and that in its id are one, read once
  let at = 0;
  const nextId = createIds({ now: () => at }, after);
  let writing: Promise<void> | undefined;
  let planned: NodeJS.Immediate | NodeJS.Timeout | undefined;
  let delay = soon;
  let lost = 0;
  let stopped = false;
  /** Rows that came in and that were written, and how many had come with the last that an answer waits for. */
  let [taken, written, lasting] = [0, 0, 0];
  /** Answers, by the number of rows that each waits for. */
  let answers: { upTo: number; go: () => void }[] = [];

  events.onAny((event, payload) => {
    if (stopped) return;
    if (waiting.length >= patience) {
      lost += 1;
      return;
    }
    const { account, client } = payload as { account?: string; client?: string };
    at = Math.floor(clock.now());
    const facts = textOf(payload);
    waiting.push({ id: nextId(), at, event, account_id: account ?? null, client_id: client ?? null, facts });
    taken += 1;
    if (!passing.has(event)) lasting = taken;
    planned ??= setImmediate(writeOn);
  });

  function letGo(upTo: number): void {
    for (const { go } of answers.filter((answer) => answer.upTo <= upTo)) go();
    answers = answers.filter((answer) => answer.upTo > upTo);
  }

  function writeOn(): void {
    planned = undefined;
    // a failure was reported and another try is planned
    flush().catch(() => {});
  }

  function flush(): Promise<void> {
    if (waiting.length === 0) return Promise.resolve();
    writing ??= write();
    return writing;
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const rows = waiting.slice(0, batch);
        const statements = insert(rows);
        const [only] = statements;
        if (statements.length === 1 && only) await db.executeQuery(only);
        else
          await db.transaction().execute(async (transaction) => {
            for (const statement of statements) await transaction.executeQuery(statement);
          });
        waiting.splice(0, rows.length);
        written += rows.length;
        letGo(written);
        delay = soon;
      }
    } catch (error) {
      if (!stopped) {
        planned ??= setTimeout(writeOn, delay).unref();
        delay = Math.min(delay * 2, late);
      }
      letGo(taken);
      report(error, waiting.length);
      throw error;
    } finally {
      writing = undefined;
    }
  }

  function report(error: unknown, kept: number): void {
    try {
      failed(error, { waiting: kept, lost });
    } catch {
      // whoever listens to failures cannot be told of one of its own
    }
    lost = 0;
  }

  return {
    async acknowledged(_ctx, next) {
      const before = lasting;
      await next();
      const upTo = lasting;
      // what failed is tried again, and until then it is not known when
      const failing = delay !== soon;
      if (upTo === before || upTo <= written || failing) return;
      await new Promise<void>((go) => answers.push({ upTo, go }));
    },
    flush,
    async list({ limit = 100, before, account, client, event, since } = {}) {
      await flush().catch(() => {});
      let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc');
      if (before !== undefined) query = query.where('id', '<', before);
      if (account !== undefined) query = query.where('account_id', '=', account);
      if (client !== undefined) query = query.where('client_id', '=', client);
      if (event !== undefined) query = query.where('event', '=', event);
      if (since !== undefined) query = query.where('at', '>=', since);
      const rows = await query.limit(Math.min(1_000, Math.max(1, Math.floor(limit) || 1))).execute();
      return rows.map(entryOf);
    },
    async stop() {
      stopped = true;
      if (planned !== undefined) {
        clearImmediate(planned as NodeJS.Immediate);
        clearTimeout(planned as NodeJS.Timeout);
      }
      await flush().catch((error: unknown) => {
        written += waiting.length;
        lost += waiting.splice(0).length;
        report(error, 0);
      });
    },
  };
}

function entryOf({ id, at, event, account_id, client_id, facts }: AuditRow): AuditEntry {
  return { id, at, event, account: account_id, client: client_id, facts: JSON.parse(facts) as Record<string, unknown> };
}

/**
 * Statements for 128, 64 … 2 and 1 rows, of which any number is a few, each compiled once: a database on another machine
 * is not asked row by row. A row that is there already (a commit whose answer was lost) is left.
 */
function insertion(db: Kysely<Schema>): (rows: AuditRow[]) => CompiledQuery[] {
  const sample: AuditRow = { id: '', at: 0, event: '', account_id: null, client_id: null, facts: '' };
  const compiled = new Map<number, CompiledQuery>();
  const compile = (size: number) =>
    db
      .insertInto('audit')
      .values(Array.from({ length: size }, () => sample))
      .onConflict((on) => on.column('id').doNothing())
      .compile();
  return (rows) => {
    const statements: CompiledQuery[] = [];
    let first = 0;
    for (const size of [128, 64, 32, 16, 8, 4, 2, 1])
      for (; rows.length - first >= size; first += size) {
        const statement = compiled.get(size) ?? compile(size);
        compiled.set(size, statement);
        statements.push({ ...statement, parameters: rows.slice(first, first + size).flatMap(valuesOf) });
      }
    return statements;
  };
}

function valuesOf({ id, at, event, account_id, client_id, facts }: AuditRow) {
  return [id, at, event, account_id, client_id, facts];
}

/** Facts as JSON. An emitter must not fail because its facts cannot be written. */
function textOf(payload: unknown): string {
  try {
    return JSON.stringify(payload) ?? '{}';
  } catch (error) {
    return JSON.stringify({ unreadable: (error as Error).message });
  }
}
