import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient, QueryConfig } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { problem } from '../../errors.ts';
import { keepable } from './lines.ts';

/**
 * What Kysely speaks with instead of the driver's own connection: it has each statement parsed and planned once on each
 * connection, takes what COPY is to write, and says of a database that is not there, in words of the catalogue, that it
 * is not.
 */
interface Speaker {
  query(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ command: string; rowCount: number | null; rows: unknown[] }>;
  release(destroy?: boolean): void;
}

/** Statements that are kept by name on one connection; what is asked beyond them is parsed every time. */
const mostStatements = 500;

/**
 * Makes the speakers of one pool, one for each of its connections.
 * @param patience milliseconds after which the server ends a statement; one that the server says nothing of is given up
 *   a little later, and its connection with it
 */
export function createSpeakers(patience: number): (client: PoolClient) => Speaker {
  const names = new Map<string, string>();
  const speakers = new WeakMap<PoolClient, Speaker>();
  const silent = new WeakSet<PoolClient>();
  let named = 0;

  function nameOf(text: string): string | undefined {
    let name = names.get(text);
    if (name === undefined && names.size < mostStatements) {
      named += 1;
      name = `vneid_${named}`;
      names.set(text, name);
    }
    return name;
  }

  async function ask(client: PoolClient, text: string, values: readonly unknown[]) {
    try {
      if (isCopied(values)) return await copy(client, text, values[0]);
      const words = values.length === 0;
      // without values it is a word of transactions, or makes a table, which may take its time
      if (words && !/^(begin|start|commit|rollback)/.test(text)) return await client.query(text);
      const config: QueryConfig & { query_timeout: number } = { text, query_timeout: patience + 2_000 };
      if (!words) {
        config.values = values.map(keepable);
        const name = nameOf(text);
        if (name !== undefined) config.name = name;
      }
      return await client.query(config);
    } catch (cause) {
      // with the next question, a rollback first of all, the driver would still wait for the answer to this one
      if (cause instanceof Error && cause.message === 'Query read timeout') {
        silent.add(client);
        hangUp(client);
      }
      throw asUnavailable(cause);
    }
  }

  async function askAgain(client: PoolClient, text: string, values: readonly unknown[]) {
    try {
      return await ask(client, text, values);
    } catch (cause) {
      // a newer version has added to a table that is read whole: by another name it is planned anew
      if (!isOutdated(cause)) throw cause;
      names.delete(text);
      if (client.getTransactionStatus() !== 'I') throw cause;
      return ask(client, text, values);
    }
  }

  return (client) => {
    let speaker = speakers.get(client);
    if (!speaker) {
      // the pool listens only while nobody uses it; who uses it hears of it by the answer
      client.on('error', () => {});
      speaker = {
        query: (text, values = []) => askAgain(client, text, values),
        release: (destroy) => client.release(destroy || silent.has(client)),
      };
      speakers.set(client, speaker);
    }
    return speaker;
  };
}

function isCopied(values: readonly unknown[]): values is [Iterable<string | Uint8Array>] {
  const [first] = values;
  return typeof first === 'object' && first !== null && Symbol.iterator in first;
}

async function copy(client: PoolClient, text: string, pieces: Iterable<string | Uint8Array>) {
  const stream = client.query(copyFrom(text));
  await pipeline(Readable.from(pieces), stream);
  return { command: 'COPY', rowCount: stream.rowCount, rows: [] };
}

function hangUp(client: PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

function isOutdated(cause: unknown): boolean {
  return (
    cause instanceof Error && (cause as { code?: string }).code === '0A000' && cause.message.includes('cached plan')
  );
}

/**
 * SQLSTATE (PostgreSQL App. A) and errors of the system and the driver that tell of a database which is not there, has no
 * room, is closed, is only read from, or took too long: nothing that was asked is at fault, and another time may be better.
 */
const away =
  /^(08...|53...|55000|57P0.|57014|25006|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
const gone = /^(Connection terminated|timeout exceeded|Client (has encountered|was closed)|Query read timeout)/;

/** What tells of an unreachable database as `database.unavailable`, of a full disk as `database.full`; anything else as it is. */
export function asUnavailable(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { code } = cause as { code?: unknown };
  if (code === '53100') return Object.assign(problem('database.full', {}, { 'Retry-After': '10' }), { cause });
  if (!(typeof code === 'string' ? away.test(code) : gone.test(cause.message))) return cause;
  return Object.assign(problem('database.unavailable', {}, { 'Retry-After': '5' }), { cause });
}
