/**
 * Levels that are earned. Decree 69/2024/NĐ-CP Art 20 counts the classes of factor a person used; Art 7 gives the
 * account a level of its own. This file is the only place that turns one into the other.
 */

/** Art 3.7: something known, something owned, something one is. */
export type FactorClass = 'knowledge' | 'possession' | 'biometric';

/** Decree 69/2024 Art 20. */
export type AuthenticationLevel = 1 | 2 | 3 | 4;

/** Decree 69/2024 Art 7. */
export type AccountLevel = 1 | 2;

/**
 * What each sign-in method proves, and what of it counts above level 2; `amr` values are those of RFC 8176.
 *
 * A passkey is one gesture with two classes: the key itself, and the verification of its user, which may be a PIN and so
 * never counts as biometric, and as nothing where three classes are asked for. One that is synced may be on any device
 * of its owner, or of whoever got into their cloud: it never counts above 2 (NIST SP 800-63B-4 §3.1.7, App. B).
 */
export const methods = {
  password: { classes: ['knowledge'], high: ['knowledge'], amr: ['pwd'] },
  otp: { classes: ['possession'], high: ['possession'], amr: ['otp'] },
  passkey: { classes: ['possession', 'knowledge'], high: ['possession'], amr: ['hwk', 'user'] },
  'synced-passkey': { classes: ['possession', 'knowledge'], high: [], amr: ['swk', 'user'] },
  /** The bound phone answered an approval request; alone it is never accepted. */
  phone: { classes: ['possession'], high: ['possession'], amr: ['hwk', 'mca'] },
  passcode: { classes: ['knowledge'], high: ['knowledge'], amr: ['pin'] },
  face: { classes: ['biometric'], high: ['biometric'], amr: ['face'] },
} as const satisfies Record<
  string,
  { classes: readonly FactorClass[]; high: readonly FactorClass[]; amr: readonly string[] }
>;

export type Method = keyof typeof methods;

const acrPrefix = 'urn:vneid:loa:';

/** Every `acr` value, lowest first. */
export const acrValues = [1, 2, 3, 4].map((level) => `${acrPrefix}${level}`);

/** The level that a set of methods has earned; 0 when nothing was proven yet. */
export function levelOf(used: readonly Method[]): AuthenticationLevel | 0 {
  if (used.length === 0) return 0;
  const classes = new Set<FactorClass>(used.flatMap((method) => [...methods[method].classes]));
  const high = new Set<FactorClass>(used.flatMap((method) => [...methods[method].high]));
  if (high.has('biometric') && high.size >= 2) return high.size === 3 ? 4 : 3;
  return classes.size >= 2 ? 2 : 1;
}

/** RFC 8176 values of the methods used, in the order of use, with `mfa` when two classes were combined. */
export function amrOf(used: readonly Method[]): string[] {
  const values = [...new Set(used.flatMap((method) => [...methods[method].amr]))];
  return levelOf(used) >= 2 ? [...values, 'mfa'] : values;
}

/** The methods that a session's `amr` speaks of: what it has proven already when it has to be raised. */
export function methodsOfAmr(amr: readonly string[]): Method[] {
  return (Object.keys(methods) as Method[]).filter((method) =>
    methods[method].amr.every((value) => amr.includes(value)),
  );
}

/** `urn:vneid:loa:2` for level 2. */
export function acrOf(level: AuthenticationLevel): string {
  return `${acrPrefix}${level}`;
}

/** The level an `acr` value names, or undefined when the value is not ours. */
export function levelOfAcr(acr: string | undefined): AuthenticationLevel | undefined {
  const index = acrValues.indexOf(acr ?? '');
  return index < 0 ? undefined : ((index + 1) as AuthenticationLevel);
}

/**
 * The highest level an account of the given level can earn. A level-1 account was opened without meeting an officer,
 * so its own-name phone has not been checked and counts for nothing beyond the password (Art 7, Art 10).
 */
export function ceilingOf(accountLevel: AccountLevel): AuthenticationLevel {
  return accountLevel === 1 ? 1 : 4;
}

/** Whether an account of the given level can still earn what a session or a token of it says, which may be of before it was lowered. */
export function withinCeiling(accountLevel: AccountLevel, acr: string | undefined): boolean {
  return (levelOfAcr(acr) ?? 0) <= ceilingOf(accountLevel);
}

/** A passkey proves two factors at once, and still no account reaches beyond its own level; 0 when nothing was proven yet. */
export function earnedBy({ level }: { level: AccountLevel }, used: readonly Method[]): AuthenticationLevel | 0 {
  const [earned, ceiling] = [levelOf(used), ceilingOf(level)];
  return earned < ceiling ? earned : ceiling;
}
