import fc from 'fast-check';

/** What of JSON Schema 2020-12 the shapes of the control API use. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
}

/** Values of a schema, so that what stands behind the shape is reached; members named in `known` are often those. */
export function valuesOf(schema: Schema, known: Record<string, unknown[]>, name = ''): fc.Arbitrary<unknown> {
  const hints = [...(known[name] ?? []), ...(schema.examples ?? []), ...('example' in schema ? [schema.example] : [])];
  const free = freely(schema, known);
  return hints.length > 0 ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...hints) }, free) : free;
}

function freely(schema: Schema, known: Record<string, unknown[]>): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const some = schema.anyOf ?? schema.oneOf;
  if (some) return fc.oneof(...some.map((one) => valuesOf(one, known)));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => freely({ ...schema, type }, known)));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -9, max: Math.min(schema.maximum ?? 9999, 9999) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -9, max: schema.maximum ?? 9999, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'object':
      return members(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'date')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2040-01-01') })
      .map((date) => date.toISOString().slice(0, 10));
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2040-01-01') })
      .map((date) => date.toISOString());
  if (format === 'uri') return fc.webUrl();
  if (format === 'email') return fc.emailAddress();
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)), unit: 'binary' }),
    fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 12)) }),
  );
}

function members(
  { properties = {}, required = [], additionalProperties }: Schema,
  known: Record<string, unknown[]>,
): fc.Arbitrary<unknown> {
  const fixed = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valuesOf(one, known, name)])),
    { requiredKeys: required },
  );
  if (typeof additionalProperties !== 'object') return fixed;
  const more = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), valuesOf(additionalProperties, known), {
    maxKeys: 2,
  });
  return fc.tuple(fixed, more).map(([one, other]) => ({ ...other, ...one }));
}
