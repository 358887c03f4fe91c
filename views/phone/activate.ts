import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { trouble } from '../login/trouble.ts';
import type { Problem } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { labBox, passcodeField, screen, timeLeft, token } from './frame.ts';
import { icons } from './icons.ts';

interface Common {
  csrf: string;
  /** Where the form of the step goes. */
  action: string;
  /** The way out: to the first page. */
  cancel: string;
  problem?: Problem | undefined;
}

/** The steps as the person counts them; which of them come depends on what is known. */
function steps(page: Page, at: 1 | 2 | 3 | 4): Html {
  const words = wordsOf(page.language).phoneApp.activate;
  return html`<p class="walk"><span class="walk-steps" aria-hidden="true">${[1, 2, 3, 4].map((step) => html`<i class="${step <= at ? 'on' : 'off'}"></i>`)}</span>${words.step(at)}</p>`;
}

export function credentialsPage(
  page: Page,
  { csrf, action, cancel, problem, login }: Common & { login: string },
): Html {
  const { password: labels, phoneApp } = wordsOf(page.language);
  const words = phoneApp.activate;
  const first = problem?.field ?? (login === '' ? 'login' : 'password');
  const state = (field: 'login' | 'password') =>
    raw(
      (first === field ? ' autofocus' : '') +
        (problem?.field === field ? ' aria-invalid="true" aria-describedby="trouble"' : ''),
    );
  return screen(page, undefined, {
    title: words.title,
    failed: problem !== undefined,
    back: cancel,
    body: html`${steps(page, 1)}
<p>${words.lead}</p>
${trouble(problem)}
<form method="post" action="${action}" novalidate>${token(csrf)}
<div class="field"><label for="login">${labels.login}</label>
<input id="login" name="login" class="number" inputmode="numeric" autocomplete="username" autocapitalize="off" spellcheck="false" value="${login}"${state('login')}></div>
<div class="field"><label for="password">${labels.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password"${state('password')}></div>
<button type="submit" class="primary">${words.go}</button></form>`,
  });
}

export interface CodeProps extends Common {
  resendAction: string;
  /** "000 *** 4567", or undefined when the code is in the app's inbox. */
  maskedPhone: string | undefined;
  minutes: number;
  /** Lab only: where the text can be read. */
  inbox: string | undefined;
}

export function codePage(page: Page, props: CodeProps): Html {
  const { otp, phoneApp } = wordsOf(page.language);
  const words = phoneApp.activate;
  const { problem, csrf } = props;
  return screen(page, undefined, {
    title: words.codeTitle,
    failed: problem !== undefined,
    back: props.cancel,
    body: html`${steps(page, 2)}
<p id="otp-sent">${props.maskedPhone === undefined ? words.codeInApp : otp.sent(props.maskedPhone)} ${otp.valid(props.minutes)}</p>
${trouble(problem)}
<form method="post" action="${props.action}" novalidate>${token(csrf)}
<div class="field"><label for="otp">${words.codeLabel}</label>
<input id="otp" name="otp" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" autofocus${problem && raw(' aria-invalid="true"')} aria-describedby="${problem ? 'trouble ' : ''}otp-sent"></div>
<button type="submit" class="primary">${words.go}</button></form>
<p class="hint">${otp.keep}</p>
<form method="post" action="${props.resendAction}" class="resend">${token(csrf)}<span id="otp-missing">${otp.missing}</span> <button type="submit" class="secondary" aria-describedby="otp-missing">${otp.resend}</button></form>
${props.inbox !== undefined && labBox(page, html`<p>${otp.labText}</p><p><a href="${props.inbox}" target="_blank" rel="noopener">${otp.labLink}</a></p>`)}`,
  });
}

export interface TypedPasscodeProps extends Common {
  locked: boolean;
  /** The way for who has forgotten it. */
  cardAction: string;
  /** Which face the simulated camera sees was chosen before. */
  face: string;
}

export function typedPasscodePage(page: Page, props: TypedPasscodeProps): Html {
  const words = wordsOf(page.language).phoneApp.activate;
  const { problem, locked, csrf } = props;
  return screen(page, undefined, {
    title: words.passcodeTitle,
    failed: problem !== undefined,
    back: props.cancel,
    body: html`${steps(page, 3)}
${trouble(problem)}
${
  locked
    ? html`<p>${words.passcodeLocked}</p>`
    : html`<form method="post" action="${props.action}" novalidate>${token(csrf)}
${passcodeField(page, { label: words.passcodeLabel, hint: words.passcodeHint, wrong: problem?.field === 'passcode', focus: true })}
<button type="submit" class="primary">${words.go}</button></form>`
}
<details class="other-way" id="card"${(locked || problem?.field === 'card') && raw(' open')}><summary>${words.forgotten}</summary>
<p>${words.forgottenText}</p>
${cardForm(page, { csrf, action: props.cardAction, face: props.face, forward: locked })}</details>`,
  });
}

