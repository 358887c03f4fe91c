import type { z } from 'zod';
import { checkBody } from '../web/json.ts';
import type { Bench } from './bench.ts';
import type { Operation } from './operation.ts';
import { everyOperation, operations } from './operations.ts';

type Families = typeof operations;

/** The operations as functions: `control.phones.approve({ number })`. Each throws the errors that HTTP would answer. */
export type Control = {
  readonly [F in keyof Families]: {
    readonly [V in keyof Families[F]]: Families[F][V] extends Operation<infer I, infer O>
      ? (...input: Record<never, never> extends z.input<I> ? [z.input<I>?] : [z.input<I>]) => Promise<z.output<O>>
      : never;
  };
};

/** Binds the operations to one instance. */
export function createControl(bench: Bench): Control {
  const control: Record<string, Record<string, (input?: unknown) => Promise<unknown>>> = {};
  for (const { family, verb, operation } of everyOperation) {
    const verbs = (control[family] ??= {});
    verbs[verb] = (input = {}) => bench.clock.run(async () => operation.run(bench, checkBody(operation.input, input)));
  }
  return control as Control;
}
