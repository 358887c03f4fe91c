/** How much of one core each had during a stretch of load: 1 is a whole one. */
export interface Shares {
  /** The server with all its threads. */
  server: number;
  /** Of that, the thread that answers requests; undefined where only the process can be seen. */
  main: number | undefined;
  /** Redis and PostgreSQL behind the server. */
  stores: number;
  generator: number;
}

/** From here on a core counts as full: the rest is what the machine itself takes. */
const full = 0.85;

/** Names what kept the rate from being higher. */
export function bottleneckOf({ server, main, stores, generator }: Shares): string {
  const [[who, share]] = [
    ['server', server],
    ['stores', stores],
    ['generator', generator],
  ].toSorted(([, a], [, b]) => Number(b) - Number(a)) as [[string, number]];
  if (share < full) return 'no core was full: waiting, or others had the time';
  if (who === 'stores') return 'the stores behind the server';
  if (who === 'generator') return 'the generator';
  if (main === undefined) return "the server's core";
  return main >= server / 2 ? "the server's main thread" : "the server's other threads";
}
