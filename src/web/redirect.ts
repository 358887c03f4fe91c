import type { Context } from 'koa';

/** 303, so that a form is not sent twice by going back. */
export function redirect(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.set('Location', address);
  ctx.body = '';
}
