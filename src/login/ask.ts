import type { Approval, Ask } from '../accounts/approval.ts';
import type { Approvals } from '../accounts/approvals.ts';
import { type AuthenticationLevel, levelOf, type Method } from '../levels.ts';
import type { Source } from '../web/streams.ts';
import { originOf } from './client.ts';
import type { Login } from './step.ts';

/** What the phone asks of a walk: qr, push and transaction differ in who may answer, and in what a yes is worth. */
export type AskedOnPhone = Extract<Approval['kind'], 'qr' | 'push' | 'transaction'>;

/** The request that a walk waits for, at one of its steps. */
export function waitingFor(approvals: Approvals, login: Login, kind: AskedOnPhone): Promise<Approval | undefined> {
  return approvals.byReference(referenceOf(login, kind));
}

/**
 * Asks anew; what was asked before at this step is worth nothing from then on.
 * @throws VneidError `login.slowDown`
 */
export async function askPhone(approvals: Approvals, login: Login, kind: AskedOnPhone): Promise<Approval> {
  const { client, account, transaction } = login;
  const ask: Ask = {
    client: { name: client.name, owner: client.owner, origin: originOf(login) },
    from: { address: login.address, browser: login.ctx.get('user-agent').slice(0, 300) },
    ...(kind === 'transaction' && transaction && { text: transaction.text }),
  };
  return approvals.ask({
    kind,
    reference: referenceOf(login, kind),
    accountId: account?.id,
    clientId: client.id,
    ask,
    level: kind === 'transaction' ? atLeastTwo(login.need.least) : levelWanted(login),
    numbered: true,
  });
}

/** The page that waits follows the state of its request. */
export async function followPhone(approvals: Approvals, login: Login, kind: AskedOnPhone): Promise<Source> {
  const approval = await waitingFor(approvals, login, kind);
  return {
    read: async () => (approval && (await approvals.get(approval.id))?.state) ?? 'replaced',
    hear: (changed) => (approval ? approvals.watch(approval.id, changed) : () => {}),
  };
}

/** What the phone has to add to what was proven, so that both together are what was asked for. */
function levelWanted({ need, used }: Login): AuthenticationLevel {
  const adds: [AuthenticationLevel, Method[]][] = [
    [2, ['phone', 'passcode']],
    [3, ['phone', 'face']],
  ];
  for (const [level, methods] of adds) if (levelOf([...used, ...methods]) >= need.wanted) return level;
  return 4;
}

function atLeastTwo(level: AuthenticationLevel): AuthenticationLevel {
  return level < 2 ? 2 : level;
}

function referenceOf({ uid }: Login, kind: AskedOnPhone): string {
  return `${kind}:${uid}`;
}
