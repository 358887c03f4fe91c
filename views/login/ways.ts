import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';

interface WaysProps {
  /** Address of the walk. */
  base: string;
  ways: readonly string[];
  /** The level to go on with as it is, where the app would take it. */
  enough?: 1 | 2 | 3 | 4 | undefined;
  csrf: string;
}

/** The other ways on from here: links to the same walk, one for each step that may come now. */
export function otherWays(page: Page, { base, ways, enough, csrf }: WaysProps): Html | undefined {
  const words = wordsOf(page.language).ways;
  const known = ways.filter(
    (way): way is Exclude<keyof typeof words, 'title' | 'enough'> =>
      way in words && way !== 'title' && way !== 'enough',
  );
  if (known.length === 0 && enough === undefined) return undefined;
  return html`<nav class="ways" aria-label="${words.title}"><p class="ways-title" aria-hidden="true">${words.title}</p>
<ul>${known.map((way) => html`<li><a class="button secondary" href="${base}?by=${way}">${words[way]}</a></li>`)}</ul>
${enough !== undefined && html`<form method="post" action="${base}/enough"><input type="hidden" name="csrf" value="${csrf}"><button type="submit" class="secondary">${words.enough(enough)}</button></form>`}</nav>`;
}
