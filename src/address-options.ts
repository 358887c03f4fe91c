import type { InBoth } from './errors.ts';

interface AddressOptions {
  mode: 'lab' | 'sandbox';
  port: number;
  issuer: string;
  internalUrl: string;
  city: boolean;
  cityUrl: string;
}

/** The first address that is somebody else's, or open to who listens on the way, and what it must be. */
export function addressMisfit(options: AddressOptions): { option: keyof AddressOptions; expected: InBoth } | undefined {
  const { mode, port, issuer, internalUrl, city, cityUrl } = options;
  const known = hostOf(issuer || `http://localhost:${port}`);
  const expected = {
    vi: `host hoặc cổng khác ${known}, vốn là của issuer`,
    en: `another host, or port, than ${known}, which is the issuer's`,
  };
  // by which address a request came is told by its host alone
  if (hostOf(internalUrl) === known) return { option: 'internalUrl', expected };
  if (!city || cityUrl === '') return undefined;
  if (hostOf(cityUrl) === known) return { option: 'cityUrl', expected };
  if (mode === 'sandbox' && !/^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$))/.test(cityUrl))
    return {
      option: 'cityUrl',
      expected: {
        vi: 'địa chỉ https:// ở chế độ sandbox, trừ khi chỉ ở trên máy này',
        en: 'an https:// address in sandbox mode, unless it is on this machine',
      },
    };
  return undefined;
}

function hostOf(address: string): string | undefined {
  return URL.parse(address)?.host;
}
