import Router from '@koa/router';
import type { Context } from 'koa';
import { problem } from '../errors.ts';
import { checkBody, readJson } from '../web/json.ts';
import type { Bench } from './bench.ts';
import { membersOf } from './from-text.ts';
import { hasNoBody, type Operation } from './operation.ts';
import { everyOperation } from './operations.ts';

/** The operations over HTTP: JSON in, JSON out, below `/lab/api`; described at `/lab/api/openapi.json`. */
export function apiRoutes(bench: Bench): Router {
  const router = new Router();
  router.get('/lab/api/openapi.json', async (ctx) => {
    // asked for by few, and zod is slow to tell of its shapes
    const { openApiDocument } = await import('./openapi.ts');
    ctx.body = openApiDocument(bench.issuer);
  });
  for (const { operation } of everyOperation) {
    const path = `/lab/api${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    router.register(path, [operation.method], async (ctx: Context) => {
      const input = checkBody(operation.input, await read(ctx, operation));
      const answer = await operation.run(bench, input);
      ctx.set('Cache-Control', 'no-store');
      ctx.status = operation.status ?? 200;
      ctx.body = answer;
    });
  }
  return router;
}

/** Members of the path, and those of the query or the body, which cannot say again what the path says. */
async function read(ctx: Context, operation: Operation): Promise<unknown> {
  const { input, largest } = operation;
  const inPath = ctx.params as Record<string, string>;
  const rest = hasNoBody(operation) ? membersOf(input, ctx.query) : await readJson(ctx, largest);
  if (typeof rest !== 'object' || rest === null || Array.isArray(rest)) return rest;
  const twice = Object.keys(inPath).find((name) => Object.hasOwn(rest, name));
  if (twice !== undefined)
    throw problem('request.badField', {
      field: twice,
      expected: { vi: 'chỉ ở trong địa chỉ', en: 'in the address only' },
    });
  return { ...rest, ...membersOf(input, inPath) };
}
