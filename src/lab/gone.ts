import { end, revoke } from '../oidc/adapter.ts';
import type { Bench } from './bench.ts';

/**
 * Takes an account out with everything that hangs on it: credentials, phones and consents, and then its sessions and
 * grants, with the tokens of those.
 * @throws VneidError `account.unknown`
 */
export async function endEverything({ accounts, artifacts }: Bench, accountId: string): Promise<void> {
  await accounts.remove(accountId);
  const its = { limit: 10_000, where: { accountId } };
  for (const { id } of await artifacts.list('Session', its)) await end(artifacts, 'Session', id);
  for (const { id } of await artifacts.list('Grant', its)) await revoke(artifacts, id);
}
