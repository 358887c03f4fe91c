import cluster, { type Worker } from 'node:cluster';
import type { MetricObject } from 'prom-client';
import { countsOf, metricsOfAll } from './audit/metrics.ts';
import type { Config } from './config.ts';
import type { Pool } from './pool.ts';

/** What the processes of a pool tell each other; `ask` numbers the questions of one of them. */
type Said =
  | { kind: 'ready'; issuer: string; city: string | undefined }
  /** A worker wants the page of all, and the first process the figures of each. */
  | { kind: 'page'; ask: number; page?: Awaited<ReturnType<Pool['page']>> }
  | { kind: 'figures'; ask: number; figures?: MetricObject[] };

/** Milliseconds before another one is started, the first time and at most; each that dies at once doubles it. */
const [shortest, longest] = [100, 5_000];
/** Milliseconds that one has to live so as not to have died at once. */
const atOnce = 10_000;
/** How many in a row may die at once. */
const patience = 5;
/** Milliseconds that workers have to finish, beside `drain`; then they are ended. */
const finishing = 15_000;
/** Milliseconds to wait for the figures of a worker that may be busy, or gone. */
const counting = 2_000;

export interface Workers {
  /** Where they answer; undefined when they have ended before all were ready. */
  told: { issuer: string; city: string | undefined } | undefined;
  /** Settles when all have ended: the exit code of the program. */
  ended: Promise<number>;
}

/**
 * Starts the workers of a pool, which answer on one port, and starts another one for each that dies. What is done once
 * (`prepareGround`) was done before.
 * @param tell writes one line about what happens to them
 * @param signal ends all: they finish what is under way
 * @returns when all are ready, or have ended since one of them could not start
 */
export async function startWorkers(
  config: Config,
  { tell, signal: stopped }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Workers> {
  const running = new Set<Worker>();
  const waiting = new Set<NodeJS.Timeout>();
  const questions = createQuestions();
  /** What each has told last, and what those had counted that are gone: a total that falls is read as one that began anew. */
  const told = new Map<Worker, MetricObject[]>();
  /** Who can be asked: one that is starting would be waited for. */
  const answering = new Set<Worker>();
  let gone = Promise.resolve<MetricObject[]>([]);
  const ended = Promise.withResolvers<number>();
  const started = Promise.withResolvers<Workers['told']>();
  let stopping = false;
  let code = 0;
  let early = 0;
  let ready = 0;

  function stop(): void {
    if (stopping) return;
    stopping = true;
    for (const timer of waiting) clearTimeout(timer);
    for (const { process: one } of running) one.kill('SIGTERM');
    const impatient = setTimeout(
      () => {
        code = 1;
        for (const { process: one } of running) one.kill('SIGKILL');
      },
      config.drain * 1000 + finishing,
    );
    impatient.unref();
    settle();
  }

  function settle(): void {
    if (!stopping || running.size > 0) return;
    started.resolve(undefined);
    ended.resolve(code);
  }

  function giveUp(line: string): void {
    tell(line);
    code = 1;
    stop();
  }

  function begin(index: number): void {
    const since = performance.now();
    const worker = cluster.fork();
    let wasReady = false;
    running.add(worker);
    worker.on('message', (said: Said) => {
      if (said.kind === 'ready') {
        wasReady = true;
        answering.add(worker);
        ready += 1;
        if (ready >= config.workers) started.resolve({ issuer: said.issuer, city: said.city });
      } else if (said.kind === 'figures') questions.answer(said.ask, said.figures ?? []);
      else void page().then((all) => tellOne(worker, { ...said, page: all }));
    });
    worker.on('exit', (exit, signal) => {
      running.delete(worker);
      const last = told.get(worker);
      told.delete(worker);
      answering.delete(worker);
      if (last) gone = gone.then((before) => countsOf([before, last]));
      if (stopping) return settle();
      const how = `worker ${index + 1} ended (${signal || exit})`;
      if (!wasReady && ready < config.workers) return giveUp(`${how} before it was ready`);
      early = performance.now() - since < atOnce ? early + 1 : 0;
      if (early >= patience) return giveUp(`${how}, as ${patience - 1} before it, soon after its start: giving up`);
      const delay = Math.min(longest, shortest * 2 ** Math.max(0, early - 1));
      tell(`${how}; another is started in ${delay} ms`);
      const timer = setTimeout(() => {
        waiting.delete(timer);
        begin(index);
      }, delay);
      waiting.add(timer);
    });
  }

  /** What all have counted; of one that does not answer in time, what it has told last. */
  async function page() {
    const asked = [...answering].filter((worker) => worker.isConnected());
    await Promise.all(
      asked.map(async (worker) => {
        const figures = await questions.put<MetricObject[] | undefined>(
          (ask) => tellOne(worker, { kind: 'figures', ask }),
          undefined,
        );
        if (figures && answering.has(worker)) told.set(worker, figures);
      }),
    );
    return metricsOfAll([...told.values(), await gone]);
  }

  for (let index = 0; index < config.workers; index += 1) begin(index);
  stopped.addEventListener('abort', stop);
  if (stopped.aborted) stop();
  return { ended: ended.promise, told: await started.promise };
}

/** What a worker is told of its pool; undefined in a process that is none. */
export function poolHere(): Pool | undefined {
  if (!cluster.isWorker) return undefined;
  const questions = createQuestions();
  process.on('message', (said: Said) => {
    if (said.kind === 'page') questions.answer(said.ask, said.page);
  });
  const none = { type: 'text/plain; version=0.0.4; charset=utf-8', body: '' };
  return {
    page: () => questions.put((ask) => process.send?.({ kind: 'page', ask } satisfies Said), none),
  };
}

/** Tells the others that this worker answers, and from then on what it has counted. */
export function workerIsReady(instance: {
  issuer: string;
  city: string | undefined;
  figures(): Promise<MetricObject[]>;
}): void {
  process.on('message', (said: Said) => {
    if (said.kind !== 'figures') return;
    void instance.figures().then((figures) => process.send?.({ ...said, figures } satisfies Said));
  });
  const { issuer, city } = instance;
  process.send?.({ kind: 'ready', issuer, city } satisfies Said);
}

function tellOne(worker: Worker, said: Said): void {
  // one that ends meanwhile hears nothing more
  if (worker.isConnected()) worker.send(said, () => {});
}

/** Questions to another process, each answered once: by it, or after a while by what stands for no answer. */
function createQuestions() {
  const open = new Map<number, (answer: unknown) => void>();
  let last = 0;
  return {
    put<T>(ask: (number: number) => void, otherwise: T): Promise<T> {
      last += 1;
      const number = last;
      return new Promise<T>((resolve) => {
        const late = setTimeout(() => answer(otherwise), counting);
        const answer = (given: unknown) => {
          clearTimeout(late);
          open.delete(number);
          resolve(given as T);
        };
        open.set(number, answer);
        ask(number);
      });
    },
    answer: (number: number, given: unknown) => open.get(number)?.(given),
  };
}
