/** Has work done that must not meet its like: each piece begins when those before it are over, whatever came of them. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a line of its own. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
