/** Things that one operation at a time may use, such as a browser or a refresh token that is replaced when used. */
export interface Pool<T> {
  /** Lends one, waiting until one is there; what the work returns takes its place, and when it fails it stays. */
  lend(work: (item: T) => Promise<T>): Promise<void>;
}

export function createPool<T>(items: T[]): Pool<T> {
  const free = [...items];
  const waiting: ((item: T) => void)[] = [];
  const give = (item: T) => {
    const next = waiting.shift();
    if (next) next(item);
    else free.push(item);
  };
  return {
    async lend(work) {
      const item = free.length > 0 ? (free.pop() as T) : await new Promise<T>((resolve) => void waiting.push(resolve));
      let next = item;
      try {
        next = await work(item);
      } finally {
        // others must not wait for what failed
        give(next);
      }
    },
  };
}
