import { setTimeout } from 'node:timers/promises';
import { RESP_TYPES } from 'redis';
import { problem, type VneidError } from '../errors.ts';
import { type Link, openLink } from './redis-link.ts';
import {
  checkNodes,
  isCluster,
  type RedisAddress,
  type RedisClient,
  type RedisCluster,
  routesTo,
} from './redis-nodes.ts';

/**
 * Redis, one server or a Cluster: how commands get there and what becomes of those that do not. What is kept there,
 * and how, is for whoever sends them.
 */
export interface Redis {
  /**
   * Sends one command about one key. What is sent within one turn of the event loop goes out together.
   * @param answers how what is kept comes back: as text, or as Buffers where it may be none
   * @throws VneidError `store.full` when memory is used up; `store.unreachable` when there was no answer in time, so
   *   that nobody knows whether it was done; both with Retry-After
   */
  send(key: string, command: Command, answers?: Answers): Promise<unknown>;
  /** Runs a script on its keys, all of one slot in a Cluster; sends its text only to a server that does not have it yet. */
  run(script: Script, keys: [string, ...string[]], args: Command, answers?: Answers): Promise<unknown>;
  /** Whether it is a Cluster, so that keys may lie on different nodes. */
  clustered: boolean;
  /** Keys by a pattern of SCAN, from all nodes, some at a time; one may come twice. */
  keys(pattern: string): AsyncIterable<string[]>;
  publish(channel: string, text: string): Promise<unknown>;
  /** Hears a channel for as long as the connection is open, on a connection of its own. */
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

export type Command = (string | Buffer)[];
export type Answers = 'text' | 'bytes';

export interface Script {
  text: string;
  /** SHA-1 of the text, hexadecimal. */
  sha: string;
}

/** Seconds of advice: when there is no room, and when there is no server. */
const [untilRoom, untilBack] = ['10', '2'];
/** Milliseconds between two tries of what certainly was not done. */
const pause = 50;
const inBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

/**
 * Opens the connection, after a look at every node.
 * @throws VneidError `redis.unreachable`, `redis.evicts`, `redis.old`, each naming the node
 */
export async function openRedis(address: RedisAddress): Promise<Redis> {
  const { url, patience = 2000 } = address;
  const routes = routesTo(address);
  const clustered = await checkNodes(routes, url);
  const make: () => RedisClient | RedisCluster = clustered ? () => routes.toCluster() : () => routes.toOne();
  const link = await openLink(make, { patience });
  const deliver = (key: string, command: Command, answers: Answers): Promise<unknown> => {
    const [connection, options] = [link.current(), answers === 'bytes' ? inBytes : undefined];
    return isCluster(connection)
      ? connection.sendCommand(key, false, command, options)
      : connection.sendCommand(command, options);
  };
  const nodes = (): unknown[] => {
    const connection = link.current();
    return isCluster(connection) ? connection.masters.map((node) => connection.nodeClient(node)) : [connection];
  };

  const waiting = new Set<{ until: number; reject: (error: Error) => void }>();
  const giveUp = () => {
    const now = performance.now();
    // in the order of their ends, for all have the same patience
    for (const call of waiting) {
      if (call.until > now) break;
      waiting.delete(call);
      call.reject(unreachable(`no answer within ${patience} ms`));
    }
  };
  // after a look at what has come: this process may have been too busy for one
  const watch = setInterval(() => setImmediate(giveUp), patience / 8).unref();

  function send(key: string, command: Command, answers: Answers = 'text'): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = { until: performance.now() + patience, reject };
      waiting.add(call);
      const done = (answer: unknown) => {
        waiting.delete(call);
        resolve(answer);
      };
      const failed = (error: Error) => {
        if (!waiting.has(call)) return;
        if (surelyNotDone(error) && call.until > performance.now() + pause) {
          void setTimeout(pause, undefined, { ref: false }).then(() =>
            deliver(key, command, answers).then(done, failed),
          );
          return;
        }
        waiting.delete(call);
        reject(asProblem(error));
      };
      deliver(key, command, answers).then(done, failed);
    });
  }

  const hearAll = async (connection: RedisClient | RedisCluster) => {
    for (const [channel, listener] of heard) await (connection as RedisClient).subscribe(channel, listener);
  };
  const heard = new Map<string, (text: string) => void>();
  let hearing: Promise<Link<RedisClient | RedisCluster>> | undefined;
  return {
    send,
    clustered,
    async run({ sha, text }, keys, args, answers) {
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return await send(keys[0], ['EVALSHA', sha, ...rest], answers);
      } catch (error) {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return send(keys[0], ['EVAL', text, ...rest], answers);
      }
    },
    async *keys(pattern) {
      for (const one of nodes()) {
        const node = (await one) as RedisClient;
        for (let cursor = '0'; ; ) {
          const [next, keys] = (await node
            .sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000'])
            .catch((error: Error) => Promise.reject(asProblem(error)))) as unknown as [string, string[]];
          yield keys;
          if (next === '0') break;
          cursor = next;
        }
      }
    },
    publish: (channel, text) => send(channel, ['PUBLISH', channel, text]),
    async subscribe(channel, listener) {
      const begun = hearing !== undefined;
      heard.set(channel, listener);
      // news come once: the connection before is ended as soon as there is another
      hearing ??= openLink(make, { patience, joined: hearAll, linger: 0 });
      const { current } = await hearing;
      if (begun) await (current() as RedisClient).subscribe(channel, listener);
    },
    async close() {
      clearInterval(watch);
      link.close();
      (await hearing)?.close();
    },
  };
}

/** Refused or never sent: it may be sent again, whatever it is. */
function surelyNotDone({ name, message, constructor }: Error): boolean {
  return (
    /^(READONLY|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|LOADING|MASTERDOWN)\b/.test(message) ||
    [name, constructor.name].includes('ClientOfflineError')
  );
}

function asProblem(error: Error): Error {
  if (/^OOM\b|OOM command not allowed/.test(error.message))
    return problem('store.full', {}, { 'Retry-After': untilRoom });
  // what the server says of the command itself, such as NOPERM or WRONGTYPE, no waiting mends
  const ofCommand = error.constructor.name.endsWith('ErrorReply') || error.constructor.name === 'SimpleError';
  return ofCommand && !surelyNotDone(error) ? error : unreachable(error.message);
}

function unreachable(reason: string): VneidError {
  return problem('store.unreachable', { reason }, { 'Retry-After': untilBack });
}
