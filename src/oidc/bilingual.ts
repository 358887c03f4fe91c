import type { Middleware } from 'koa';
import { explainOAuth } from './pages.ts';

/**
 * Adds both languages to the provider's JSON errors. RFC 6749 §5.2 keeps `error_description` to ASCII, so the
 * Vietnamese sentence gets a member of its own, in the shape every other error of this server has.
 */
export const explainErrors: Middleware = async (ctx, next) => {
  await next();
  const { body } = ctx as unknown as { body?: { error?: unknown; error_description?: string } };
  if (
    ctx.status < 400 ||
    typeof body !== 'object' ||
    body === null ||
    typeof body.error !== 'string' ||
    'message' in body
  )
    return;
  const out = { error: body.error, error_description: body.error_description };
  const [vi, en] = [explainOAuth(out, 'vi'), explainOAuth(out, 'en')];
  ctx.body = { ...body, message: { vi: vi.text, en: en.text }, next: { vi: vi.next, en: en.next } };
};
