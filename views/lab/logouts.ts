import { hrefIn } from '../document.ts';
import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { table } from '../table.ts';
import { moment } from '../times.ts';
import { wordsOf } from '../words.ts';

/** One try to tell an app that a session has ended. */
export interface DeliveryShown {
  /** ISO 8601. */
  at: string;
  client: string;
  /** Of the person: the masked personal number, or the account's id when it is gone. */
  subject: string;
  /** 1 for the first. */
  attempt: number;
  outcome: 'heard' | 'again' | 'given-up';
  /** Why it was not heard. */
  reason: string | null;
  /** Seconds after `at` when it is tried again. */
  again: number | null;
}

export interface LogoutsProps {
  /** Newest first. */
  deliveries: DeliveryShown[];
}

/** Which apps were told that a session has ended, try by try. */
export function logoutsPage(page: Page, props: LogoutsProps): Html {
  const words = wordsOf(page.language).logouts;
  return layout(page, {
    title: words.title,
    wide: true,
    body: html`<div class="stack"><h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<p><a class="button secondary" href="${hrefIn(page, page.language)}">${words.reload}</a></p>
${
  props.deliveries.length === 0
    ? html`<div class="sheet"><p><strong>${words.empty}</strong></p><p>${words.emptyText}</p></div>`
    : table({
        caption: words.title,
        columns: [words.client, words.subject, words.time, words.attempt, words.outcome, words.next],
        groups: [
          {
            rows: props.deliveries.map((one) => [
              one.client,
              html`<code class="digits">${one.subject}</code>`,
              moment(page.language, one.at),
              one.attempt,
              html`${words.outcomes[one.outcome]}${one.reason !== null && html`<br><code>${one.reason}</code>`}`,
              one.again === null ? words.never : words.after(one.again),
            ]),
          },
        ],
      })
}</div>`,
  });
}
