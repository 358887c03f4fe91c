import type { Account } from '../accounts/accounts.ts';
import { type AuthenticationLevel, ceilingOf, levelOf, type Method } from '../levels.ts';
import type { Need } from '../oidc/policy.ts';

/** Every step there is. `push` and `qr` are answered on the phone; `transaction` too, and proves no more than itself. */
export type StepName = 'password' | 'passkey' | 'qr' | 'otp' | 'push' | 'transaction' | 'unmet' | 'consent';

/** What the holder of an account has at hand, beside what they know. */
export interface Means {
  /** A number that a code can be sent to. */
  code: boolean;
  /** A phone with the app, bound to the account. */
  phone: boolean;
}

/** All that the next step depends on. */
export interface Situation {
  prompt: string;
  account: Pick<Account, 'level'> | undefined;
  used: readonly Method[];
  need: Need;
  means: Means;
  /** A transaction that nobody has approved yet. */
  transaction: boolean;
  /** Whether there is anything to consent to. */
  undecided: boolean;
}

/**
 * The steps that may come next, the usual one first; none when enough is proven. The whole order of a login is this
 * function: what cannot lead to the level that was asked for is not offered.
 */
export function stepsFrom({ prompt, account, used, need, means, transaction, undecided }: Situation): StepName[] {
  if (prompt === 'consent') {
    // what a phone says that was never checked to be its holder's is no approval
    const approves = means.phone && account !== undefined && ceilingOf(account.level) >= 2;
    if (transaction) return [approves ? 'transaction' : 'unmet'];
    return undecided ? ['consent'] : [];
  }
  // above level 2 everything ends on the phone: the code that it scans is the short way
  if (!account) return need.least <= 2 ? ['password', 'passkey', 'qr'] : ['qr', 'password'];
  const reach = reachOf(account, used, means);
  if (need.least > reach) return ['unmet'];
  const aim = Math.min(need.wanted, reach);
  if (levelOf(used) >= aim) return [];
  const suffices = (method: Method) => levelOf([...used, method]) >= aim;
  return [
    ...(means.code && suffices('otp') ? ['otp' as const] : []),
    ...(means.phone ? (['push', 'qr'] as const) : []),
    ...(suffices('password') ? ['password' as const] : []),
  ];
}

/** The highest level that this account can come to from here. */
export function reachOf(
  account: Pick<Account, 'level'>,
  used: readonly Method[],
  means: Means,
): AuthenticationLevel | 0 {
  const all: Method[] = [...used, 'password', ...(means.code ? ['otp' as const] : [])];
  const best = means.phone ? 4 : levelOf(all);
  const ceiling = ceilingOf(account.level);
  return best < ceiling ? best : ceiling;
}
