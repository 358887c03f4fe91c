import type { Account } from '../accounts/accounts.ts';
import { problem, VneidError } from '../errors.ts';
import type { Citizen } from '../registry/citizen.ts';
import type { Bench } from './bench.ts';

/** What who is named by number may not be: nobody, or somebody with another number by now. */
export const unknownCitizen = ['citizen.unknown', 'citizen.renumbered'] as const;
export const unknownAccount = [...unknownCitizen, 'account.unknown'] as const;

/** The holder of a number in force. @throws VneidError `citizen.unknown`, `citizen.renumbered` */
export async function citizenAt({ registry }: Pick<Bench, 'registry'>, number: string): Promise<Citizen> {
  const citizen = await registry.find(number);
  if (citizen) return citizen;
  const cancelled = await registry.cancelled(number);
  if (!cancelled) throw problem('citizen.unknown', { number: number.slice(0, 12) });
  const { cancelledOn, replacedBy } = cancelled;
  throw problem('citizen.renumbered', { number, cancelledOn, replacedBy });
}

/**
 * Does something to who was there a moment ago.
 * @throws VneidError `citizen.unknown` when they were taken out meanwhile, and whatever the work throws
 */
export async function stillThere<T>(number: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    if (cause instanceof VneidError && cause.code === 'registry.unknown')
      throw problem('citizen.unknown', { number: number.slice(0, 12) });
    throw cause;
  });
}

/** Their account. @throws VneidError `citizen.unknown`, `citizen.renumbered`, `account.unknown` */
export async function accountAt(bench: Pick<Bench, 'registry' | 'accounts'>, number: string): Promise<Account> {
  const citizen = await citizenAt(bench, number);
  const account = await bench.accounts.byNumber(citizen.number);
  if (!account) throw problem('account.unknown', { account: citizen.number });
  return account;
}
