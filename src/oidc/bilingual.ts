import type { Context } from 'koa';
import { type ErrorCode, type Explanation, isErrorCode, problem } from '../errors.ts';

/**
 * Adds both languages to an error the provider answers in JSON. RFC 6749 §5.2 keeps `error_description` to ASCII, so
 * the Vietnamese sentence gets a member of its own, in the shape every other error of this server has.
 */
export function explainError(ctx: Context): void {
  const body = ctx.body as { error?: unknown; error_description?: string } | null | undefined;
  if (typeof body !== 'object' || body === null || typeof body.error !== 'string' || 'message' in body) return;
  // of a registration it is not one that was registered, but one that would be
  const registers = body.error === 'invalid_redirect_uri' && ctx.path.startsWith('/register');
  const error = registers ? 'invalid_client_metadata' : body.error;
  const out = { error, error_description: body.error_description };
  const [vi, en] = [explainOAuth(out, 'vi'), explainOAuth(out, 'en')];
  ctx.body = {
    ...body,
    ...(out.error_description !== undefined && { error_description: plain(out.error_description) }),
    // CIBA Core §13 names all that an error has
    ...(ctx.path !== '/ciba' && { message: { vi: vi.text, en: en.text }, next: { vi: vi.next, en: en.next } }),
  };
}

/** What RFC 6749 §5.2 lets a description have; a registration that is refused is quoted in it. */
function plain(text: string): string {
  return text
    .replaceAll('§', 'section ')
    .replaceAll('"', "'")
    .replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
}

/** An OAuth error in the reader's language, from the catalogue. */
export function explainOAuth(
  out: { error: string; error_description?: string | undefined },
  language: 'vi' | 'en',
): Explanation {
  const code = `oauth.${out.error}`;
  return problem(isErrorCode(code) ? code : ('oauth.invalid_request' satisfies ErrorCode)).explain(language);
}
