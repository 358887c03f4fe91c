import { type Html, html } from './html.ts';
import type { Language } from './words.ts';

const options = {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
} as const;
const formats: Record<Language, Intl.DateTimeFormat> = {
  vi: new Intl.DateTimeFormat('vi-VN', options),
  en: new Intl.DateTimeFormat('en-GB', options),
};

/** An ISO 8601 time as people in Viet Nam read it; anything else stays as it is. */
export function moment(language: Language, text: string): Html {
  const time = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(time)) return html`<span>${text}</span>`;
  return html`<time datetime="${text}">${formats[language].format(time)}</time>`;
}
