import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { isBusy } from './engines/sqlite.ts';

/** Milliseconds between two tries. */
const often = 20;

/**
 * Has work done by one process after the other. The lock is the system's and ends with whoever holds it: one that seems to
 * have been left behind, and is broken, is broken by two at once.
 * @param file what is locked, in a folder that is there; an empty file, which stays
 */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(file);
  try {
    // nothing is written, so that there is nothing to undo, nor a file for it
    lock.exec('pragma journal_mode = memory');
    while (!taken(lock)) await pause(often);
    return await work();
  } finally {
    lock.close();
  }
}

function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec('begin immediate');
    return true;
  } catch (cause) {
    if (!isBusy(cause)) throw cause;
    return false;
  }
}
