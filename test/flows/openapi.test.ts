import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { pathMembers } from '../../src/lab/operation.ts';
import { everyOperation } from '../../src/lab/operations.ts';
import { type Schema, valuesOf } from '../support/from-schema.ts';
import { an, testClient } from '../support/relying-party.ts';

/**
 * The control API keeps to its own description: whatever fits the shapes, and much that does not, is answered by a status
 * and a body that the description has, and never by a 5xx.
 */
interface Described {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { content: { 'application/json': { schema: Schema } } }>;
}

let vneid: Instance;
let described: { paths: Record<string, Record<string, Described>>; openapi: string };
let ajv: Ajv2020;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  described = (await (await fetch(`${vneid.issuer}/lab/api/openapi.json`)).json()) as typeof described;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(described, 'api');
});
afterAll(() => vneid.stop());

test('it is OpenAPI 3.1, and a linter has nothing to say', async () => {
  expect(described.openapi).toBe('3.1.0');
  const config = await createConfig({ extends: ['recommended-strict'] });
  const found = await lintFromString({ source: JSON.stringify(described), config });
  expect(found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test('it describes every operation, once', () => {
  const ids = Object.values(described.paths).flatMap((verbs) => Object.values(verbs));
  expect(ids).toHaveLength(everyOperation.length);
});

/** Values that are somebody, so that more than "not found" is met. */
const known = {
  number: [an.number, '001187000002', '001191000025', '000000000000'],
  citizen: [an.number],
  client: [testClient.client_id],
  name: ['build-1'],
};
const rounds = Number(process.env.ROUNDS ?? 12);

describe.each(everyOperation.map((one) => [one.name, one] as const))('%s', (_name, { operation }) => {
  const { method, path } = operation;
  const inQuery = method === 'GET' || method === 'DELETE';

  /** Sends what was made up to an instance of its own, and holds the answer against the description. */
  async function holds(inPath: Record<string, string>, rest: unknown): Promise<void> {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(inPath[name] ?? ''));
    const query =
      inQuery && typeof rest === 'object' && rest !== null
        ? `?${new URLSearchParams(rest as Record<string, string>)}`
        : '';
    const answer = await fetch(`${vneid.issuer}/lab/api${address}${query}`, {
      method,
      ...(!inQuery && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(rest) }),
    });
    const body = (await answer.json()) as unknown;
    const said = described.paths[path]?.[method.toLowerCase()];
    const told = `${method} ${address}${query} ${JSON.stringify(rest)} → ${answer.status} ${JSON.stringify(body)}`;
    expect(Object.keys(said?.responses ?? {}), told).toContain(String(answer.status));
    const check = checkOf(answer.status);
    expect(check(body) ? [] : check.errors, told).toEqual([]);
  }

  function checkOf(status: number): ValidateFunction {
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ];
    const reference = `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
  }

  /** An instance of a schema that may stand as `$ref`. */
  const resolved = (schema: Schema): Schema =>
    JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
      const reference = typeof value === 'object' && value !== null && '$ref' in value ? String(value.$ref) : undefined;
      return reference
        ? reference
            .slice(2)
            .split('/')
            .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], described)
        : value;
    }) as Schema;

  const inPathOf = () => {
    const parameters = described.paths[path]?.[method.toLowerCase()]?.parameters ?? [];
    return fc.record(
      Object.fromEntries(
        pathMembers(operation).map((name) => {
          const schema = parameters.find((one) => one.name === name)?.schema ?? {};
          return [
            name,
            valuesOf(resolved(schema), known, name)
              .map((value) => String(value) || 'x')
              .filter((value) => value !== '.' && value !== '..'),
          ];
        }),
      ),
    ) as fc.Arbitrary<Record<string, string>>;
  };
  const restOf = (): fc.Arbitrary<unknown> => {
    const said = described.paths[path]?.[method.toLowerCase()];
    if (!inQuery) return valuesOf(resolved(said?.requestBody?.content['application/json'].schema ?? {}), known);
    const query = (said?.parameters ?? []).filter((one) => one.in === 'query');
    return fc.record(
      Object.fromEntries(query.map(({ name, schema }) => [name, valuesOf(resolved(schema), known, name).map(String)])),
      { requiredKeys: query.filter(({ required }) => required).map(({ name }) => name) },
    );
  };

  test('what fits is answered as described', async () => {
    await fc.assert(fc.asyncProperty(inPathOf(), restOf(), holds), { numRuns: rounds });
  });

  test('and so is what does not fit', async () => {
    const anything = inQuery
      ? fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 3 })
      : fc.jsonValue({ maxDepth: 3 });
    await fc.assert(fc.asyncProperty(inPathOf(), anything, holds), { numRuns: rounds });
  });
});
