/** What a browser is called where people read it; what it says of itself is only a hint, and may be a lie. */
const products: [RegExp, string][] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Microsoft Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bcoc_coc_browser\//i, 'Cốc Cốc'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * "Chrome trên Windows" of a User-Agent header (RFC 9110 §10.1.5). What is no browser is called by its first word, such as
 * "curl/8.5.0"; one that says nothing is said to say nothing.
 */
export function browserName(userAgent: string, language: 'vi' | 'en'): string {
  const [product, system] = [products, systems].map((list) => list.find(([sign]) => sign.test(userAgent))?.[1]);
  const on = language === 'vi' ? 'trên' : 'on';
  if (product !== undefined) return system === undefined ? product : `${product} ${on} ${system}`;
  const first = userAgent
    .replaceAll(/[^\p{L}\p{N} ./_()-]/gu, '')
    .trim()
    .split(' ')[0]
    ?.slice(0, 40);
  return first || (language === 'vi' ? 'Trình duyệt không rõ' : 'Unknown browser');
}
