import type { IncomingHttpHeaders } from 'node:http';
import { hostname } from 'node:os';
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Answer } from './metrics.ts';

/** A span for each request, sent to whoever collects them. */
export interface Traces {
  /**
   * Begins the span of a request; it belongs to the trace that the request names (W3C Trace Context), and is left out
   * where that one is.
   * @returns ends it, with what metrics count: a route is a template, so that no span has an address or what is in one
   */
  begin(headers: IncomingHttpHeaders): (answer: Answer) => void;
  /** Sends what waits, for at most 3 s, and ends. */
  close(): Promise<void>;
}

/** Milliseconds that whoever collects may take for an answer; spans of which nothing is heard by then are lost. */
const patience = 3_000;

/**
 * Spans go out every few seconds, some hundred at once; a collector that is away costs nobody but itself.
 * @param url the whole address, such as `http://collector:4318/v1/traces`
 */
export function openTraces(url: string): Traces {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: patience });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'vneid',
      'service.instance.id': `${hostname()}:${process.pid}`,
    }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: patience })],
  });
  const tracer = provider.getTracer('vneid');
  const propagator = new W3CTraceContextPropagator();

  return {
    begin(headers) {
      const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER, startTime: now() }, context);
      return ({ route, method, status }) => {
        const known = route !== 'none';
        // names and attributes: OpenTelemetry semantic conventions, HTTP server
        span.updateName(known ? `${method} ${route}` : method);
        span.setAttributes({
          'http.request.method': method,
          'http.response.status_code': status,
          ...(known && { 'http.route': route }),
        });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(now());
      };
    },
    // what cannot be sent any more is no reason not to stop
    close: () => provider.shutdown().catch(() => undefined),
  };
}

/** The host's own time, milliseconds since 1970: a request runs in that of an instance, which testers move. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
