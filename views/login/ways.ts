import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';

/** The other ways on from here: links to the same walk, one for each step that may come now. */
export function otherWays(page: Page, { base, ways }: { base: string; ways: readonly string[] }): Html | undefined {
  const words = wordsOf(page.language).ways;
  const known = ways.filter((way): way is Exclude<keyof typeof words, 'title'> => way in words);
  if (known.length === 0) return undefined;
  return html`<nav class="ways" aria-label="${words.title}"><p class="ways-title" aria-hidden="true">${words.title}</p>
<ul>${known.map((way) => html`<li><a class="button secondary" href="${base}?by=${way}">${words[way]}</a></li>`)}</ul></nav>`;
}
