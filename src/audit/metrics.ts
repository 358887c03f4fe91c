import type { EventHub } from '../events.ts';

export interface Metrics {
  /** Counts one answered request. `route` is the template ("/interaction/:uid"), never a URL; `seconds` its duration. */
  observe(answer: { route: string; method: string; status: number; seconds: number }): void;
  /** The page that Prometheus reads, with its content type. */
  render(): Promise<{ type: string; body: string }>;
  stop(): void;
}

export function createMetrics(_parts: { events: EventHub }): Metrics {
  return { observe() {}, render: async () => ({ type: 'text/plain', body: '' }), stop() {} };
}
