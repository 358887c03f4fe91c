import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { moment } from '../times.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, screen, token } from './frame.ts';
import { icons } from './icons.ts';

export interface DevicesProps {
  device: DeviceShown;
  lostAction: string;
  phones: PhoneShown[];
}

export interface PhoneShown {
  name: string;
  /** ISO 8601, as are the others. */
  activatedAt: string;
  seenAt: string;
  ended: { at: string; because: 'replaced' | 'lost' | 'removed' } | undefined;
}

/** Thiết bị đăng nhập: the one in use, and every one there was. */
export function devicesPage(page: Page, { device, lostAction, phones }: DevicesProps): Html {
  const words = wordsOf(page.language).phoneApp;
  return screen(page, device, {
    title: words.home.devices,
    tab: 'me',
    back: '/phone/me',
    body: html`<p>${words.devices.lead}</p>
<ul class="stacked">${phones.map(
      ({ name, activatedAt, seenAt, ended }) =>
        html`<li class="tile">${icons.device}<div><h2>${name}</h2>
<p class="tile-state" data-state="${ended ? 'ended' : 'active'}">${ended ? words.devices.because[ended.because] : words.devices.active}</p>
${facts([
  { label: words.devices.since, value: moment(page.language, activatedAt) },
  ended
    ? { label: words.devices.until, value: moment(page.language, ended.at) }
    : { label: words.devices.seen, value: moment(page.language, seenAt) },
])}</div></li>`,
    )}</ul>
<section aria-labelledby="lost"><h2 id="lost">${words.devices.lost}</h2><p>${words.devices.lostText}</p>
<form method="post" action="${lostAction}">${token(device.csrf)}<button type="submit" class="refusal">${words.devices.lostGo}</button></form></section>`,
  });
}
