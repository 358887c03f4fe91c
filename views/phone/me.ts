import { facts } from '../facts.ts';
import { type Html, html, type Part, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { trouble } from '../login/trouble.ts';
import type { Problem } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { faceChoice } from './activate.ts';
import { type DeviceShown, passcodeField, screen, token } from './frame.ts';
import { type Icon, icons } from './icons.ts';

export interface MeProps {
  device: DeviceShown;
  /** The date as it is read; null where the registry has nothing. */
  profile: { number: string; birthDate: string; phone: string | null; email: string | null };
  accountLevel: 1 | 2;
  passcodeAction: string;
  lockAction: string;
  removeAction: string;
  /** Lab only: what the camera sees, where it is set, where else to go. */
  lab: { face: string; faceAction: string; inbox: string } | undefined;
  /** What was just done. */
  done: 'passcode' | 'face' | undefined;
  /** Which of the forms the problem belongs to. */
  problem?: (Problem & { form: 'passcode' | 'lock' }) | undefined;
}

/** Cá nhân: who I am, my keys, my traces, and the ways out. */
export function mePage(page: Page, props: MeProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { me } = words;
  const { device, profile, accountLevel, done, problem, lab } = props;
  const { holder, csrf } = device;
  const troubled = (form: 'passcode' | 'lock') => (problem?.form === form ? problem : undefined);
  return screen(page, device, {
    title: words.tabs.me,
    failed: problem !== undefined,
    tab: 'me',
    body: html`<div class="profile"><span class="portrait">${raw(holder.portrait)}</span><p><strong>${holder.fullName}</strong> <span class="hint">${words.home.level(accountLevel)}</span></p></div>
${done && html`<p class="good" role="status">${me.done[done]}</p>`}
${facts([
  { label: me.number, value: html`<span class="digits">${profile.number}</span>` },
  { label: me.birth, value: profile.birthDate },
  { label: me.phone, value: profile.phone ?? me.none },
  { label: me.email, value: profile.email ?? me.none },
])}
<nav aria-label="${me.traces}"><ul class="rows">
${row('clock', '/phone/history', words.home.history)}
${row('device', '/phone/devices', words.home.devices)}
${row('share', '/phone/shared', words.home.shared)}
${row('key', '/passkeys', me.passkeys)}</ul></nav>
<section aria-labelledby="security"><h2 id="security">${me.security}</h2>
${fold(
  'keypad',
  me.passcode,
  html`${trouble(troubled('passcode'))}
<form method="post" action="${props.passcodeAction}" novalidate>${token(csrf)}
${passcodeField(page, { id: 'old', label: me.old, wrong: troubled('passcode') !== undefined })}
${passcodeField(page, { id: 'new', label: me.new, hint: words.activate.newHint })}
${passcodeField(page, { id: 'again', label: words.activate.againLabel })}
<button type="submit" class="secondary">${me.passcodeGo}</button></form>`,
  { open: problem?.form === 'passcode' },
)}
${fold(
  'lock',
  words.home.lock,
  html`<p>${me.lockText}</p>
${trouble(troubled('lock'))}
<form method="post" action="${props.lockAction}" novalidate>${token(csrf)}
${passcodeField(page, { label: me.lockPasscode, wrong: troubled('lock') !== undefined })}
<button type="submit" class="refusal">${icons.lock}${me.lockGo}</button></form>`,
  { open: problem?.form === 'lock', id: 'lock' },
)}
${fold(
  'remove',
  me.remove,
  html`<p>${me.removeText}</p>
<form method="post" action="${props.removeAction}">${token(csrf)}<button type="submit" class="refusal">${me.removeGo}</button></form>`,
)}</section>
${
  lab &&
  html`<section class="bench" aria-labelledby="bench"><h2 id="bench">${words.lab}</h2>
<form method="post" action="${lab.faceAction}">${token(csrf)}${faceChoice(page, lab.face, 'me-face')}<button type="submit" class="secondary">${me.faceGo}</button></form>
<ul class="rows">${row('message', lab.inbox, me.inbox)}${device.cast !== undefined && row('person', device.cast, words.labOther)}</ul></section>`
}`,
  });
}

function row(icon: Icon, href: string, text: string): Html {
  return html`<li><a class="row" href="${href}">${icons[icon]}<span>${text}</span>${icons.next}</a></li>`;
}

/** Something that opens where it stands; without JavaScript too. */
function fold(icon: Icon, title: string, body: Part, { open = false, id }: { open?: boolean; id?: string } = {}): Html {
  return html`<details class="fold"${id !== undefined && html` id="${id}"`}${open && raw(' open')}><summary class="row">${icons[icon]}<span>${title}</span>${icons.next}</summary><div class="fold-body">${body}</div></details>`;
}
