import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { problem } from '../errors.ts';
import { createSeal } from '../seal.ts';

const limit = 16 * 1024;
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

/** Reads a body of at most `largest` bytes. @throws VneidError request.tooLarge, request.malformed */
export async function readBody(ctx: Context, largest = limit): Promise<Buffer> {
  const tooLarge = () => problem('request.tooLarge', { limit: largest }, { Connection: 'close' });
  if ((ctx.request.length ?? 0) > largest) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // the socket has to outlive a body that was refused, or the answer could not be sent
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > largest) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'request.tooLarge') throw cause;
    throw problem('request.malformed', { expected: formType });
  }
  return Buffer.concat(chunks);
}

/** Reads a body, and leaves it there for whoever reads it next. @throws what `readBody` does */
export async function peekBody(ctx: Context): Promise<Buffer> {
  const body = await readBody(ctx);
  const again: typeof ctx.req.iterator = (options) => Readable.from([body]).iterator(options);
  Object.defineProperties(ctx.req, { readable: { value: true }, iterator: { value: again } });
  return body;
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
