import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { moment } from '../times.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, screen, token } from './frame.ts';

export interface SharedProps {
  device: DeviceShown;
  consents: SharedShown[];
  /** Whose was just withdrawn. */
  withdrawn: string | undefined;
}

export interface SharedShown {
  client: string;
  owner: string;
  /** What it is shared for. */
  purposes: string[];
  /** What is shared, in plain words. */
  items: string[];
  /** ISO 8601. */
  givenAt: string;
  withdrawnAt: string | undefined;
  receipt: string;
  withdrawAction: string;
}

/** Dữ liệu đã chia sẻ: with whom, what, since when; withdrawing is one press (Law 91/2025 Art 4, Decree 13/2023 Art 12). */
export function sharedPage(page: Page, { device, consents, withdrawn }: SharedProps): Html {
  const words = wordsOf(page.language).phoneApp;
  return screen(page, device, {
    title: words.home.shared,
    tab: 'me',
    back: '/phone/me',
    body: html`<p>${words.shared.lead}</p>
${withdrawn !== undefined && html`<p class="good" role="status">${words.shared.done(withdrawn)}</p>`}
${consents.length === 0 && html`<p class="empty">${words.shared.empty}</p>`}
<ul class="stacked">${consents.map((consent, index) => html`<li>${one(page, consent, index, device.csrf)}</li>`)}</ul>`,
  });
}

function one(page: Page, consent: SharedShown, index: number, csrf: string): Html {
  const words = wordsOf(page.language).phoneApp.shared;
  const { client, owner, purposes, items, givenAt, withdrawnAt, receipt } = consent;
  const list = (texts: string[]) => html`<ul class="shared-items">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<article class="tile tile-plain" aria-labelledby="with-${index}"><h2 id="with-${index}">${client}</h2>
<p class="hint">${owner}</p>
${facts([
  ...(purposes.length > 0 ? [{ label: words.purposes, value: list(purposes) }] : []),
  ...(items.length > 0 ? [{ label: words.items, value: list(items) }] : []),
  { label: words.given, value: moment(page.language, givenAt) },
  ...(withdrawnAt === undefined ? [] : [{ label: words.withdrawn, value: moment(page.language, withdrawnAt) }]),
  { label: words.receipt, value: html`<code>${receipt}</code>` },
])}
${
  withdrawnAt === undefined &&
  html`<form method="post" action="${consent.withdrawAction}">${token(csrf)}<p class="hint">${words.effect}</p>
<button type="submit" class="refusal" aria-describedby="with-${index}">${words.withdraw}</button></form>`
}</article>`;
}
