import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, screen } from './frame.ts';
import { type Icon, icons } from './icons.ts';
import { happenings, type HappeningShown } from './lines.ts';

export interface HomeProps {
  device: DeviceShown;
  version: string;
  accountLevel: 1 | 2;
  /** The newest few notices. */
  newest: HappeningShown[];
}

const actions: { icon: Icon; href: string; word: 'scan' | 'wallet' | 'history' | 'shared' | 'devices' | 'lock' }[] = [
  { icon: 'scan', href: '/phone/scan', word: 'scan' },
  { icon: 'wallet', href: '/phone/wallet', word: 'wallet' },
  { icon: 'share', href: '/phone/shared', word: 'shared' },
  { icon: 'clock', href: '/phone/history', word: 'history' },
  { icon: 'device', href: '/phone/devices', word: 'devices' },
  { icon: 'lock', href: '/phone/me#lock', word: 'lock' },
];

/** Trang chủ: who this is, what is done most, what is new. */
export function phoneHomePage(page: Page, { device, version, accountLevel, newest }: HomeProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { fullName, number, portrait } = device.holder;
  return screen(page, device, {
    title: words.tabs.home,
    titleUnseen: true,
    tab: 'home',
    version,
    refresh: 5,
    body: html`<a class="identity" href="${accountLevel === 2 ? '/phone/wallet/electronic-identity' : '/phone/wallet'}">
<span class="identity-head">${words.home.identity}</span>
<span class="portrait">${raw(portrait)}</span>
<span class="identity-name"><strong>${fullName}</strong></span>
<span class="identity-number digits">${number}</span>
<span class="identity-level">${icons.identity}${words.home.level(accountLevel)}</span></a>
<nav class="actions" aria-label="${words.home.actions}">${actions.map(
      ({ icon, href, word }) => html`<a href="${href}">${icons[icon]}<span>${words.home[word]}</span></a>`,
    )}</nav>
<section aria-labelledby="newest"><div class="section-head"><h2 id="newest">${words.home.newest}</h2><a href="/phone/notices">${words.home.all}</a></div>
${newest.length === 0 ? html`<p class="hint">${words.notices.empty}</p>` : happenings(page, newest)}</section>`,
  });
}
