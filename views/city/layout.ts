import { document } from '../document.ts';
import { type Html, html } from '../html.ts';
import type { Content, Page } from '../layout.ts';
import { span } from '../marks.ts';
import { wordsOf } from '../words.ts';
import { ihanoiPaths } from './paths.ts';

/** The city app's own frame: another product, another header, the same band. */
export function cityLayout(page: Page, { title, body, wide = false }: Content): Html {
  const words = wordsOf(page.language).ihanoi;
  return document(page, {
    title: title === words.product ? `${title} · ${words.tagline}` : `${title} · ${words.product}`,
    stylesheets: ['vneid.css', 'city.css'],
    icon: 'ihanoi.svg',
    header: html`<a class="brand" href="${ihanoiPaths.home}">${span}<span class="brand-text"><span class="brand-name">${words.product}</span> <span class="brand-role">${words.tagline}</span></span><span class="unseen">, ${words.home}</span></a>`,
    body,
    footer: words.footer,
    width: wide ? 'wide' : 'narrow',
  });
}
