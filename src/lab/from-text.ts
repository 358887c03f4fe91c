import { z } from 'zod';

/**
 * The members of an input as a query, a form or a command line has them, which is as text: numbers, booleans, lists and
 * whatever is deeper become what the shape says; what does not fit stays text, so that the shape can say what is wrong.
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
  if (inner instanceof z.ZodArray) return [text].flat().flatMap((one) => listOf(inner.element, one));
  if (typeof text !== 'string') return text;
  if (text === 'null' && isNullable(shape)) return null;
  if (inner instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (inner instanceof z.ZodBoolean) return text === 'true' || text === '' ? true : text === 'false' ? false : text;
  if (inner instanceof z.ZodLiteral) return [...inner.values].find((value) => String(value) === text) ?? text;
  return inner === undefined || isText(inner) ? text : parsed(text);
}

/** Items between commas, or JSON: what is deeper can be told by it alone. */
function listOf(element: unknown, text: string): unknown[] {
  const whole = /^[[{]/.test(text) ? parsed(text) : text;
  if (whole !== text) return [whole].flat();
  return text.split(',').map((item) => valueOf(element, item));
}

/** What a member is without being optional, nullable or having a default. */
export function bare(shape: unknown): unknown {
  return isWrapped(shape) ? bare(shape.unwrap()) : shape;
}

/** Whether it is told as it is: words, and strings of a certain form, which zod keeps as kinds of their own. */
export function isText(shape: unknown): boolean {
  return shape instanceof z.ZodString || shape instanceof z.ZodStringFormat || shape instanceof z.ZodEnum;
}

/** What a member says of itself. */
export function hintOf(shape: unknown): string | undefined {
  return [shape, bare(shape)].map((one) => (one as z.ZodType).meta()?.description).find(Boolean);
}

function isNullable(shape: unknown): boolean {
  return shape instanceof z.ZodNullable || (isWrapped(shape) && isNullable(shape.unwrap()));
}

function isWrapped(shape: unknown): shape is z.ZodOptional | z.ZodDefault | z.ZodNullable {
  return shape instanceof z.ZodOptional || shape instanceof z.ZodDefault || shape instanceof z.ZodNullable;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
