import Router from '@koa/router';
import type { Context } from 'koa';
import type { Input } from '../../../views/assets/inspector/report.js';
import { inspectorPage } from '../../../views/lab/inspector-token.ts';
import { type Form, readForm } from '../../web/forms.ts';
import { pageOf } from '../../web/language.ts';
import type { Bench } from '../bench.ts';
import { claimsOfPerson, inspectToken } from './token.ts';

/** Bytes: two tokens of the longest kind, keys, and what a form adds to them. */
export const largestInspection = 256 * 1024;

/** The token inspector as a page, `/lab/inspector/token`: a browser does it itself, or else sends the form. */
export function tokenInspectorRoutes(bench: Pick<Bench, 'clock' | 'issuer' | 'keys'>): Router {
  const router = new Router();

  function show(ctx: Context, sent?: Parameters<typeof inspectorPage>[1]['sent'], form?: Form): void {
    const { clock, issuer } = bench;
    const world = { issuer, now: new Date(clock.now()).toISOString(), claims: claimsOfPerson };
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = String(inspectorPage({ ...pageOf(ctx), ...(form && { sent: [...form] }) }, { ...world, sent }));
  }

  router.get('/lab/inspector/token', (ctx) => show(ctx));
  router.post('/lab/inspector/token', async (ctx) => {
    const { fields } = await readForm(ctx, largestInspection);
    const input = inputOf(fields);
    show(ctx, { input, inspection: await inspectToken(bench, input) }, fields);
  });
  return router;
}

const optional = ['as', 'key', 'other', 'accessToken', 'code', 'audience', 'nonce', 'request'] as const;

/** A field that was left empty was not filled in. */
function inputOf(fields: Form): Input {
  const given = optional.map((name) => [name, fields.get(name)?.trim()] as const).filter(([, value]) => value);
  return { token: fields.get('token') ?? '', ...Object.fromEntries(given) };
}
