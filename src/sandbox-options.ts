import type { InBoth } from './errors.ts';

interface SandboxOptions {
  mode: 'lab' | 'sandbox';
  profile: 'standard' | 'conformance';
  issuer: string;
  operatorToken: string;
}

/** The first option with which a shared deployment would be half open, and what it must be. */
export function sandboxMisfit(options: SandboxOptions): { option: keyof SandboxOptions; expected: InBoth } | undefined {
  const { mode, profile, issuer, operatorToken } = options;
  if (mode !== 'sandbox') return undefined;
  if (profile !== 'standard') {
    const expected = {
      vi: 'standard ở chế độ sandbox: hồ sơ conformance trả lời thay công dân qua URL',
      en: 'standard in sandbox mode: the conformance profile answers for citizens by URL',
    };
    return { option: 'profile', expected };
  }
  if (!issuer.startsWith('https://'))
    return {
      option: 'issuer',
      expected: { vi: 'địa chỉ https:// ở chế độ sandbox', en: 'an https:// address in sandbox mode' },
    };
  // a header has it as it is, but for spaces at its end, and nothing after a space inside (RFC 6750 §2.1)
  if (operatorToken !== '' && !/^[\x21-\x7e]{32,}$/.test(operatorToken))
    return {
      option: 'operatorToken',
      expected: {
        vi: 'ít nhất 32 ký tự ASCII không có dấu cách hay xuống dòng, hoặc bỏ trống để đóng bàn thử',
        en: 'at least 32 characters of ASCII without a space or the end of a line, or none to keep the lab shut',
      },
    };
  return undefined;
}
