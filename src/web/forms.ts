import type { Context } from 'koa';
import { problem } from '../errors.ts';
import { createSeal } from '../seal.ts';
import { readBody } from './body.ts';

const formType = 'application/x-www-form-urlencoded';
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Bytes beyond ASCII written out in a form; what they do not say in UTF-8 would be read with a sign for what nobody can read. */
const escaped = /(?:%[89a-f][0-9a-f])+/gi;

/** The fields of a form, each with its first value. */
export type Form = ReadonlyMap<string, string>;

/**
 * Reads a posted form of at most 16 KiB, or what is told.
 * @returns fields; a field sent twice keeps all its values under `all`
 * @throws VneidError request.unsupportedType, request.tooLarge, request.malformed
 */
export async function readForm(ctx: Context, largest?: number): Promise<{ fields: Form; all(name: string): string[] }> {
  if (!ctx.is(formType)) {
    throw problem('request.unsupportedType', { type: ctx.get('content-type').slice(0, 80), expected: formType });
  }
  const text = textOf(await readBody(ctx, largest));
  for (const [bytes] of text.matchAll(escaped)) textOf(Buffer.from(bytes.replaceAll('%', ''), 'hex'));
  const parameters = new URLSearchParams(text);
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) if (!fields.has(name)) fields.set(name, value);
  return { fields, all: (name) => parameters.getAll(name) };
}

/** What bytes say in UTF-8, and nothing where they say something else. @throws VneidError request.malformed */
export function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw problem('request.malformed', { expected: 'UTF-8' });
  }
}

/** Ties a form to what it acts on, so that a form of another login, or of another site, is refused. */
export interface FormTokens {
  /** The hidden `csrf` value of a form that acts on `subject`. */
  make(subject: string): string;
  /** @throws VneidError form.expired */
  check(subject: string, given: string | undefined): void;
}

export function createFormTokens(secret: Buffer): FormTokens {
  const seal = createSeal(secret);
  return {
    make: seal.of,
    check(subject, given) {
      if (!seal.fits(subject, given ?? '')) throw problem('form.expired');
    },
  };
}
