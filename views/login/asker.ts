import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { ClientShown } from '../shown.ts';
import { wordsOf } from '../words.ts';

/** Who asks for the sign-in, so that nobody signs in to something they did not mean to. */
export function asker(page: Page, client: ClientShown): Html {
  const words = wordsOf(page.language).asker;
  const said = papers(page, client);
  return html`<div class="asker">
<p class="asker-line"><strong class="asker-name">${client.name}</strong> ${words.asks}</p>
<p class="asker-more">${client.owner}</p>
${client.origin && html`<p class="asker-more"><span class="unseen">${words.origin}: </span><code>${client.origin}</code></p>`}
${client.elsewhere && html`<p class="asker-more"><strong>${words.elsewhere}</strong></p>`}
${said && html`<p class="asker-more">${said}</p>`}
</div>`;
}

/** What the app has written about itself, to be read before anything is typed (OIDC Registration §2). */
export function papers(page: Page, { policyUri, termsUri }: ClientShown): Html | undefined {
  const words = wordsOf(page.language).asker;
  const link = (address: string, text: string) => html`<a href="${address}" rel="noreferrer">${text}</a>`;
  const links = [policyUri && link(policyUri, words.policy), termsUri && link(termsUri, words.terms)].filter(Boolean);
  return links.length === 0 ? undefined : html`${links[0]}${links[1] && html` · ${links[1]}`}`;
}

/** The level asked for: four steps with so many filled, and what that takes. */
export function levelAsked(page: Page, level: 1 | 2 | 3 | 4): Html {
  const words = wordsOf(page.language).level;
  return html`<div class="level"><p class="level-name"><span class="level-steps" aria-hidden="true">${[1, 2, 3, 4].map((step) => html`<i class="${step <= level ? 'on' : 'off'}"></i>`)}</span>${words.short(level)}</p>
<p>${words.meaning[level]}</p></div>`;
}

/** The quiet way out of a sign-in: back to the app with nothing shared. */
export function cancel(page: Page, props: { cancelAction: string; csrf: string; client: ClientShown }): Html {
  const words = wordsOf(page.language).asker;
  return html`<form method="post" action="${props.cancelAction}" class="quiet-form"><input type="hidden" name="csrf" value="${props.csrf}">
<button type="submit" class="quiet">${props.client.elsewhere ? words.cancelElsewhere : words.cancel}</button></form>`;
}
