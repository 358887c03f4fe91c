import { facts } from '../facts.ts';
import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { qrImage } from '../qr.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, type HolderShown, screen, timeLeft } from './frame.ts';
import { icons } from './icons.ts';

export type DocumentKind =
  | 'card'
  | 'electronic-identity'
  | 'driving-licence'
  | 'vehicle'
  | 'health-insurance'
  | 'residence'
  | 'dependants';

export interface DocumentShown {
  href: string;
  kind: DocumentKind;
  title: string;
  number: string | null;
  /** In the reader's language; shown unless it is simply valid. */
  state: { valid: boolean; text: string };
}

export interface WalletProps {
  device: DeviceShown;
  version: string;
  /** Whose documents: the holder's own, or those of somebody the holder answers for. */
  owner: HolderShown;
  /** "Con", "Người được giám hộ": undefined for the holder. */
  relation: string | undefined;
  documents: DocumentShown[];
  dependants: { href: string; fullName: string; relation: string; portrait: string; count: number }[];
  /** A level-1 account has no electronic identity yet. */
  lacks: boolean;
}

const kindIcons = {
  card: icons.card,
  'electronic-identity': icons.identity,
  'driving-licence': icons.wheel,
  vehicle: icons.vehicle,
  'health-insurance': icons.health,
  residence: icons.residence,
  dependants: icons.family,
};

/** Ví giấy tờ: everything that can be shown, as cards; those of children and wards below one's own. */
export function walletPage(page: Page, props: WalletProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { device, version, owner, relation, documents, dependants, lacks } = props;
  return screen(page, device, {
    title: relation === undefined ? words.tabs.wallet : words.wallet.of(owner.fullName),
    tab: 'wallet',
    ...(relation !== undefined && { back: '/phone/wallet' }),
    version,
    body: html`${relation !== undefined && html`<p>${words.wallet.behalf(relation)}</p>`}
${lacks && html`<div class="notice-line">${icons.identity}<p><strong>${words.wallet.lacks}</strong> ${words.wallet.lacksHow}</p></div>`}
${documents.length === 0 && html`<p class="empty">${words.wallet.empty}</p>`}
<ul class="papers">${documents.map((document) => html`<li><a href="${document.href}" class="paper-link">${paper(document, owner)}</a></li>`)}</ul>
${
  dependants.length > 0 &&
  html`<section aria-labelledby="dependants"><h2 id="dependants">${words.wallet.dependants}</h2>
<ul class="rows">${dependants.map(
    ({ href, fullName, relation: to, portrait, count }) =>
      html`<li><a class="row" href="${href}"><span class="portrait">${raw(portrait)}</span><span><strong>${fullName}</strong> <span class="hint">${to} · ${words.wallet.count(count)}</span></span>${icons.next}</a></li>`,
  )}</ul></section>`
}`,
  });
}

/** The face of a document. Everything on it is text; nothing imitates a real card. */
function paper({ kind, title, number, state }: DocumentShown, { fullName, portrait }: HolderShown): Html {
  const personal = kind === 'card' || kind === 'electronic-identity';
  return html`<span class="paper" data-kind="${kind}"><span class="paper-title">${kindIcons[kind]}<span>${title}</span></span>
${personal && html`<span class="portrait">${raw(portrait)}</span>`}
<span class="paper-name">${fullName}</span>
${number !== null && html`<span class="paper-number digits">${number}</span>`}
${!state.valid && html`<span class="paper-state">${icons.warning}${state.text}</span>`}</span>`;
}

export interface DocumentProps {
  device: DeviceShown;
  back: string;
  document: DocumentShown;
  owner: HolderShown;
  rows: { label: string; value: string }[];
  /** What a verifier scans, and for how long it is good; none on an account of level 1. */
  code: { url: string; secondsLeft: number; version: string } | undefined;
  /** Where a verifier goes. */
  verify: string;
  /** What is printed on the card itself, for those who test readers of it. */
  printed: { qr: string; mrz: string } | undefined;
}

/** One document: its face, the code that a verifier scans and that renews itself, and everything that is on record. */
export function documentPage(page: Page, props: DocumentProps): Html {
  const words = wordsOf(page.language).phoneApp.wallet;
  const { device, back, document, owner, rows, code, printed } = props;
  return screen(page, device, {
    title: document.title,
    titleUnseen: true,
    tab: 'wallet',
    back,
    ...(code && { version: code.version, refresh: code.secondsLeft }),
    body: html`${paper(document, owner)}
${
  code
    ? html`<section class="show" aria-labelledby="show"><h2 id="show">${words.show}</h2>
<div class="show-code" data-renew="${code.secondsLeft}">${qrImage(code.url, words.codeLabel(document.title))}</div>
<p class="show-left">${words.renews} ${timeLeft(code.secondsLeft)}</p>
<p class="hint">${words.showText} <a href="${code.url}">${props.verify}</a></p></section>`
    : html`<div class="notice-line">${icons.identity}<p>${words.lacksHow}</p></div>`
}
<section aria-labelledby="record"><h2 id="record">${words.record}</h2>${facts(rows)}</section>
${
  printed &&
  html`<details class="fold"><summary class="row">${icons.card}<span>${words.printed}</span>${icons.next}</summary><div class="fold-body"><p class="hint">${words.printedText}</p>
<div class="show-code">${qrImage(printed.qr, words.printedLabel)}</div><pre class="mrz">${printed.mrz}</pre></div></details>`
}`,
  });
}
