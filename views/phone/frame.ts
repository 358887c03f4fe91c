import { document } from '../document.ts';
import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { lotus } from '../marks.ts';
import { wordsOf } from '../words.ts';
import { icons } from './icons.ts';

/** What a screen of an activated phone shows around its own matter. */
export interface DeviceShown {
  holder: HolderShown;
  /** What waits for an answer, newest first. */
  pending: PendingShown[];
  /** Changes when anything worth showing has happened; the page follows it live. */
  news: string;
  csrf: string;
  /** Lab only: where another citizen's phone is put into this browser. */
  cast: string | undefined;
}

export interface HolderShown {
  fullName: string;
  number: string;
  /** SVG drawn by this program. */
  portrait: string;
}

export interface PendingShown {
  href: string;
  kind: ApprovalKind;
  client: string;
  secondsLeft: number;
}

export type ApprovalKind = 'qr' | 'push' | 'ciba' | 'transaction' | 'phone';

const tabs = ['home', 'wallet', 'scan', 'notices', 'me'] as const;
export type Tab = (typeof tabs)[number];
const tabPaths: Record<Tab, string> = {
  home: '/phone',
  wallet: '/phone/wallet',
  scan: '/phone/scan',
  notices: '/phone/notices',
  me: '/phone/me',
};
const tabIcons = { home: icons.home, wallet: icons.wallet, scan: icons.scan, notices: icons.bell, me: icons.person };

export interface Screen {
  title: string;
  /** The screen says itself what it is: its title is only heard. */
  titleUnseen?: boolean | undefined;
  /** What went wrong comes first in the browser's title. */
  failed?: boolean | undefined;
  /** The tab that this screen belongs to; without a phone there are none. */
  tab?: Tab | undefined;
  /** Where the arrow leads. */
  back?: string | undefined;
  /** The live page draws this screen again when it differs; one with a form keeps it, so that nothing typed is lost. */
  version?: string | undefined;
  body: Html;
  /** Without JavaScript the page is asked for again after so many seconds; not where something is typed. */
  refresh?: number | undefined;
  scripts?: readonly string[] | undefined;
}

/** The frame of the app: at phone width the phone itself, on a desk a phone lying on it. */
export function screen(page: Page, device: DeviceShown | undefined, content: Screen): Html {
  const { frame, phoneApp: words } = wordsOf(page.language);
  const {
    title,
    titleUnseen = false,
    failed = false,
    tab,
    back,
    version = 'still',
    body,
    refresh,
    scripts = [],
  } = content;
  return document(page, {
    title: `${failed ? `${frame.error}: ` : ''}${title} · ${frame.product}`,
    stylesheets: ['vneid.css', 'phone.css'],
    icon: 'favicon.svg',
    header: html`<a class="brand" href="/phone">${lotus}<span class="brand-text"><span class="brand-name">${frame.product}</span> <span class="brand-role">${words.role}</span></span></a>`,
    body: html`<div class="device"${device && html` data-follow="/phone/follow" data-news="${device.news}"`}>
<div class="device-top">
${back !== undefined ? html`<a class="device-back" href="${back}">${icons.back}<span class="unseen">${words.back}</span></a>` : ''}
${device && holder(device.holder)}
</div>
${device && asks(page, device.pending)}
<div class="screen" id="screen" data-version="${version}" role="region" aria-labelledby="title" tabindex="0">
<h1 id="title"${titleUnseen && raw(' class="unseen"')}>${title}</h1>
${body}
</div>
${device && tabBar(page, tab)}
</div>
${
  device?.cast !== undefined &&
  html`<aside class="desk" aria-label="${words.lab}"><p><strong>${words.lab}.</strong> ${words.labPhone(device.holder.fullName)}</p><p><a href="${device.cast}">${words.labOther}</a></p></aside>`
}`,
    footer: frame.footer,
    width: 'phone',
    refresh,
    scripts: device ? ['phone.js', ...scripts] : scripts,
  });
}

function holder({ fullName, number, portrait }: HolderShown): Html {
  return html`<p class="device-holder"><span class="portrait">${raw(portrait)}</span><span><strong>${fullName}</strong> <span class="device-number">${masked(number)}</span></span></p>`;
}

/** "001 085 ••• •••" would still say when and where somebody was born; the last four tell two phones of a tester apart. */
function masked(number: string): string {
  return `•••• ${number.slice(-4)}`;
}

/** What waits for an answer stands above every screen. */
function asks(page: Page, pending: readonly PendingShown[]): Html {
  const words = wordsOf(page.language).phoneApp;
  return html`<div class="asks" id="pending" aria-live="polite">${pending.map(
    ({ href, kind, client, secondsLeft }) =>
      html`<a class="ask" href="${href}">${icons.warning}<span><strong>${words.kinds[kind]}</strong> <span class="ask-client">${client}</span> <span class="ask-left">${words.left} ${timeLeft(secondsLeft)}</span></span>${icons.next}</a>`,
  )}</div>`;
}

/** "4:47", counted down by the script. */
export function timeLeft(seconds: number): Html {
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return html`<time class="time-left" role="timer" datetime="PT${seconds}S" data-left="${seconds}">${text}</time>`;
}

function tabBar(page: Page, current: Tab | undefined): Html {
  const words = wordsOf(page.language).phoneApp;
  return html`<nav class="tabs" aria-label="${words.menu}">${tabs.map(
    (tab) =>
      html`<a href="${tabPaths[tab]}" class="tab tab-${tab}"${tab === current && raw(' aria-current="page"')}>${tabIcons[tab]}<span>${words.tabs[tab]}</span></a>`,
  )}</nav>`;
}

/** The hidden value of every form. */
export function token(csrf: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}

/** Six digits that are known by heart; what is typed is not shown, and never kept. */
export function passcodeField(
  page: Page,
  {
    id = 'passcode',
    label,
    hint,
    wrong = false,
    focus = false,
  }: { id?: string; label: string; hint?: string | undefined; wrong?: boolean; focus?: boolean },
): Html {
  const described = [wrong && 'trouble', hint !== undefined && `${id}-hint`].filter(Boolean).join(' ');
  return html`<div class="field"><label for="${id}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}
<input id="${id}" name="${id}" type="password" class="passcode" inputmode="numeric" autocomplete="off" maxlength="6"${focus && raw(' autofocus')}${wrong && raw(' aria-invalid="true"')}${described !== '' && html` aria-describedby="${described}"`}></div>`;
}

/** A part of a screen that only a test bench has. */
export function labBox(page: Page, body: Html): Html {
  const words = wordsOf(page.language).phoneApp;
  return html`<aside class="lab" aria-label="${words.lab}">${icons.warning}<div><p><strong>${words.lab}</strong></p>${body}</div></aside>`;
}
