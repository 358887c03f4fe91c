import type { Context, Middleware } from 'koa';

export type Language = 'vi' | 'en';

const cookie = 'vneid.lang';

/** What a page needs to know of the request: the reader's language and the path, for the language switch. */
export interface Page {
  language: Language;
  /** Path with query. */
  path: string;
  /** Where the page is, when that is not where it was asked for (`Content-Location`). */
  address?: string;
  /** What was posted for it, where it cannot be asked for again by its address: another language is got by posting this. */
  sent?: readonly (readonly [name: string, value: string])[];
}

/** Keeps a choice made by `?lang=` in a cookie. */
export function rememberLanguage(secure: boolean): Middleware {
  return (ctx, next) => {
    if (ctx.querystring === '') return next();
    const { lang } = ctx.query;
    if (lang === 'vi' || lang === 'en') {
      ctx.cookies.set(cookie, lang, {
        signed: false,
        httpOnly: true,
        sameSite: 'lax',
        secure,
        overwrite: true,
        maxAge: 365 * 86_400_000,
      });
    }
    return next();
  };
}

/**
 * The language to answer in: what was just chosen, what the relying party asked for (`ui_locales`, OIDC Core §3.1.2.1),
 * what was chosen before, what the browser prefers, Vietnamese.
 */
export function languageOf(ctx: Context, uiLocales?: unknown): Language {
  const asked = [
    ctx.query.lang,
    ctx.cookies.get(cookie, { signed: false }),
    ...String(uiLocales ?? ctx.query.ui_locales ?? '').split(' '),
  ];
  for (const candidate of asked) {
    const language = String(candidate ?? '')
      .slice(0, 2)
      .toLowerCase();
    if (language === 'vi' || language === 'en') return language;
  }
  return (ctx.acceptsLanguages('vi', 'en') || 'vi') as Language;
}

/** A drawn page as the body of an answer: bytes, because Node sends a text that is not Latin-1 more slowly. */
export function bodyOf(html: unknown): Buffer {
  return Buffer.from(String(html));
}

/** The page context of a request. */
export function pageOf(ctx: Context, uiLocales?: unknown): Page {
  const address = ctx.response.get('Content-Location');
  return { language: languageOf(ctx, uiLocales), path: ctx.url, ...(address !== '' && { address }) };
}
