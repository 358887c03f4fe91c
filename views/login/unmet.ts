import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { levelAsked } from './asker.ts';

export interface UnmetProps {
  action: string;
  csrf: string;
  client: ClientShown;
  /** The level the app asks for. */
  needed: 2 | 3 | 4;
  /** The highest level this account can reach here. */
  reached: 1 | 2 | 3 | 4;
  /** What is missing: account level 2, or a phone with the app. */
  lacks: 'level' | 'phone';
}

/** The account cannot reach the level: say so, say how to get there, lead back to the app. */
export function unmetPage(page: Page, props: UnmetProps): Html {
  const words = wordsOf(page.language).unmet;
  return layout(page, {
    title: words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
${facts([
  { label: words.needed, value: html`<strong>${props.client.name}</strong>${levelAsked(page, props.needed)}` },
  { label: words.reached, value: levelAsked(page, props.reached) },
])}
<p>${words.why[props.lacks]}</p>
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
<button type="submit" class="primary">${words.back}</button></form>
<section aria-labelledby="how"><h2 id="how">${words.how[props.lacks]}</h2>
<ol class="steps">${words.steps[props.lacks].map((step) => html`<li>${step}</li>`)}</ol>
<p class="hint">${words.basis[props.lacks]}</p></section>
</div>`,
  });
}