export interface DeviceProps extends Common {
  old: string;
  cardAction: string;
  face: string;
  /** What the old phone was asked. */
  request:
    | {
        state: string;
        number: string;
        secondsLeft: number;
        follow: string;
        /** Takes its yes. */
        takeAction: string;
      }
    | undefined;
}

/** Another phone is in use: it agrees, or card and face do. */
export function devicePage(page: Page, props: DeviceProps): Html {
  const words = wordsOf(page.language).phoneApp.activate;
  const { problem, csrf, request, old } = props;
  const waits = request?.state === 'waiting';
  const confirmed = request?.state === 'confirmed';
  return screen(page, undefined, {
    title: words.deviceTitle,
    failed: problem !== undefined,
    back: props.cancel,
    ...(waits && { refresh: 5 }),
    scripts: ['phone.js'],
    body: html`${steps(page, 3)}
${trouble(problem)}
<div id="waiting"${request && html` data-request="${request.follow}" data-state="${request.state}"`}>
${
  waits
    ? html`<p>${words.deviceAsked(old)}</p>
<p class="match"><span>${words.deviceNumber}</span> <strong class="match-number">${request.number}</strong></p>
<p>${wordsOf(page.language).phoneApp.left} ${timeLeft(request.secondsLeft)}</p>`
    : confirmed
      ? html`<p>${words.deviceAgreed}</p><form method="post" action="${request.takeAction}" data-go>${token(csrf)}<button type="submit" class="primary">${words.go}</button></form>`
      : html`<p>${words.deviceText(old)}</p>
${request && html`<p class="notice-line">${words.deviceRefused[request.state === 'declined' || request.state === 'refused' ? request.state : 'over']}</p>`}
<form method="post" action="${props.action}">${token(csrf)}<button type="submit" class="primary">${icons.device}${words.deviceAsk}</button></form>`
}</div>
<details class="other-way" id="card"${problem?.field === 'card' && raw(' open')}><summary>${words.card}</summary>
<p>${words.cardText}</p>
${cardForm(page, { csrf, action: props.cardAction, face: props.face, forward: false })}</details>`,
  });
}

/** Chip and face, both simulated: what the camera sees is chosen here, in the lab's part of the form. */
function cardForm(
  page: Page,
  { csrf, action, face, forward }: { csrf: string; action: string; face: string; forward: boolean },
): Html {
  const words = wordsOf(page.language).phoneApp;
  return html`<form method="post" action="${action}">${token(csrf)}
${faceChoice(page, face, 'card-face')}
<button type="submit" class="${forward ? 'primary' : 'secondary'}">${icons.card}${words.activate.cardGo}</button></form>`;
}

/** What the simulated camera sees. */
export function faceChoice(page: Page, face: string, id: string): Html {
  const words = wordsOf(page.language).phoneApp;
  return html`<fieldset class="lab lab-choice"><legend>${words.face.legend}</legend>
${(['matches', 'differs', 'no-camera'] as const).map(
  (value) =>
    html`<label class="pick" for="${id}-${value}"><input type="radio" id="${id}-${value}" name="face" value="${value}"${face === value && raw(' checked')}><span>${words.face[value]}</span></label>`,
)}</fieldset>`;
}

export function newPasscodePage(page: Page, { csrf, action, cancel, problem }: Common): Html {
  const words = wordsOf(page.language).phoneApp.activate;
  return screen(page, undefined, {
    title: words.newTitle,
    failed: problem !== undefined,
    back: cancel,
    body: html`${steps(page, 4)}
<p>${words.newText}</p>
${trouble(problem)}
<form method="post" action="${action}" novalidate>${token(csrf)}
${passcodeField(page, { label: words.newLabel, hint: words.newHint, wrong: problem !== undefined, focus: true })}
${passcodeField(page, { id: 'again', label: words.againLabel })}
<button type="submit" class="primary">${words.finish}</button></form>`,
  });
}

/** There is no old phone any more that could be asked; the page that asked it changes into this one. */
export function readyPage(page: Page, { csrf, action, cancel, problem }: Common): Html {
  const words = wordsOf(page.language).phoneApp.activate;
  return screen(page, undefined, {
    title: words.deviceTitle,
    failed: problem !== undefined,
    back: cancel,
    body: html`${steps(page, 4)}
${trouble(problem)}
<div id="waiting" data-state="over"><p>${words.ready}</p>
<form method="post" action="${action}">${token(csrf)}<button type="submit" class="primary">${words.finish}</button></form></div>`,
  });
}
