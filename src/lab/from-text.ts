import { z } from 'zod';

/**
 * The members of an input as a query or a command line has them, which is as text: numbers, booleans and lists become
 * what the shape says; what does not fit stays text, so that the shape can say what is wrong with it.
 * @param given each value once, or a list where it was given several times
 */
export function membersOf(
  input: z.ZodObject,
  given: Record<string, string | string[] | undefined>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, valueOf(input.shape[name], text)]],
    ),
  );
}

function valueOf(shape: unknown, text: string | string[]): unknown {
  const inner = bare(shape);
  if (text === 'null' && takesNull(shape)) return null;
  if (inner instanceof z.ZodArray)
    return [text].flat().flatMap((one) => one.split(',').map((item) => valueOf(inner.element, item)));
  if (typeof text !== 'string') return text;
  if (inner instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (inner instanceof z.ZodBoolean) return text === 'true' || text === '' ? true : text === 'false' ? false : text;
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum || inner instanceof z.ZodLiteral || !inner)
    return text;
  return parsed(text);
}

/** What a member is without being optional, nullable or having a default. */
export function bare(shape: unknown): unknown {
  return shape instanceof z.ZodOptional || shape instanceof z.ZodDefault || shape instanceof z.ZodNullable
    ? bare(shape.unwrap())
    : shape;
}

/** Null takes away what is there, and nobody is called so. */
function takesNull(shape: unknown): boolean {
  return (
    shape instanceof z.ZodNullable ||
    ((shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) && takesNull(shape.unwrap()))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
