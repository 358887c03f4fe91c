import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { moment } from '../times.ts';
import { type Language, wordsOf } from '../words.ts';
import type { ApprovalShown } from './approval.ts';
import { type Icon, icons } from './icons.ts';

/** One thing that happened, as the app tells it: something sent, something asked, or a sign-in. */
export type HappeningShown = { /** ISO 8601. */ at: string } & (
  | {
      what: 'message';
      kind: 'otp' | 'notice' | 'receipt';
      channel: string;
      title: string;
      text: string;
      code: string | null;
    }
  | ({ what: 'approval'; href: string; client: string } & Pick<ApprovalShown, 'kind' | 'state'>)
  | { what: 'sign-in'; client: string; methods: readonly string[]; level: number | undefined; address: string }
);

interface Line {
  icon: Icon;
  title: string;
  /** Shown as it was written, with its line breaks. */
  text: string;
  /** Further facts in small type. */
  more: string;
  href?: string | undefined;
  /** A one-time code, in large digits. */
  code?: string | null | undefined;
}

/** What happened, as a list; the caller has put it in order. */
export function happenings(page: Page, shown: readonly HappeningShown[]): Html {
  const words = wordsOf(page.language);
  return html`<ul class="lines">${shown.map((one) => {
    const { icon, title, text, more, href, code } = lineOf(page, one);
    return html`<li class="line">${icons[icon]}<div><h3>${href === undefined ? title : html`<a href="${href}">${title}</a>`}</h3>
${code && html`<p><span class="unseen">${words.inbox.code}: </span><code class="otp" data-otp>${code}</code></p>`}
${text !== '' && html`<p class="line-text">${text}</p>`}
<p class="line-more">${moment(page.language, one.at)}${more !== '' && html` · ${more}`}</p></div></li>`;
  })}</ul>`;
}

function lineOf(page: Page, shown: HappeningShown): Line {
  const { inbox, phoneApp: words } = wordsOf(page.language);
  switch (shown.what) {
    case 'message':
      return {
        icon: { otp: 'message', notice: 'bell', receipt: 'receipt' }[shown.kind] as Icon,
        title: shown.title,
        text: shown.text,
        more: inbox.channels[shown.channel] ?? shown.channel,
        code: shown.code,
      };
    case 'approval':
      return {
        icon: approvalIcons[shown.state] ?? 'no',
        title: words.kinds[shown.kind],
        text: words.notices.asked(shown.client),
        more: words.approval.outcomes[shown.state],
        href: shown.href,
      };
    case 'sign-in': {
      const methods = shown.methods.filter((one) => one !== 'mfa').map((one) => words.history.methods[one] ?? one);
      const level = shown.level === undefined ? [] : [words.history.level(shown.level)];
      return {
        icon: 'globe',
        title: shown.client,
        text: sentence(methods.join(', ')),
        more: [...level, shown.address].join(' · '),
      };
    }
  }
}

const approvalIcons: Partial<Record<ApprovalShown['state'], Icon>> = {
  waiting: 'warning',
  scanned: 'warning',
  confirmed: 'yes',
  used: 'yes',
};

/** The same by day, the newest day first. @param now ISO 8601: which day is today */
export function happeningsByDay(page: Page, shown: readonly HappeningShown[], now: string): Html {
  const days = [...Map.groupBy(shown, ({ at }) => dayOf(at))];
  return html`${days.map(
    ([day, those], index) =>
      html`<section aria-labelledby="day-${index}"><h2 class="day" id="day-${index}">${nameOf(page.language, day, now)}</h2>${happenings(page, those)}</section>`,
  )}`;
}

/** Viet Nam is UTC+7 all year. */
function dayOf(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : new Date(time + 7 * 3_600_000).toISOString().slice(0, 10);
}

const dayNames: Record<Language, Intl.DateTimeFormat> = {
  vi: new Intl.DateTimeFormat('vi-VN', { dateStyle: 'full', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }),
};

function nameOf(language: Language, day: string, now: string): string {
  const words = wordsOf(language).phoneApp.notices;
  const time = Date.parse(day);
  if (Number.isNaN(time)) return day;
  const age = Math.round((Date.parse(dayOf(now)) - time) / 86_400_000);
  if (age === 0) return words.today;
  return age === 1 ? words.yesterday : dayNames[language].format(time);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
