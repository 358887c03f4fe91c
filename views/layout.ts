import { document, type Page } from './document.ts';
import { type Html, html } from './html.ts';
import { lotus } from './marks.ts';
import { wordsOf } from './words.ts';

export type { Page } from './document.ts';

export interface Content {
  title: string;
  body: Html;
  wide?: boolean | undefined;
  scripts?: readonly string[] | undefined;
  /** Without JavaScript the page is asked for again after so many seconds. */
  refresh?: number | undefined;
}

/** The frame of VNeID's own pages: one column by default, `wide` for tables. */
export function layout(page: Page, { title, body, wide = false, scripts, refresh }: Content): Html {
  const words = wordsOf(page.language).frame;
  return document(page, {
    title: title === words.product ? title : `${title} · ${words.product}`,
    stylesheets: ['vneid.css'],
    icon: 'favicon.svg',
    header: html`<a class="brand" href="/">${lotus}<span class="brand-text"><span class="brand-name">${words.product}</span> <span class="brand-role">${words.role}</span></span><span class="unseen">, ${words.home}</span></a>`,
    body,
    footer: words.footer,
    width: wide ? 'wide' : 'narrow',
    scripts,
    refresh,
  });
}
