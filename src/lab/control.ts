import type { z } from 'zod';
import { checkBody } from '../web/json.ts';
import type { Bench } from './bench.ts';
import type { Operation } from './operation.ts';
import { everyOperation, operations } from './operations.ts';
import type { create } from './operations/logins.ts';

type Families = typeof operations;

/** The operations as functions: `control.phones.approve({ number })`. Each throws the errors that HTTP would answer. */
export type Control = {
  readonly [F in keyof Families]: {
    readonly [V in keyof Families[F]]: Families[F][V] extends Operation<infer I, infer O>
      ? // oxlint-disable-next-line typescript/no-generated-empty-object-type -- whether nothing has to be said
        (...input: Record<never, never> extends z.input<I> ? [z.input<I>?] : [z.input<I>]) => Promise<z.output<O>>
      : never;
  };
} & { login: Login };

/**
 * `logins.create`, as a test writes it: `control.login(an.number, { client: 'my-app', tokens: true })`. The answer has the
 * address that leads back to the app or, where they are asked for, the tokens.
 */
export type Login = <O extends Omit<z.input<typeof create.input>, 'number'>>(
  citizen: string | { number: string },
  options: O,
) => Promise<LoggedIn & (O extends { tokens: true } ? With<'tokens'> : With<'redirect'>)>;
type LoggedIn = z.output<typeof create.answer>;
type With<Member extends keyof LoggedIn> = { [M in Member]: NonNullable<LoggedIn[M]> };

/** Binds the operations to one instance. */
export function createControl(bench: Bench): Control {
  const control: Record<string, Record<string, (input?: unknown) => Promise<unknown>>> = {};
  for (const { family, verb, operation } of everyOperation) {
    const verbs = (control[family] ??= {});
    verbs[verb] = (input = {}) => bench.clock.run(async () => operation.run(bench, checkBody(operation.input, input)));
  }
  const families = control as unknown as Control;
  const login = (citizen: string | { number: string }, options: object) =>
    families.logins.create({ number: typeof citizen === 'string' ? citizen : citizen.number, ...options });
  return Object.assign(families, { login });
}
