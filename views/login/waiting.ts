import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { wordsOf } from '../words.ts';

export interface WaitingProps {
  /** In line, 1 for the first; about. */
  place: number;
  /** Until the page asks again. */
  seconds: number;
  /** Until it is this person's turn; about. */
  minutes: number;
}

/** Many people sign in at once: where one is in line, and that nothing has to be done. */
export function waitingPage(page: Page, { place, seconds, minutes }: WaitingProps): Html {
  const words = wordsOf(page.language).waiting;
  return layout(page, {
    title: words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<p class="match" role="status"><span class="match-label">${words.place}</span> <strong class="match-number">${place.toLocaleString(page.language === 'vi' ? 'vi-VN' : 'en-GB')}</strong></p>
<p>${words.left(minutes)}</p>
<p class="hint">${words.again(seconds)}</p>
</div>`,
  });
}
