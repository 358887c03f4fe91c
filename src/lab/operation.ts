import type { z } from 'zod';
import { type ErrorCode, problem } from '../errors.ts';
import type { Bench } from './bench.ts';

/**
 * One thing that the bench can do, said once. HTTP, OpenAPI, `startVneid().control`, the command line and MCP are skins
 * over it: each of them takes one object of this shape and gives back one object.
 */
export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/lab/api`; a part in braces, such as `{number}`, is that member of the input. */
  path: `/${string}`;
  /** One sentence. */
  about: { vi: string; en: string };
  /** What it takes: members of the path, then of the query (GET, DELETE) or of the JSON body (all others). */
  input: I;
  answer: O;
  /** Of an answer; 200 unless told. */
  status?: 201;
  /** What it may throw beside `request.*`. */
  errors?: readonly ErrorCode[];
  /** Bytes that a body may have, where 16 KiB are too few. */
  largest?: number;
  /** That much is gone afterwards, as after every DELETE. */
  destroys?: true;
  /** Of what no event of its own tells of: to what it was done, as the audit may keep it; nothing where it is all there is. */
  noted?(input: z.output<I>): string | undefined;
  /** It is of one process, such as its clock: where several answer it is refused with `lab.workers`. */
  alone?: true;
  run(bench: Bench, input: z.output<I>): Promise<z.input<O>> | z.input<O>;
}

/** The same, and the audit tells of it by this name when it is done, where it has to be told. */
export function told(name: string, said: Operation): Operation {
  const { noted } = said;
  if (!noted) return said;
  return {
    ...said,
    async run(bench, input) {
      const answer = await said.run(bench, input);
      const about = noted(input);
      bench.events.emit('operator.acted', { operation: name, ...(about !== undefined && { about }) });
      return answer;
    },
  };
}

/** Says one operation. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(said: Operation<I, O>): Operation<I, O> {
  if (!said.alone) return said;
  return {
    ...said,
    errors: [...(said.errors ?? []), 'lab.workers'],
    run(bench, input) {
      if (bench.workers > 1) throw problem('lab.workers', { workers: bench.workers });
      return said.run(bench, input);
    },
  };
}

/** Whether something is gone afterwards: a person is warned, and a program asked once more. */
export function isDestructive({ method, destroys }: Pick<Operation, 'method' | 'destroys'>): boolean {
  return destroys === true || method === 'DELETE';
}

/** Whether its members stand in the query, and not in a body. */
export function hasNoBody({ method }: Pick<Operation, 'method'>): boolean {
  return method === 'GET' || method === 'DELETE';
}

/** The members of the input that stand in the path, in their order. */
export function pathMembers({ path }: Pick<Operation, 'path'>): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
