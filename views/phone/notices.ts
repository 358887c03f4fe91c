import { html, type Html } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, screen } from './frame.ts';
import { happeningsByDay, type HappeningShown } from './lines.ts';

export interface HappeningsProps {
  device: DeviceShown;
  version: string;
  /** Newest first. */
  happened: HappeningShown[];
  /** ISO 8601. */
  now: string;
}

/** Thông báo: what was sent and what was asked, in one list by day. */
export function noticesPage(page: Page, { device, version, happened, now }: HappeningsProps): Html {
  const words = wordsOf(page.language).phoneApp;
  return screen(page, device, {
    title: words.tabs.notices,
    tab: 'notices',
    version,
    refresh: 5,
    body:
      happened.length === 0 ? html`<p class="empty">${words.notices.empty}</p>` : happeningsByDay(page, happened, now),
  });
}

/** Who signed in as me: when, where to, how, from where. Access history is kept five years (Decree 69/2024 Art 17). */
export function historyPage(page: Page, { device, version, happened, now }: HappeningsProps): Html {
  const words = wordsOf(page.language).phoneApp;
  return screen(page, device, {
    title: words.home.history,
    tab: 'me',
    back: '/phone/me',
    version,
    refresh: 10,
    body: html`<p>${words.history.lead}</p>${
      happened.length === 0 ? html`<p class="empty">${words.history.empty}</p>` : happeningsByDay(page, happened, now)
    }`,
  });
}
