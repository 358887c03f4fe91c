import { randomUUID } from 'node:crypto';
import type { Redis } from './redis.ts';

/**
 * News of something, by its topic, for whoever waits for it: within this process or, by Redis, on every instance that
 * shares it. News may be lost, as when Redis is away: who shows something live also looks again by itself every second.
 */
export interface Signals {
  tell(topic: string, text?: string): void;
  /** @returns how to stop hearing */
  hear(topic: string, listener: (text: string) => void): () => void;
}

/** Makes the news of one process. */
export function createSignals(): Signals {
  const waiting = new Map<string, Set<(text: string) => void>>();
  return {
    tell(topic, text = '') {
      for (const listener of waiting.get(topic) ?? []) listener(text);
    },
    hear(topic, listener) {
      const those = waiting.get(topic) ?? new Set();
      waiting.set(topic, those.add(listener));
      return () => {
        those.delete(listener);
        if (those.size === 0 && waiting.get(topic) === those) waiting.delete(topic);
      };
    },
  };
}

/**
 * Makes the news of all instances on one Redis. Those of this process hear at once, the others by a channel.
 * @throws VneidError `store.unreachable` when Redis cannot be listened to
 */
export async function shareSignals(redis: Redis, prefix = 'vneid'): Promise<Signals> {
  const here = createSignals();
  const channel = `${prefix}-signals`;
  const self = randomUUID();
  await redis.subscribe(channel, (message) => {
    const [from, topic, text] = JSON.parse(message) as [string, string, string];
    if (from !== self) here.tell(topic, text);
  });
  return {
    tell(topic, text = '') {
      here.tell(topic, text);
      redis.publish(channel, JSON.stringify([self, topic, text])).catch(() => {
        // the others look again by themselves within a second
      });
    },
    hear: here.hear,
  };
}
