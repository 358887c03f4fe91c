import { z } from 'zod';
import { bare, hintOf, isText } from '../lab/from-text.ts';
import type { Operation } from '../lab/operation.ts';
import type { FieldShown } from '../../views/console/form.ts';

/** The members of an operation's input as fields of a form. What has a shape of its own is typed as JSON. */
export function fieldsOf({ input }: Pick<Operation, 'input'>): FieldShown[] {
  return Object.entries(input.shape).map(([name, shape]) => {
    const inner = bare(shape);
    return { name, required: inner === shape, hint: hintOf(shape), ...kindOf(inner) };
  });
}

function kindOf(shape: unknown): Pick<FieldShown, 'kind' | 'choices'> {
  if (shape instanceof z.ZodEnum) return { kind: 'choice', choices: shape.options.map(String) };
  if (shape instanceof z.ZodBoolean) return { kind: 'choice', choices: ['true', 'false'] };
  if (shape instanceof z.ZodArray) {
    const element = bare(shape.element);
    if (element instanceof z.ZodEnum) return { kind: 'choices', choices: element.options.map(String) };
    return { kind: isText(element) ? 'text' : 'json' };
  }
  if (shape instanceof z.ZodNumber) return { kind: 'number' };
  return { kind: isText(shape) || shape instanceof z.ZodLiteral ? 'text' : 'json' };
}
