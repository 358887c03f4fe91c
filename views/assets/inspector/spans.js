/** Times and spans of time in words. */

/** @typedef {import('./report.js').Both} Both */

/** @type {[seconds: number, vi: string, en: string][]} */
const units = [
  [86_400, 'ngày', 'day'],
  [3600, 'giờ', 'hour'],
  [60, 'phút', 'minute'],
  [1, 'giây', 'second'],
];

/**
 * "1 giờ 5 phút", "1 hour 5 minutes": the two largest units.
 * @param {number} seconds
 * @returns {Both}
 */
export function span(seconds) {
  let left = Math.floor(Math.abs(seconds));
  const counted = units.map(([size, vi, en]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return { count, vi: `${count} ${vi}`, en: `${count} ${en}${count === 1 ? '' : 's'}` };
  });
  const first = counted.findIndex(({ count }) => count > 0);
  const parts = first < 0 ? counted.slice(-1) : counted.slice(first, first + 2).filter(({ count }) => count > 0);
  return { vi: parts.map(({ vi }) => vi).join(' '), en: parts.map(({ en }) => en).join(' ') };
}

/**
 * A NumericDate (RFC 7519 §2): seconds since 1970, within what a date can be.
 * @param {unknown} value
 * @returns {value is number}
 */
export function isTime(value) {
  return typeof value === 'number' && Math.abs(value) <= 8_640_000_000_000;
}
