import { parseArgs } from 'node:util';
import { z } from 'zod';
import { bare, hintOf, membersOf } from './from-text.ts';
import { type Operation, pathMembers } from './operation.ts';
import {
  everyOperation,
  families,
  type FamilyName,
  familyNames,
  type NamedOperation,
  operations,
} from './operations.ts';

/** One operation as somebody typed it. */
export interface Typed {
  operation: Operation;
  input: Record<string, unknown>;
  /** Where it is to be done, when the command line says so. */
  url: string | undefined;
  /** A file that has members of the input, beside those typed. */
  from: string | undefined;
}

/** `initialAccessTokens` as people type it: `initial-access-tokens`. */
export function typed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The verbs of each family, by its name as it is typed. */
export function typedFamilies(): Map<string, NamedOperation[]> {
  return Map.groupBy(everyOperation, ({ family }) => typed(family));
}

/**
 * Reads `phones approve 001085000001 --factors face`: family, verb, the members of the path in their order, all others by
 * name; a list with commas or by naming it again, anything deeper as JSON.
 * @throws Error that says what would be right
 */
export function readCommand([family = '', verb = '', ...args]: string[]): Typed {
  const said = find(family, verb);
  if (!said) throw new Error(`${family} what? try:\n${help([family])}`);
  const { operation } = said;
  const { inPath, others } = membersOfCommand(operation);
  const options = Object.fromEntries(
    others.map(({ name, inner }) => [
      typed(name),
      {
        type: inner instanceof z.ZodBoolean ? 'boolean' : 'string',
        multiple: inner instanceof z.ZodArray,
      } as const,
    ]),
  );
  const { values: read, positionals } = parsed(said, () =>
    parseArgs({
      args: withDashedLast(args),
      allowPositionals: true,
      allowNegative: true,
      options: { ...options, url: { type: 'string' }, from: { type: 'string' } },
    }),
  );
  if (positionals.length !== inPath.length) throw new Error(`try: ${usage(said)}`);
  const { url, from, ...values } = read as Record<string, string | boolean | string[] | undefined>;
  const given = [
    ...inPath.map((name, nth) => [name, positionals[nth]] as const),
    ...others.map(({ name }) => [name, textOf(values[typed(name)])] as const),
  ];
  return {
    operation,
    input: membersOf(operation.input, Object.fromEntries(given)),
    url: url as string | undefined,
    from: from as string | undefined,
  };
}

/** An id may begin with a dash, which no option has alone; what comes behind `--` is taken as it stands. */
function withDashedLast(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const isDashed = (arg: string, at: number) => at < end && /^-[^-]/.test(arg) && !args[at - 1]?.startsWith('--');
  const dashed = args.filter(isDashed);
  return [...args.filter((arg, at) => !isDashed(arg, at)), ...(end === args.length ? ['--'] : []), ...dashed];
}

/** One line: how it is typed. */
export function usage({ family, verb, operation }: NamedOperation): string {
  const { inPath, others } = membersOfCommand(operation);
  return [
    'vneid',
    typed(family),
    typed(verb),
    ...inPath.map((name) => typed(name).toUpperCase()),
    ...others.map(({ name, inner, required }) => {
      const option = `--${typed(name)}${inner instanceof z.ZodBoolean ? '' : ' …'}`;
      return required ? option : `[${option}]`;
    }),
  ].join(' ');
}

/** What there is to say about all families, about one, or about one verb of it. */
export function help([family = '', verb = '']: string[]): string {
  if (family === '') return familyNames.map(inShort).join('\n');
  const one = find(family, verb);
  if (!one)
    return (typedFamilies().get(family) ?? [])
      .map((each) => `${usage(each)}\n    ${each.operation.about.en}`)
      .join('\n');
  const { inPath, others } = membersOfCommand(one.operation);
  const lines = [
    ...inPath.map((name) => [typed(name).toUpperCase(), told(one.operation.input.shape[name])] as const),
    ...others.map(({ name, shape }) => [`--${typed(name)}`, told(shape)] as const),
  ];
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return [
    usage(one),
    `    ${one.operation.about.en}`,
    ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd()),
  ].join('\n');
}

function inShort(family: FamilyName): string {
  const verbs = Object.keys(operations[family]).map(typed);
  return `vneid ${typed(family)} ${verbs.join(' | ')}\n    ${families[family].about.en}`;
}

function find(family: string, verb: string): NamedOperation | undefined {
  return typedFamilies()
    .get(family)
    ?.find((one) => typed(one.verb) === verb);
}

/** Those of the path, by their place, and all others, by name. */
function membersOfCommand(operation: Operation) {
  const inPath = pathMembers(operation);
  const others = Object.entries(operation.input.shape)
    .filter(([name]) => !inPath.includes(name))
    .map(([name, shape]) => ({ name, shape, inner: bare(shape), required: bare(shape) === shape }));
  return { inPath, others };
}

function parsed<T>(said: NamedOperation, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\ntry: ${usage(said)}`, { cause });
  }
}

function told(shape: unknown): string {
  const inner = bare(shape);
  const one = inner instanceof z.ZodArray ? bare(inner.element) : inner;
  return [one instanceof z.ZodEnum ? one.options.join(' | ') : undefined, hintOf(shape)].filter(Boolean).join(' · ');
}

function textOf(value: string | boolean | string[] | undefined): string | string[] | undefined {
  return typeof value === 'boolean' ? String(value) : value;
}
