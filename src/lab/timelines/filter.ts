import type { Accounts } from '../../accounts/accounts.ts';
import type { Clients } from '../../oidc/clients/clients.ts';
import { decisionsOf } from './decisions.ts';
import type { Timelines } from './recorder.ts';
import { summaryOf } from './shown.ts';
import type { Outcome, Timeline } from './timeline.ts';

export interface Wanted {
  client?: string | undefined;
  outcome?: Outcome | undefined;
  text?: string | undefined;
}

/** The logins that somebody looks for, newest first. */
export async function matching(
  parts: { accounts: Accounts; clients: Clients; timelines: Pick<Timelines, 'list'> },
  { client, outcome, text }: Wanted,
): Promise<Timeline[]> {
  const some = parts.timelines
    .list()
    .filter(
      (one) => (client === undefined || one.client === client) && (outcome === undefined || one.outcome === outcome),
    );
  const sought = text?.trim().toLowerCase() ?? '';
  if (sought === '') return some;
  const found = await Promise.all(some.map(async (one) => (await says(one, sought, parts)) && one));
  return found.filter((one) => one !== false);
}

/** What stands in its row of the list, its requests and decisions, and the whole number of the person, though it is shown masked. */
async function says(
  timeline: Timeline,
  sought: string,
  parts: { accounts: Accounts; clients: Clients },
): Promise<boolean> {
  const person = timeline.account === undefined ? undefined : await parts.accounts.byId(timeline.account);
  const { entries } = timeline;
  const text = JSON.stringify([
    await summaryOf(timeline, parts),
    person?.number,
    entries.map((entry) => [entry.request, decisionsOf(entry)]),
  ]);
  return text.toLowerCase().includes(sought);
}
