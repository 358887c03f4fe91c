import { parseArgs } from 'node:util';
import { z } from 'zod';
import { bare, membersOf } from './from-text.ts';
import { type Operation, pathMembers } from './operation.ts';
import { everyOperation, type NamedOperation } from './operations.ts';

/** One operation as somebody typed it. */
export interface Typed {
  operation: Operation;
  input: Record<string, unknown>;
  /** Where it is to be done, when the command line says so. */
  url: string | undefined;
}

/** `initialAccessTokens` as people type it: `initial-access-tokens`. */
export function typed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Each family with its verbs, for the page of help. */
export function families(): Map<string, NamedOperation[]> {
  return Map.groupBy(everyOperation, ({ family }) => typed(family));
}

/**
 * Reads `phones approve 001085000001 --factors face`: family, verb, the members of the path in their order, all others by
 * name; a name may be given with a value, a list with commas, anything deeper as JSON.
 * @throws Error that says what would be right
 */
export function readCommand([family = '', verb = '', ...args]: string[]): Typed {
  const verbs = families().get(family) ?? [];
  const said = verbs.find((one) => typed(one.verb) === verb);
  if (!said) throw new Error(`${family} what? try: ${verbs.map((one) => usage(one)).join('\n  ')}`);
  const { operation } = said;
  const inPath = pathMembers(operation);
  const others = Object.keys(operation.input.shape).filter((name) => !inPath.includes(name));
  const options = Object.fromEntries(
    others.map((name) => [
      typed(name),
      { type: bare(operation.input.shape[name]) instanceof z.ZodBoolean ? 'boolean' : 'string' } as const,
    ]),
  );
  const { values: read, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: { ...options, url: { type: 'string' } },
  });
  const values: Record<string, string | boolean | undefined> = read;
  if (positionals.length !== inPath.length) throw new Error(`try: ${usage(said)}`);
  const given = [
    ...inPath.map((name, nth) => [name, positionals[nth]] as const),
    ...others.map((name) => [name, values[typed(name)]?.toString()] as const),
  ];
  return { operation, input: membersOf(operation.input, Object.fromEntries(given)), url: read.url };
}

/** One line: how it is typed. */
export function usage({ family, verb, operation }: NamedOperation): string {
  const inPath = pathMembers(operation);
  const others = Object.keys(operation.input.shape).filter((name) => !inPath.includes(name));
  return [
    'vneid',
    typed(family),
    typed(verb),
    ...inPath.map((name) => typed(name).toUpperCase()),
    ...others.map((name) =>
      bare(operation.input.shape[name]) === operation.input.shape[name] ? `--${typed(name)} …` : `[--${typed(name)} …]`,
    ),
  ].join(' ');
}
