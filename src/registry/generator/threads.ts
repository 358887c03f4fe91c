import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type Pack, type Packing, pack } from '../../store/packs.ts';
import { createBatches, householdsInBatch } from './batch.ts';

/**
 * Households are made by several threads at once, and packed there, so that whoever writes them has nothing to do but
 * write: a household depends on its seed and its index alone, so any thread can make any.
 */
export interface Makers {
  /** The whole batch that begins with a household; those after it are under way meanwhile. */
  batchFrom(household: number): Promise<PackedBatch>;
  stop(): Promise<void>;
}

/** A batch, packed. */
export interface PackedBatch {
  upTo: number;
  citizens: number;
  accounts: number;
  packs: Pack[];
}

/** What every thread is told when it begins. */
interface Order {
  seed: number;
  passwordHash: string;
  packing: Packing;
}

/** More make households more quickly than any database takes them in. */
const mostThreads = 4;
/** Batches under way for each thread, so that it need not wait for the writer; one is some 10 MB. */
const ahead = 2;

/** Begins the threads. */
export function startMakers(order: Order): Makers {
  const threads = Array.from({ length: Math.min(mostThreads, availableParallelism()) }, () => startThread(order));
  let underWay: { from: number; batch: Promise<PackedBatch> }[] = [];
  let turn = 0;
  return {
    batchFrom(household) {
      // somebody else has come further, or the batch before was cut short
      if (underWay[0]?.from !== household) underWay = [];
      while (underWay.length < threads.length * ahead) {
        const from = household + underWay.length * householdsInBatch;
        const thread = threads[turn++ % threads.length] as MakerThread;
        underWay.push({ from, batch: thread.make(from) });
      }
      const [next] = underWay.splice(0, 1) as [(typeof underWay)[number]];
      return next.batch;
    },
    stop: async () => void (await Promise.all(threads.map((thread) => thread.stop()))),
  };
}

type MakerThread = ReturnType<typeof startThread>;

function startThread(order: Order) {
  // whatever Node was told to run was for the thread that is
  const thread = new Worker(fileURLToPath(import.meta.url), { workerData: { makerOf: order }, execArgv: [] });
  const waiting: PromiseWithResolvers<PackedBatch>[] = [];
  thread.on('message', (batch: PackedBatch) => waiting.shift()?.resolve(batch));
  thread.on('error', (cause) => {
    for (const one of waiting.splice(0)) one.reject(cause);
  });
  return {
    make(from: number): Promise<PackedBatch> {
      const one = Promise.withResolvers<PackedBatch>();
      // it is waited for in its turn
      one.promise.catch(() => {});
      waiting.push(one);
      thread.postMessage(from, []);
      return one.promise;
    },
    stop: () => thread.terminate(),
  };
}

/** What a thread does: this file is its program too. */
function make({ seed, passwordHash, packing }: Order): void {
  const batchFrom = createBatches(seed, passwordHash);
  parentPort?.on('message', (from: number) => {
    const { upTo, citizens, households, accounts } = batchFrom(from);
    const packs = [
      ...pack(packing, 'citizens', citizens),
      ...pack(packing, 'households', households),
      ...pack(packing, 'accounts', accounts),
    ];
    const batch: PackedBatch = { upTo, citizens: citizens.length, accounts: accounts.length, packs };
    parentPort?.postMessage(
      batch,
      packs.map(({ bytes }) => bytes.buffer),
    );
  });
}

const { makerOf } = (workerData ?? {}) as { makerOf?: Order };
if (makerOf) make(makerOf);
