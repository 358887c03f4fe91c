import { afterEach, describe, expect, it } from 'vitest';
import { countsOf, createMetrics, type Metrics, metricsOfAll } from '../../src/audit/metrics.ts';
import { createEvents } from '../../src/events.ts';

describe('the metrics', () => {
  const opened: Metrics[] = [];
  afterEach(() => {
    for (const metrics of opened.splice(0)) metrics.stop();
  });

  function open() {
    const events = createEvents();
    const metrics = createMetrics({ events });
    opened.push(metrics);
    /** The value of one line of the page, undefined when there is no such line. */
    const read = async (line: string) => {
      const { body } = await metrics.render();
      const found = body.split('\n').find((text) => text.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    };
    return { events, metrics, read };
  }

  it('counts requests and their durations by route template and method', async () => {
    const { metrics, read } = open();
    for (const seconds of [0.004, 0.2, 30]) metrics.observe({ route: '/token', method: 'POST', status: 200, seconds });
    metrics.observe({ route: '/token', method: 'POST', status: 400, seconds: 0.0001 });
    metrics.observe({ route: '/interaction/:uid', method: 'GET', status: 200, seconds: 0.0001 });
    expect(await read('vneid_requests_total{route="/token",method="POST",status="200"}')).toBe(3);
    expect(await read('vneid_requests_total{route="/token",method="POST",status="400"}')).toBe(1);
    expect(await read('vneid_requests_total{route="/interaction/:uid",method="GET",status="200"}')).toBe(1);
    expect(await read('vneid_request_seconds_count{route="/token",method="POST"}')).toBe(4);
    expect(await read('vneid_request_seconds_sum{route="/token",method="POST"}')).toBeCloseTo(30.2041);
    expect(await read('vneid_request_seconds_bucket{le="0.005",route="/token",method="POST"}')).toBe(2);
    expect(await read('vneid_request_seconds_bucket{le="+Inf",route="/token",method="POST"}')).toBe(4);
    metrics.observe({ route: '/token', method: 'POST', status: 200, seconds: 0.1 });
    expect(await read('vneid_requests_total{route="/token",method="POST",status="200"}')).toBe(4);
  });

  it('counts events by name, also those of before the first reading', async () => {
    const { events, read } = open();
    for (let i = 0; i < 3; i += 1) events.emit('session.ended', { account: 'secret-account' });
    expect(await read('vneid_events_total{event="session.ended"}')).toBe(3);
    events.emit('consent.refused', { account: 'secret-account', client: 'ihanoi' });
    expect(await read('vneid_events_total{event="consent.refused"}')).toBe(1);
  });

  it('counts failures by the code of their error, such as a queue that is full or a store that is away', async () => {
    const { events, read } = open();
    const failed = { status: 503, path: '/login/x/password', method: 'POST' };
    for (const code of ['login.busy', 'login.busy', 'store.unreachable'])
      events.emit('request.failed', { ...failed, code });
    expect(await read('vneid_failures_total{code="login.busy"}')).toBe(2);
    expect(await read('vneid_failures_total{code="store.unreachable"}')).toBe(1);
  });

  it('shows numbers as they are when it is read, also those that are told of later', async () => {
    const { metrics, read } = open();
    let pending = 3;
    metrics.watch({ name: 'vneid_early', help: 'Early', read: () => pending });
    expect(await read('vneid_early')).toBe(3);
    metrics.watch({ name: 'vneid_late', help: 'Late', read: () => pending * 2 });
    pending = 5;
    expect([await read('vneid_early'), await read('vneid_late')]).toEqual([5, 10]);
  });

  it('does not grow with what strangers send: methods are known ones, routes are limited and never an address', async () => {
    const { metrics, read } = open();
    const answer = { method: 'GET', status: 404, seconds: 0 };
    metrics.observe({ ...answer, route: '/authorize?code=TOP-SECRET' });
    metrics.observe({ ...answer, route: `/${'x'.repeat(200)}` });
    metrics.observe({ ...answer, route: '/known', method: 'BREW' });
    for (let i = 0; i < 1_000; i += 1) metrics.observe({ ...answer, route: `/lab/inbox/${i}` });
    metrics.observe({ ...answer, route: '/known' });
    const { body } = await metrics.render();
    expect(body).not.toContain('TOP-SECRET');
    expect(body).not.toContain('xxxx');
    expect(body).not.toContain('BREW');
    expect(body.split('\n').filter((line) => line.startsWith('vneid_requests_total{')).length).toBeLessThanOrEqual(302);
    expect(await read('vneid_requests_total{route="other",method="GET",status="404"}')).toBeGreaterThan(600);
    expect(await read('vneid_requests_total{route="/known",method="GET",status="404"}')).toBe(1);
    expect(await read('vneid_requests_total{route="/known",method="other",status="404"}')).toBe(1);
  });

  it('says how the process is doing, in the format that Prometheus reads', async () => {
    const { metrics, read } = open();
    const { type, body } = await metrics.render();
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of body.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_0-9]+(\{.*\})? [-+0-9.eInfNa]+$/i);
    }
    expect(await read('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(await read('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(await read('nodejs_heap_used_bytes')).toBeGreaterThan(1_000_000);
    expect(await read('nodejs_eventloop_delay_max_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('says what only grows to be a counter, and nothing else to be one, on the page of one process and on that of several', async () => {
    const [one, two] = [open(), open()];
    one.metrics.watch({ name: 'vneid_hash_pending', help: 'Pending', read: () => 3 });
    one.metrics.observe({ route: '/token', method: 'POST', status: 200, seconds: 0.01 });
    const { body: alone } = await one.metrics.render();
    const figures = await Promise.all([one, two].map(({ metrics }) => metrics.figures()));
    const { body: together } = await metricsOfAll([...figures, await countsOf(figures)]);
    for (const body of [alone, together]) {
      const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type] as const);
      expect(types).toContainEqual(['process_cpu_seconds_total', 'counter']);
      for (const [name = '', type] of types) {
        expect(body, name).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
        expect(type === 'counter', name).toBe(name.endsWith('_total'));
      }
    }
  });

  it('keeps two instances of one process apart, and holds the process for neither', async () => {
    const holding = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    const before = holding();
    const [one, two] = [open(), open()];
    one.metrics.observe({ route: '/token', method: 'POST', status: 200, seconds: 0.01 });
    one.events.emit('session.ended', {});
    const line = 'vneid_requests_total{route="/token",method="POST",status="200"}';
    expect(await one.read(line)).toBe(1);
    expect(await two.read(line)).toBeUndefined();
    expect(await two.read('vneid_events_total{event="session.ended"}')).toBeUndefined();
    expect(holding()).toBe(before);
  });
});
