interface SandboxOptions {
  mode: 'lab' | 'sandbox';
  profile: 'standard' | 'conformance';
  issuer: string;
  operatorToken: string;
}

/** The first option with which a shared deployment would be half open, and what it must be. */
export function sandboxMisfit(options: SandboxOptions): { option: keyof SandboxOptions; expected: string } | undefined {
  const { mode, profile, issuer, operatorToken } = options;
  if (mode !== 'sandbox') return undefined;
  if (profile !== 'standard') {
    const expected = 'standard in sandbox mode: the conformance profile answers for citizens by URL';
    return { option: 'profile', expected };
  }
  if (!issuer.startsWith('https://')) return { option: 'issuer', expected: 'an https:// address in sandbox mode' };
  if (operatorToken !== '' && operatorToken.length < 32)
    return { option: 'operatorToken', expected: 'at least 32 characters, or none to keep the lab shut' };
  return undefined;
}
