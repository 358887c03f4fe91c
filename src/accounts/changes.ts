/** Who waits for news of something, by its name; within this process. */
export interface Changes {
  tell(name: string): void;
  /** @returns how to stop hearing */
  hear(name: string, heard: () => void): () => void;
}

/**
 * Makes the news of one instance. Whoever shows something live also looks again by itself every second, so news that
 * began in another process, or a clock that was moved, is late by that much and never lost.
 */
export function createChanges(): Changes {
  const waiting = new Map<string, Set<() => void>>();
  return {
    tell(name) {
      for (const heard of waiting.get(name) ?? []) heard();
    },
    hear(name, heard) {
      const those = waiting.get(name) ?? new Set();
      waiting.set(name, those.add(heard));
      return () => {
        those.delete(heard);
        if (those.size === 0 && waiting.get(name) === those) waiting.delete(name);
      };
    },
  };
}
