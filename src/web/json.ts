import type { Context } from 'koa';
import { z } from 'zod';
import { type InBoth, problem } from '../errors.ts';
import { readBody } from './body.ts';
import { textOf } from './forms.ts';

const type = 'application/json';

/**
 * Reads a JSON body of at most 16 KiB, or what is told; no body is an empty object. The type has to be named, which a page of another site
 * cannot do without being asked first (Fetch §3.3.1), so this is also what keeps such pages from driving the lab.
 * @throws VneidError request.unsupportedType, request.tooLarge, request.malformed
 */
export async function readJson(ctx: Context, largest?: number): Promise<unknown> {
  const given = ctx.get('content-type');
  if (given.split(';')[0]?.trim().toLowerCase() !== type)
    throw problem('request.unsupportedType', { type: given.slice(0, 80), expected: type });
  const text = textOf(await readBody(ctx, largest));
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw problem('request.malformed', { expected: type });
  }
}

/**
 * Holds a body against its shape.
 * @throws VneidError request.badField naming the first member that does not fit
 */
export function checkBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  const strange = issue?.code === 'unrecognized_keys' && path === '' ? issue.keys[0] : undefined;
  throw problem('request.badField', {
    field: strange ?? (path || 'body'),
    expected: strange !== undefined && 'shape' in schema ? membersOf(schema.shape) : inBoth(schema, body),
  });
}

/** What is wrong first, in both languages: zod knows its own sentences in Vietnamese too. */
export function inBoth(schema: z.ZodType, value: unknown): InBoth {
  const first = (read: z.ZodSafeParseResult<unknown>) => read.error?.issues[0]?.message ?? '';
  return { vi: first(schema.safeParse(value, { error: vietnamese })), en: first(schema.safeParse(value)) };
}

const vietnamese = z.locales.vi().localeError;

function membersOf(shape: unknown): InBoth {
  const names = Object.keys(shape as object).join(', ');
  return names
    ? { vi: `một trong ${names}`, en: `one of ${names}` }
    : { vi: 'không có trường nào', en: 'no member at all' };
}
