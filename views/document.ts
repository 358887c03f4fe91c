import { type Html, html, raw } from './html.ts';
import type { Language } from './words.ts';
import { wordsOf } from './words.ts';

/**
 * Who reads, and where: `path` is the current path with its query, `address` where the page is when that is another, `sent`
 * what was posted for it where it has no address.
 */
export interface Page {
  language: Language;
  path: string;
  address?: string;
  sent?: readonly (readonly [name: string, value: string])[];
}

interface Frame {
  /** Of the browser's tab: "Đăng nhập · VNeID". */
  title: string;
  stylesheets: readonly string[];
  icon: string;
  header: Html;
  body: Html;
  footer: string;
  width: 'narrow' | 'wide' | 'phone';
  /** Modules of ours; the page works without them. */
  scripts?: readonly string[] | undefined;
  /** Without JavaScript the page is asked for again after so many seconds. */
  refresh?: number | undefined;
}

/** What every page of every product has: language, skip link, band, header, main, footer. */
export function document(page: Page, frame: Frame): Html {
  const words = wordsOf(page.language).frame;
  return html`${raw('<!doctype html>')}
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${frame.title}</title>
${frame.stylesheets.map((sheet) => html`<link rel="stylesheet" href="/assets/${sheet}">`)}
${['once.js', ...(frame.scripts ?? [])].map((script) => html`<script type="module" src="/assets/${script}"></script>`)}
${frame.refresh && html`<noscript><meta http-equiv="refresh" content="${frame.refresh}"></noscript>`}
<link rel="icon" href="/assets/${frame.icon}" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header>
<p class="band"><span lang="vi">DỮ LIỆU GIẢ LẬP</span> · <span lang="en">SYNTHETIC DATA</span></p>
<div class="top-row">${frame.header}${languages(page)}</div></header>
<main id="main" class="${frame.width}" tabindex="-1">${frame.body}</main>
<footer class="bottom"><p>${frame.footer}</p></footer>
</body>
</html>
`;
}

/** The same page in a language: a link that changes the query only, so that it leads nowhere but to where the page is. */
export function hrefIn(page: Page, language: Language): string {
  const query = new URLSearchParams(page.path.split('#')[0]?.split('?').slice(1).join('?'));
  query.set('lang', language);
  return `${page.address ?? ''}?${query}`;
}

function languages(page: Page): Html {
  const { sent } = page;
  const current = (language: Language) => page.language === language && raw(' aria-current="true"');
  const choice = (language: Language, name: string) =>
    sent
      ? html`<button type="submit" formaction="${hrefIn(page, language)}" lang="${language}"${current(language)}>${name}</button>`
      : html`<a href="${hrefIn(page, language)}" lang="${language}" hreflang="${language}"${current(language)}>${name}</a>`;
  const choices = html`${choice('vi', 'Tiếng Việt')}${choice('en', 'English')}`;
  const fields = sent?.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<nav class="languages" aria-label="${wordsOf(page.language).frame.languages}">${fields ? html`<form method="post">${fields}${choices}</form>` : choices}</nav>`;
}
