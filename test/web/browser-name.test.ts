import { expect, test } from 'vitest';
import { browserName } from '../../src/web/browser-name.ts';

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 15; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`${windows} Chrome/140.0.0.0 Safari/537.36`, 'Chrome trên Windows', 'Chrome on Windows'],
  [`${windows} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`, 'Microsoft Edge trên Windows', 'Microsoft Edge on Windows'],
  [`${windows} coc_coc_browser/130 Chrome/124 Safari/537.36`, 'Cốc Cốc trên Windows', 'Cốc Cốc on Windows'],
  [`${android} Chrome/140.0 Mobile Safari/537.36`, 'Chrome trên Android', 'Chrome on Android'],
  [
    `${android} SamsungBrowser/28.0 Chrome/130 Safari/537.36`,
    'Samsung Internet trên Android',
    'Samsung Internet on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari trên iOS',
    'Safari on iOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox trên Linux', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Safari/605',
    'Safari trên macOS',
    'Safari on macOS',
  ],
  ['curl/8.5.0', 'curl/8.5.0', 'curl/8.5.0'],
  ['', 'Trình duyệt không rõ', 'Unknown browser'],
  ['\u202e<b>evil</b> x', 'bevil/b', 'bevil/b'],
  ['x'.repeat(300), 'x'.repeat(40), 'x'.repeat(40)],
])('%s is called %s', (userAgent, vi, en) => {
  expect([browserName(userAgent, 'vi'), browserName(userAgent, 'en')]).toEqual([vi, en]);
});
