import { facts } from '../facts.ts';
import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { levelAsked } from '../login/asker.ts';
import { trouble } from '../login/trouble.ts';
import type { Problem } from '../shown.ts';
import { moment } from '../times.ts';
import { type Words, wordsOf } from '../words.ts';
import { type ApprovalKind, type DeviceShown, passcodeField, screen, timeLeft, token } from './frame.ts';
import { icons } from './icons.ts';

export interface ApprovalShown {
  kind: ApprovalKind;
  state: 'waiting' | 'scanned' | 'confirmed' | 'declined' | 'refused' | 'replaced' | 'used' | 'expired';
  /** Why it was refused. */
  reason: 'number' | 'second-scan' | 'other-person' | 'level' | null;
  client: { name: string; owner: string; origin: string };
  /** The browser that waits. */
  from: { address: string; browser: string } | undefined;
  /** The transaction, or the message of the app. */
  text: string | undefined;
  /** What an answer would share. */
  purposes: { text: string; items: string[] }[];
  /** Three numbers, one of them right; none where no page of ours shows one. */
  choices: string[];
  level: 1 | 2 | 3 | 4;
  secondsLeft: number;
  /** ISO 8601. */
  askedAt: string;
}

export interface ApprovalProps {
  device: DeviceShown;
  action: string;
  approval: ApprovalShown;
  /** JSON to ask this device for a passkey of its holder with, when they have one. */
  passkey?: string | undefined;
  /** What was chosen before an error; never the passcode. */
  chosen?: { number?: string | undefined; face?: boolean | undefined } | undefined;
  problem?: Problem | undefined;
}

/** One request: who asks, from where, for what; a number to match; the factors; yes or no, of equal weight. */
export function approvalPage(page: Page, props: ApprovalProps): Html {
  const { device, approval } = props;
  const words = wordsOf(page.language).phoneApp;
  const open = approval.state === 'waiting' || approval.state === 'scanned';
  return screen(page, device, {
    title: open ? words.kinds[approval.kind] : words.approval.outcomes[approval.state],
    failed: props.problem !== undefined,
    back: open ? '/phone' : '/phone/notices',
    version: approval.state,
    scripts: ['phone-unlock.js'],
    body: open ? question(page, props) : outcome(page, props),
  });
}

function question(page: Page, { action, approval, passkey, chosen, problem, device }: ApprovalProps): Html {
  const words = wordsOf(page.language).phoneApp.approval;
  const { kind, client, from, text, purposes, choices, level, secondsLeft } = approval;
  return html`<p class="ask-lead">${words.lead[kind](client.name)}</p>
<p class="ask-time">${wordsOf(page.language).phoneApp.left} ${timeLeft(secondsLeft)}</p>
${text !== undefined && html`<figure class="quoted"><figcaption>${kind === 'transaction' ? words.transaction : words.message}</figcaption><blockquote><p>${text}</p></blockquote></figure>`}
${facts([
  { label: wordsOf(page.language).asker.owner, value: client.owner },
  ...(client.origin === '' ? [] : [{ label: words.origin, value: html`<code>${client.origin}</code>` }]),
  ...(from ? [{ label: words.from, value: html`${from.browser}<br><code>${from.address}</code>` }] : []),
])}
${purposes.length > 0 && shared(words, purposes)}
<p class="caution">${icons.warning}<span><strong>${words.caution[kind]}</strong> ${words.cautionMore}</span></p>
${trouble(problem)}
<form method="post" action="${action}" class="answer" novalidate>${token(device.csrf)}
${choices.length > 0 && numbers(words, kind, choices, chosen?.number, problem?.field === 'number')}
${factors(page, level, chosen?.face ?? false, problem?.field === 'passcode')}
${passkey && unlock(page, passkey)}
<div class="equals"><button type="submit" class="primary" name="decision" value="allow">${words.allow}</button>
<button type="submit" class="refusal" name="decision" value="deny">${words.deny}</button></div></form>
${levelAsked(page, level)}`;
}

function shared(words: Words['phoneApp']['approval'], purposes: ApprovalShown['purposes']): Html {
  return html`<section aria-labelledby="shared"><h2 id="shared">${words.shared}</h2>${purposes.map(
    ({ text, items }) =>
      html`<p class="shared-purpose"><strong>${text}</strong></p>${items.length > 0 && html`<ul class="shared-items">${items.map((item) => html`<li>${item}</li>`)}</ul>`}`,
  )}</section>`;
}

/** Three large numbers: approving without looking at the other screen is right once in three times, and then it is over. */
function numbers(
  words: Words['phoneApp']['approval'],
  kind: ApprovalKind,
  choices: readonly string[],
  chosen: string | undefined,
  wrong: boolean,
): Html {
  return html`<fieldset class="numbers" id="number"><legend>${words.number[kind]}</legend>
<div class="number-row">${choices.map(
    (choice, index) =>
      html`<label class="number-tile" for="number-${index}"><input type="radio" id="number-${index}" name="number" value="${choice}"${chosen === choice && raw(' checked')}${wrong && raw(' aria-invalid="true" aria-describedby="trouble"')}><span>${choice}</span></label>`,
  )}</div>
<p class="hint">${words.numberHint}</p></fieldset>`;
}

/** Level 2 takes either, level 3 the face, level 4 both (Decree 69/2024 Art 20). */
function factors(page: Page, level: 1 | 2 | 3 | 4, face: boolean, wrong: boolean): Html {
  const words = wordsOf(page.language).phoneApp.approval;
  return html`<fieldset class="factors"><legend>${words.prove}</legend>
<p class="hint">${words.factors[level]}</p>
${level !== 3 && passcodeField(page, { label: words.passcode, wrong })}
<label class="face-choice" for="face"><input type="checkbox" id="face" name="face" value="yes"${face && raw(' checked')}>${icons.face}<span><strong>${words.face}</strong> <span class="hint">${words.faceHint}</span></span></label></fieldset>`;
}

/** The device's own fingerprint, face or screen lock instead of the passcode, where the browser has one (passkeys). */
function unlock(page: Page, options: string): Html {
  const words = wordsOf(page.language).phoneApp.approval;
  return html`<div class="unlock" hidden data-unlock="${options}"><input type="hidden" name="passkey" value="">
<button type="button" class="secondary">${words.unlock}</button><p class="hint">${words.unlockHint}</p></div>`;
}

function outcome(page: Page, { approval, problem }: ApprovalProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { state, reason, kind, client, from, text, askedAt } = approval;
  const yes = state === 'confirmed' || state === 'used';
  const told = words.approval.told;
  return html`<p class="outcome ${yes ? 'outcome-yes' : 'outcome-no'}">${yes ? icons.yes : icons.no}</p>
${
  problem
    ? trouble(problem)
    : html`<p class="lead">${state === 'refused' && reason !== null ? told[reason] : told[state as 'confirmed'](client.name)}</p>`
}
${facts([
  { label: words.approval.what, value: words.kinds[kind] },
  ...(text === undefined ? [] : [{ label: words.approval.text, value: text }]),
  { label: words.approval.asker, value: html`<strong>${client.name}</strong><br>${client.owner}` },
  ...(from ? [{ label: words.approval.from, value: html`${from.browser}<br><code>${from.address}</code>` }] : []),
  { label: words.approval.when, value: moment(page.language, askedAt) },
])}
${!yes && html`<p>${words.approval.notMe} <a href="/phone/me#lock">${words.home.lock}</a></p>`}
<p><a class="button secondary" href="/phone">${words.approval.done}</a></p>`;
}
