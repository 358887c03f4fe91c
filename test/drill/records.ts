import { ask } from '../support/postgres.ts';
import { acknowledged, acceptedTwice, type Operation } from './history.ts';
import type { Drilled } from './story.ts';
import type { World } from './world.ts';

/** What an acknowledged operation has to have left in the database, by account, and what is not there. */
export interface Losses {
  accounts: number;
  consents: number;
  /** Records of the audit: of accounts that were opened, consents that were given, and sign-ins. */
  audit: number;
}

/** Asks the database itself, past every instance. */
export async function lossesOf(url: string, operations: Operation[]): Promise<Losses> {
  const [registered, signedIn] = [acknowledged(operations, 'registration'), acknowledged(operations, 'login')];
  const accounts = await countsOf(url, 'select id as account, count(*)::int as n from accounts group by 1');
  const consents = await countsOf(url, 'select account_id as account, count(*)::int as n from consents group by 1');
  const audited = (event: string) =>
    countsOf(url, `select account_id as account, count(*)::int as n from audit where event = '${event}' group by 1`);
  const [opened, given, succeeded] = [
    await audited('account.opened'),
    await audited('consent.given'),
    await audited('login.succeeded'),
  ];
  // everyone is asked for consent at the first sign-in and never again
  const once = new Map([...signedIn.keys()].map((account) => [account, 1]));
  return {
    accounts: short(registered, accounts),
    consents: short(once, consents),
    audit: short(registered, opened) + short(once, given) + short(signedIn, succeeded),
  };
}

async function countsOf(url: string, statement: string): Promise<Map<string, number>> {
  const rows = (await ask(url, statement)) as { account: string; n: number }[];
  return new Map(rows.map(({ account, n }) => [account, n]));
}

function short(wanted: Map<string, number>, found: Map<string, number>): number {
  let missing = 0;
  for (const [account, count] of wanted) missing += Math.max(0, count - (found.get(account) ?? 0));
  return missing;
}

/** The three promises of every drill, as lines of its report. */
export async function promises(world: World, operations: Operation[]): Promise<Drilled[]> {
  // after an outage the audit is tried again by and by: an instance that still has rows in hand is asked for them
  const atFirst = await lossesOf(world.postgres.url, operations);
  for (const { origin } of world.members)
    await fetch(`${origin}/lab/api/audit?limit=1`).then((answer) => answer.text());
  const losses = await lossesOf(world.postgres.url, operations);
  const twice = acceptedTwice(operations);
  const counted = (kind: Operation['kind'], outcome: Operation['outcome']) =>
    operations.filter((one) => one.kind === kind && one.outcome === outcome).length;
  const whys = Map.groupBy(
    operations.filter(({ outcome }) => outcome === 'unknown'),
    ({ kind, why = '' }) => `${kind}: ${why.replaceAll(/\s+/g, ' ').slice(0, 60)}`,
  );
  return [
    { name: 'audit records that instances still had in hand', value: String(atFirst.audit - losses.audit) },
    {
      name: 'not served, and why',
      value: [...whys].map(([why, same]) => `${same.length} × ${why}`).join('; ') || 'nobody',
    },
    {
      name: 'lost of what was acknowledged',
      value: `${losses.accounts} of ${counted('registration', 'ok')} accounts, ${losses.consents} consents and ${losses.audit} audit records of ${counted('login', 'ok')} sign-ins`,
      holds: losses.accounts + losses.consents + losses.audit === 0,
    },
    {
      name: 'codes and refresh tokens accepted more than once',
      value: `${twice.length} of ${counted('code', 'ok')} codes and ${counted('refresh', 'ok')} refreshes; refused: ${counted('code', 'refused')} and ${counted('refresh', 'refused')}`,
      holds: twice.length === 0,
    },
  ];
}
