import { type Accounts, usable } from '../accounts/accounts.ts';
import type { Approval } from '../accounts/approval.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Clock } from '../clock.ts';
import { VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { approvePage } from '../../views/login/approve.ts';
import { askPhone, type AskedOnPhone, followPhone, waitingFor } from './ask.ts';
import { shownClient } from './client.ts';
import type { Login, Outcome, Step } from './step.ts';

/**
 * The three steps that wait for an answer on the phone:
 *
 * - `qr`: the page shows a code that belongs to this browser's walk; whoever scans it with their phone may sign in here;
 * - `push`: it is known who signs in, and their phone is asked;
 * - `transaction`: their phone shows one transaction, word for word; a yes proves nothing but itself and is used once.
 *
 * The page follows the request live and goes on by itself; without JavaScript it looks again every few seconds and
 * the person presses the button. Only the walk that asked can take the answer, and only once.
 */
export function phoneStep(
  kind: AskedOnPhone,
  {
    accounts,
    approvals,
    clock,
    events,
    issuer,
    phonePath,
  }: {
    accounts: Accounts;
    approvals: Approvals;
    clock: Clock;
    events: EventHub;
    issuer: string;
    /** Lab only: where the phone is. */
    phonePath: string | undefined;
  },
): Step {
  /** The answer, taken; a page that shows why there is none. */
  async function take(login: Login, approval: Approval): Promise<Outcome> {
    const account = approval.accountId ? await accounts.byId(approval.accountId) : undefined;
    if (!account || !usable(account)) {
      // locked since, and nobody is told so; left as it is, a page with a yes would send itself again and again
      await approvals.expire(approval.id);
      return { kind: 'again' };
    }
    const taken = await approvals.use(approval.id);
    if (!taken) return { kind: 'again' };
    return kind === 'transaction'
      ? {
          kind: 'approved',
          approved: { approval: taken.id, methods: taken.methods, at: Math.floor(clock.now() / 1000) },
        }
      : { kind: 'proved', methods: taken.methods, account };
  }

  return {
    async enter(login) {
      await askPhone(approvals, login, kind);
    },

    async show(login, again) {
      const approval = await waitingFor(approvals, login, kind);
      const ticket = kind === 'qr' && approval?.state === 'waiting' ? approvals.ticketOf(approval.id) : undefined;
      return approvePage(login.page(), {
        kind,
        action: `/login/${login.uid}/${kind}`,
        follow: `/login/${login.uid}/${kind}/follow`,
        cancelAction: `/login/${login.uid}/cancel`,
        csrf: login.csrf,
        client: shownClient(login),
        state: approval?.state ?? 'expired',
        reason: approval?.reason ?? undefined,
        number: approval?.number,
        text: approval?.ask.text,
        expiresAt: approval ? new Date(approval.expiresAt).toISOString() : undefined,
        secondsLeft: approval ? Math.max(0, Math.ceil((approval.expiresAt - clock.now()) / 1000)) : 0,
        code: ticket && `${issuer}/phone/scan#${ticket}`,
        level: approval?.level ?? 2,
        phone: phonePath,
        others: login.ways.filter((way) => way !== kind && way !== 'unmet'),
        base: `/login/${login.uid}`,
        enough: login.enough,
        ...(again && { problem: again.problem }),
      });
    },

    async submit(login, { fields }) {
      if (fields.has('renew')) {
        try {
          await askPhone(approvals, login, kind);
          return { kind: 'again' };
        } catch (thrown) {
          return retry(login, thrown);
        }
      }
      const approval = await waitingFor(approvals, login, kind);
      if (approval?.state !== 'confirmed') return refused(login, approval);
      return take(login, approval);
    },

    async leave(login) {
      const asked = await waitingFor(approvals, login, kind);
      if (asked) await approvals.replace(asked.id);
    },

    follow: (login) => followPhone(approvals, login, kind),
  };

  /** The request could not be made: the page of the last one, and why. */
  function retry(login: Login, thrown: unknown): Outcome {
    if (!(thrown instanceof VneidError)) throw thrown;
    const { status, headers } = thrown;
    return { kind: 'retry', retry: { status, headers, problem: thrown.explain(login.page().language) } };
  }

  /** The page again: it says itself how the request stands. */
  function refused(login: Login, approval: Approval | undefined): Outcome {
    if (approval && approval.state !== 'waiting' && approval.state !== 'scanned')
      events.emit('login.failed', {
        uid: login.uid,
        client: login.client.id,
        method: kind,
        ...(approval.accountId && { account: approval.accountId }),
        reason: approval.reason ?? approval.state,
        address: login.address,
      });
    return { kind: 'again' };
  }
}
