import type { EventHub } from '../events.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Says something: a message, facts with a message, or an error with a message. */
export type Say = (what: string | Error | Record<string, unknown>, message?: string) => void;

export interface Log {
  error: Say;
  warn: Say;
  info: Say;
  debug: Say;
}

export interface LogParts {
  level: LogLevel;
  /** Every event becomes a line. */
  events?: EventHub;
  /** Where lines go; standard output by default. */
  destination?: { write(line: string): unknown };
}

export function createLog(_parts: LogParts): Log {
  const say: Say = () => {};
  return { error: say, warn: say, info: say, debug: say };
}
