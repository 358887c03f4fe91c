import { type DestinationStream, pino } from 'pino';
import type { EventHub, EventName } from '../events.ts';
import { cleaned } from './redaction.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Says a message; or facts, or what was thrown, with a message. */
export type Say = (what: unknown, message?: string) => void;

export interface Log {
  error: Say;
  warn: Say;
  info: Say;
  debug: Say;
}

export interface LogParts {
  /** The least severe lines to write. */
  level: LogLevel;
  /** Every event becomes a line, at the level that suits it. */
  events?: EventHub;
  /** Where lines go; standard output by default. */
  destination?: { write(line: string): unknown };
}

/** Starts a log: one JSON object a line, cleaned of secrets (`redaction.ts`). It holds no process, and a destination that fails (a closed pipe, a full disk) stops no request. */
export function createLog({ level, events, destination = standardOutput() }: LogParts): Log {
  const writer = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // errors arrive here cleaned; pino's own view of them would be of the cleaning
      serializers: { err: (err: unknown) => err },
    },
    destination,
  );
  const say = (at: Exclude<LogLevel, 'silent'>): Say => {
    return (what, message) => {
      if (!writer.isLevelEnabled(at)) return;
      const facts = typeof what === 'string' ? {} : what instanceof Error ? { err: what } : what;
      const line = cleaned({ facts, message: typeof what === 'string' ? what : message });
      writer[at](line.facts, line.message);
    };
  };
  const log = { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') };
  events?.onAny((event, payload) => log[levelOf(event, payload)]({ event, ...payload }, event));
  return log;
}

function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true });
  // pino itself bears a closed pipe; nothing better can be done about any other failure of standard output
  stream.on('error', () => {});
  return stream;
}

function levelOf(event: EventName, payload: object): Exclude<LogLevel, 'silent'> {
  if (event === 'server.error') return 'error';
  if (event === 'throttle.delayed') return 'warn';
  if (event === 'request.failed') return (payload as { status: number }).status >= 500 ? 'warn' : 'debug';
  if (event === 'token.issued' || event === 'otp.sent' || event === 'session.ended') return 'debug';
  return 'info';
}
