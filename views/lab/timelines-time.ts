import { type Html, html } from '../html.ts';
import type { Language } from '../words.ts';

const options = {
  timeZone: 'Asia/Ho_Chi_Minh',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
} as const;
const formats: Record<Language, Intl.DateTimeFormat> = {
  vi: new Intl.DateTimeFormat('vi-VN', options),
  en: new Intl.DateTimeFormat('en-GB', options),
};

/** The time of day to the millisecond, in Viet Nam. */
export function clock(language: Language, text: string): Html {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return html`<span>${text}</span>`;
  return html`<time datetime="${text}">${formats[language].format(time)}</time>`;
}

const units: [milliseconds: number, vi: string, en: string][] = [
  [86_400_000, 'ngày', 'd'],
  [3_600_000, 'giờ', 'h'],
  [60_000, 'phút', 'min'],
];

/** From one time to another: "0,31 giây", "2 phút". */
export function span(language: Language, from: string, to: string): string {
  const between = Math.max(0, Date.parse(to) - Date.parse(from)) || 0;
  const [size, vi, en] = units.find(([unit]) => between >= unit) ?? [1000, 'giây', 's'];
  const amount = (between / size).toLocaleString(language, { maximumFractionDigits: size === 1000 ? 2 : 1 });
  return `${amount} ${language === 'vi' ? vi : en}`;
}
