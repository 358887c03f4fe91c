import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { catalogue, type ErrorCode } from '../errors.ts';
import { hasNoBody, type Operation, pathMembers } from './operation.ts';
import { everyOperation, families, type NamedOperation } from './operations.ts';

/** The operations as OpenAPI 3.1 describes them. @param issuer its path is that below which `/lab/api` is */
export function openApiDocument(issuer: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const named of everyOperation) {
    const { path, method } = named.operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(named) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'VNeID emulator: control',
      version: '1',
      description: 'Drives the bench. All people are synthetic. · Điều khiển bàn thử. Mọi dữ liệu đều là giả lập.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // relative: whoever reads this asks by the name that reaches the instance from there
    servers: [{ url: `${new URL(issuer).pathname.replace(/\/$/, '')}/lab/api` }],
    security: [{}, { operator: [] }],
    tags: Object.entries(families).map(([name, { about }]) => ({ name, description: `${about.en} · ${about.vi}` })),
    paths,
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'The operator’s token, in sandbox mode' },
      },
    },
  });
}

function operationObject({ name, family, operation }: NamedOperation): ZodOpenApiOperationObject {
  const { input, about } = operation;
  const inPath = pathMembers(operation);
  const picked = (names: string[]) => z.strictObject(Object.fromEntries(names.map((key) => [key, input.shape[key]])));
  const rest = Object.keys(input.shape).filter((key) => !inPath.includes(key));
  const inQuery = hasNoBody(operation);
  return {
    operationId: name,
    tags: [family],
    summary: about.en,
    description: about.vi,
    requestParams: {
      ...(inPath.length > 0 && { path: picked(inPath) }),
      ...(inQuery && rest.length > 0 && { query: picked(rest) }),
    },
    ...(!inQuery && { requestBody: { content: { 'application/json': { schema: picked(rest) } } } }),
    responses: {
      [operation.status ?? 200]: {
        description: 'Done',
        content: { 'application/json': { schema: operation.answer } },
      },
      ...failures(operation),
    },
  };
}

/** Answers that say what was wrong: by status, with the codes that each may have. */
function failures(operation: Operation) {
  const { errors = [] } = operation;
  const ofBody = ['request.malformed', 'request.unsupportedType', 'request.tooLarge'] as const;
  const codes: ErrorCode[] = ['lab.closed', 'request.badField', ...(hasNoBody(operation) ? [] : ofBody), ...errors];
  const byStatus = Map.groupBy(new Set(codes), (code) => catalogue[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map((code) => `${code}: ${catalogue[code].en}`).join(' '),
        content: { 'application/json': { schema: failure.extend({ code: z.enum(some) }) } },
      },
    ]),
  );
}

const bilingual = z.object({ vi: z.string(), en: z.string() });

/** What `failureBody` writes. */
const failure = z.object({
  error: z.string(),
  error_description: z.string(),
  code: z.string(),
  message: bilingual.meta({ description: 'What was wrong, and where' }),
  next: bilingual.meta({ description: 'What would be right' }),
});
