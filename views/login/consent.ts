import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { papers } from './asker.ts';
import { shield, tick } from '../marks.ts';
import type { ClientShown, Problem, PurposeShown } from '../shown.ts';
import { type Words, wordsOf } from '../words.ts';
import { trouble } from './trouble.ts';

export interface ConsentProps {
  action: string;
  csrf: string;
  /** Comes back with the decision, and says what it is about. */
  read: string;
  problem?: Problem | undefined;
  client: ClientShown;
  person: { fullName: string; maskedNumber: string };
  purposes: PurposeShown[];
  /** How long the decision is remembered, in the reader's language: "12 tháng", "until you withdraw it". */
  remembered: string;
}

/**
 * Decree 13/2023 Art 11, Law 91/2025 Art 9: who asks, each item with its value, sensitive ones marked, each purpose by
 * itself, optional boxes off, rights and withdrawal, and two buttons of equal weight.
 */
export function consentPage(page: Page, props: ConsentProps): Html {
  const { consent: words, asker } = wordsOf(page.language);
  const { client, person, purposes } = props;
  const sensitive = purposes.some(({ items }) => items.some((item) => item.sensitive));
  const proof = purposes.some(({ items }) => items.some((item) => item.proof));
  const said = papers(page, client);
  return layout(page, {
    title: words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
${trouble(props.problem)}
<p class="lead">${words.lead(client.name)}</p>
${client.elsewhere && html`<p><strong>${asker.elsewhere}</strong></p>`}
<section aria-labelledby="parties"><h2 id="parties" class="unseen">${words.parties}</h2>
${facts([
  {
    label: words.subject,
    value: html`<strong>${person.fullName}</strong><br><span class="digits">${person.maskedNumber}</span>`,
  },
  { label: words.controller, value: html`<strong>${client.owner}</strong>${said && html`<br>${said}`}` },
  { label: words.app, value: html`${client.name}${client.origin && html`<br><code>${client.origin}</code>`}` },
  // said once: it is often the purpose that is required
  ...(purposes.some(({ text }) => text === client.purpose) ? [] : [{ label: words.purpose, value: client.purpose }]),
])}</section>
<form method="post" action="${props.action}">
<input type="hidden" name="csrf" value="${props.csrf}">
<input type="hidden" name="read" value="${props.read}">
<section aria-labelledby="purposes"><h2 id="purposes">${words.purposes}</h2>
${purposes.map((purpose, index) => purposeShown(words, purpose, index + 1))}
${sensitive && html`<p class="hint sensitive-why">${shield}<span>${words.sensitiveWhy}</span></p>`}
${proof && html`<p class="hint sensitive-why">${tick}<span>${words.proofWhy}</span></p>`}</section>
<section aria-labelledby="rights"><h2 id="rights">${words.rights}</h2>
<ul>${words.rightsList.map((right) => html`<li>${right}</li>`)}</ul>
<h3>${words.withdraw}</h3><p>${words.withdrawText}</p>
${facts([
  { label: words.remembered, value: sentence(props.remembered) },
  { label: words.kept, value: words.keptText },
])}</section>
<fieldset class="decision"><legend>${words.decision}</legend>
<p>${words.declaration} ${words.receipt}</p>
<div class="equals"><button type="submit" class="refusal" name="decision" value="deny">${words.deny}</button>
<button type="submit" class="primary" name="decision" value="allow">${words.allow}</button></div></fieldset>
</form>
</div>`,
  });
}

function purposeShown(words: Words['consent'], purpose: PurposeShown, position: number): Html {
  const id = `purpose-${position}`;
  const why = purpose.required ? words.requiredWhy : words.optionalWhy;
  return html`<article class="purpose" aria-labelledby="${id}">
<p class="purpose-kind"><b>${purpose.required ? words.required : words.optional}</b> ${why}</p>
<h3 id="${id}">${purpose.text}</h3>
${
  purpose.items.length === 0
    ? html`<p>${words.nothing}</p>`
    : html`<dl class="items">${purpose.items.map(
        (item) =>
          html`<div><dt>${item.label}${item.sensitive && html`<span class="sensitive">${shield}${words.sensitive}</span>`}${item.proof && html`<span class="proof">${tick}${words.proof}</span>`}</dt><dd>${item.value}</dd></div>`,
      )}</dl>`
}
${
  !purpose.required &&
  html`<label class="choice"><input type="checkbox" name="purpose" value="${purpose.id}" aria-describedby="${id}"> <span>${words.agreeTo}</span></label>`
}
</article>`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
