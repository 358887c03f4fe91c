import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { problem } from '../errors.ts';
import type { PasswordTask } from './password-worker.ts';

/** Turns passwords into PHC strings and checks them. Injected, so that a bench may bring a cheaper one. */
export interface Passwords {
  /**
   * Hashes a password that is about to be stored.
   * @returns PHC string, `$argon2id$v=19$m=19456,t=2,p=1$…`
   * @throws VneidError `login.busy` when the queue is full, `password.long` above 256 code points
   */
  hash(password: string): Promise<string>;
  /**
   * Tells whether the password belongs to the hash. Does the same work when there is no hash (no such account) or when
   * the password is longer than any we would have stored; the answer is then false.
   * @param turn whose turn comes first; anybody's unless told
   * @throws VneidError `login.busy` when the queue is full of those who go first
   */
  verify(phc: string | undefined, password: string, turn?: Turn): Promise<boolean>;
  /** Lets running work finish and ends the threads; those who wait, and later calls, get `login.busy`. */
  close(): Promise<void>;
}

/** Who goes first when many wait: whose walk knows them already, whom this browser has signed in before, anybody. */
export const turns = ['inWalk', 'knownBrowser', 'anybody'] as const;
export type Turn = (typeof turns)[number];

interface Waiting {
  turn: Turn;
  go(): void;
  refuse(why: Error): void;
}

export interface PasswordsOptions {
  /** Threads that hash; each costs about 19 MiB while it works. */
  workers: number;
  /** Passwords that may wait for a thread. */
  queue: number;
}

/** NIST SP 800-63B-4 §3.1.1 asks for at least 64; more than this is nobody's password. */
export const longestPassword = 256;

/** The hash of 32 random bytes that nobody kept: what an unknown account is checked against. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$uKmPvCB8zBmaK5WEuU6lPg$59zK9PlTM7SvUa6+fhkYH52CRjaxQ7tOKnCZXnaOU0g';

/** What one thread surely hashes in a second; only for the advice in Retry-After. */
const slowestRate = 50;

/** A thread without work ends after this many milliseconds and gives its memory back. */
const idleTimeout = 3_000;

/**
 * Argon2id in worker threads behind a bounded queue. Hashing in libuv's pool would make every token signature wait
 * for it. Threads start with the first password, and the native code is only ever loaded there.
 */
export function createPasswords({ workers, queue }: PasswordsOptions): Passwords {
  let pool: Promise<Piscina<PasswordTask, string | boolean>> | undefined;
  /** In the order in which they come to a thread; of those with the same turn the first come first. */
  const line: Waiting[] = [];
  let running = 0;
  let closed = false;

  function busy(): Error {
    const seconds = Math.ceil((running + line.length + 1) / (workers * slowestRate));
    return problem('login.busy', { seconds }, { 'Retry-After': String(seconds) });
  }

  async function wait(turn: Turn): Promise<void> {
    if (closed) throw busy();
    if (running < workers) {
      running += 1;
      return;
    }
    const later = (other: Waiting) => turns.indexOf(other.turn) > turns.indexOf(turn);
    if (line.length >= queue) {
      const last = line.at(-1);
      if (!last || !later(last)) throw busy();
      line.pop();
      last.refuse(busy());
    }
    await new Promise<void>((go, refuse) => {
      const behind = line.findIndex(later);
      line.splice(behind < 0 ? line.length : behind, 0, { turn, go, refuse });
    });
  }

  async function run(task: PasswordTask, turn: Turn = 'anybody'): Promise<string | boolean> {
    await wait(turn);
    try {
      pool ??= startPool(workers, queue);
      return await (await pool).run(task);
    } finally {
      const next = line.shift();
      if (next) next.go();
      else running -= 1;
    }
  }

  return {
    async hash(password) {
      if (!fits(password)) throw problem('password.long', { most: longestPassword });
      return (await run({ password: normalise(password) })) as string;
    },
    async verify(phc, password, turn) {
      const possible = phc !== undefined && fits(password);
      const task = { phc: possible ? phc : nobody, password: possible ? normalise(password) : '' };
      const matches = await run(task, turn);
      return possible && matches === true;
    },
    async close() {
      closed = true;
      for (const waiting of line.splice(0)) waiting.refuse(busy());
      await (await pool)?.close();
    },
  };
}

/** How many characters a person would count: code points, as NIST SP 800-63B-4 does. */
export function lengthOf(password: string): number {
  return Array.from(password).length;
}

function fits(password: string): boolean {
  return password.length <= 2 * longestPassword && lengthOf(password) <= longestPassword;
}

/**
 * NFC, as RFC 8265 §4.2 (OpaqueString) has it: the same Vietnamese letters typed on a phone and on a Mac are the same
 * bytes. NFKC would also make "²" and "2" one character, which is no longer the password as typed (ASVS 6.2.8).
 */
function normalise(password: string): string {
  return password.normalize('NFC');
}

async function startPool(workers: number, queue: number): Promise<Piscina<PasswordTask, string | boolean>> {
  const { Piscina } = await import('piscina');
  // the worker lies beside this file: .ts when run from source, .js in the package
  const file = new URL(`./password-worker${extname(import.meta.url)}`, import.meta.url);
  return new Piscina({
    filename: fileURLToPath(file),
    minThreads: 0,
    maxThreads: workers,
    maxQueue: workers + queue,
    idleTimeout,
    // a thread runs one function of ten lines; what it hashes in is not on its heap
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  });
}
