import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Aggregator, MetricObject, Registry } from 'prom-client';
import type { EventHub } from '../events.ts';

/** Upper bounds of durations in seconds: a token is a millisecond, a password hash ten, a slow day a second. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Routes are templates, so there are some dozens; whoever passes addresses instead must not fill the memory. */
const mostRoutes = 300;
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

export interface Metrics {
  /**
   * Counts one answered request.
   * @param answer `route` is the template ("/interaction/:uid"), never an address; `seconds` how long it took
   */
  observe(answer: Answer): void;
  /** Counts the events of another instance of this process too. */
  hear(events: EventHub): void;
  /** Shows a number that is asked for whenever the page is read. */
  watch(gauge: WatchedNumber): void;
  /** The page that Prometheus reads (text format 0.0.4), with its content type. */
  render(): Promise<MetricsPage>;
  /** What is on the page, to be added to that of other processes by `metricsOfAll`. */
  figures(): Promise<MetricObject[]>;
  /** Stops watching the event loop. */
  stop(): void;
}

export interface WatchedNumber {
  name: string;
  help: string;
  read(): number;
  /** How those of several processes are one; their sum unless told. */
  aggregator?: Aggregator;
}

export interface MetricsPage {
  type: string;
  body: string;
}

export interface Answer {
  route: string;
  method: string;
  status: number;
  seconds: number;
}

/**
 * Rate, errors and duration per route, events by name, and how the process is doing; in a registry of its own, so that
 * instances in one process do not mix but where one says so. The library is loaded with the first answered request, so that a start costs
 * nothing; the event loop is watched from the first reading on.
 */
export function createMetrics({ events }: { events: EventHub }): Metrics {
  const early: Answer[] = [];
  const happened = new Map<string, number>();
  const failed = new Map<string, number>();
  const numbers: WatchedNumber[] = [];
  const routes = new Set<string>();
  let instruments: Instruments | undefined;
  let loading: Promise<Instruments> | undefined;
  let delay: LoopDelay | undefined;

  function load(): Promise<Instruments> {
    loading ??= createInstruments({ happened, failed, delay: () => delay }).then((loaded) => {
      instruments = loaded;
      for (const number of numbers.splice(0)) loaded.gauge(number);
      for (const answer of early.splice(0)) loaded.answered(answer);
      return loaded;
    });
    return loading;
  }

  /** A template that is too long or one too many is counted as "other". */
  function routeOf(route: string): string {
    if (routes.has(route)) return route;
    if (routes.size >= mostRoutes || route.length > 100 || route.includes('?')) return 'other';
    routes.add(route);
    return route;
  }

  const hear = (hub: EventHub) => {
    hub.onAny((event) => count(happened, event));
    hub.on('request.failed', ({ code }) => count(failed, code));
  };
  hear(events);

  async function read<T>(from: (registry: Registry) => Promise<T>): Promise<T> {
    const { registry } = await load();
    delay ??= watched();
    const found = await from(registry);
    delay.reset();
    return found;
  }

  return {
    hear,
    watch(number) {
      if (instruments) instruments.gauge(number);
      else numbers.push(number);
    },
    observe({ route, method, status, seconds }) {
      const answer = { route: routeOf(route), method: methods.has(method) ? method : 'other', status, seconds };
      if (instruments) return instruments.answered(answer);
      early.push(answer);
      // without the library nothing is counted; whoever reads the page hears why
      load().catch(() => early.splice(0));
    },
    render: () => read(async (registry) => ({ type: registry.contentType, body: await registry.metrics() })),
    figures: () => read((registry) => registry.getMetricsAsJSON()),
    stop() {
      delay?.disable();
    },
  };
}

function count(times: Map<string, number>, what: string): void {
  times.set(what, (times.get(what) ?? 0) + 1);
}

/** One page of the figures of several processes: counts are added, and of delays the worst is told. */
export async function metricsOfAll(figures: MetricObject[][]): Promise<MetricsPage> {
  const { AggregatorRegistry } = await import('prom-client');
  const registry = AggregatorRegistry.aggregate(figures);
  return { type: registry.contentType, body: await registry.metrics() };
}

/** What of the figures of several processes only ever grows, added up: it stays when they are gone. */
export async function countsOf(figures: MetricObject[][]): Promise<MetricObject[]> {
  const { AggregatorRegistry } = await import('prom-client');
  const all = await AggregatorRegistry.aggregate(figures).getMetricsAsJSON();
  return all.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}

function watched(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return histogram;
}

interface Instruments {
  registry: Registry;
  answered(answer: Answer): void;
  gauge(number: WatchedNumber): void;
}

async function createInstruments({
  happened,
  failed,
  delay,
}: {
  happened: ReadonlyMap<string, number>;
  failed: ReadonlyMap<string, number>;
  delay: () => LoopDelay | undefined;
}): Promise<Instruments> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'vneid_requests_total',
    help: 'Requests answered, by route template, method and status',
    labelNames: ['route', 'method', 'status'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'vneid_request_seconds',
    help: 'Time from the first byte of a request to its answer',
    labelNames: ['route', 'method'] as const,
    buckets: bounds,
    registers,
  });
  const counted = (name: string, help: string, label: string, times: ReadonlyMap<string, number>) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [what, often] of times) this.inc({ [label]: what }, often);
      },
    });
  counted('vneid_events_total', 'Events by name, as the audit keeps them', 'event', happened);
  counted('vneid_failures_total', 'Requests that failed, by the code of their error', 'code', failed);
  const gauge = ({ name, help, read, aggregator = 'sum' }: WatchedNumber) =>
    new Gauge({
      name,
      help,
      registers,
      aggregator,
      collect() {
        this.set(read());
      },
    });
  const processor = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used, user and system',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  registry.registerMetric(processor);
  gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory held, as the system sees it',
    read: () => process.memoryUsage.rss(),
  });
  gauge({
    name: 'process_start_time_seconds',
    help: 'Start of the process, seconds since 1970; of several the first',
    aggregator: 'min',
    read: () => Math.floor(performance.timeOrigin / 1000),
  });
  gauge({ name: 'nodejs_heap_used_bytes', help: 'Heap in use', read: () => process.memoryUsage().heapUsed });
  for (const [name, of] of [
    ['mean', (seen) => seen.mean],
    ['p99', (seen) => seen.percentile(99)],
    ['max', (seen) => seen.max],
  ] as [string, (seen: LoopDelay) => number][]) {
    gauge({
      name: `nodejs_eventloop_delay_${name}_seconds`,
      help: `Delay of the event loop since the last reading: ${name}`,
      aggregator: name === 'mean' ? 'average' : 'max',
      read() {
        const seen = delay();
        return seen && seen.count > 0 ? of(seen) / 1e9 : 0;
      },
    });
  }

  const known = new Map<
    string,
    { requests: Map<number, { inc(): void }>; duration: { observe(seconds: number): void } }
  >();
  return {
    registry,
    gauge,
    answered({ route, method, status, seconds }) {
      const key = `${method} ${route}`;
      let entry = known.get(key);
      if (!entry) {
        entry = { requests: new Map(), duration: durations.labels(route, method) };
        known.set(key, entry);
      }
      let counter = entry.requests.get(status);
      if (!counter) {
        counter = requests.labels(route, method, String(status));
        entry.requests.set(status, counter);
      }
      counter.inc();
      entry.duration.observe(seconds);
    },
  };
}
