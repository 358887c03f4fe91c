import type { Inbox, OutgoingMessage } from '../../accounts/inbox.ts';
import type { Clock } from '../../clock.ts';
import type { ArtifactStore } from '../../store/artifacts.ts';
import type { About, ActiveFaults } from './active.ts';
import type { FaultName } from './vocabulary.ts';

const usualDelay = 60;

/** What becomes of a one-time code on its way: late, lost, or sent to a number that its owner has given up. */
export function createTexts(parts: { active: ActiveFaults; artifacts: ArtifactStore; clock: Clock }) {
  const { active, artifacts, clock } = parts;
  /** Those on their way, in the order in which they will come; what has not come when the instance stops is lost. */
  let late: { message: OutgoingMessage; from: number; sentAt: number }[] = [];

  return {
    /** The same inbox, into which late messages have come by the time that somebody looks. */
    inbox(inner: Inbox): Inbox {
      async function arrive(): Promise<void> {
        if (late.length === 0) return;
        const now = clock.now();
        // set back, the clock may be at their time again in months
        const come = late.filter(({ from, sentAt }) => sentAt <= now || now < from);
        late = late.filter((one) => !come.includes(one));
        for (const { message, sentAt } of come) await inner.deliver({ ...message, sentAt: Math.min(sentAt, now) });
      }
      return {
        ...inner,
        async deliver(message) {
          await arrive();
          return inner.deliver(message);
        },
        async messages(...which) {
          await arrive();
          return inner.messages(...which);
        },
      };
    },

    /** What is still on its way is lost. */
    forget(): void {
      late = [];
    },

    /** @returns the message as it arrives, or undefined when it does not */
    async carry(
      message: OutgoingMessage,
      { uid, account }: { uid: string; account: string },
    ): Promise<OutgoingMessage | undefined> {
      if (active.count() === 0) return message;
      const about: About = { client: await clientOf(artifacts, uid), account };
      const settings = active
        .at('otp.', about)
        .filter(({ fault }) => fault !== 'otp.old-phone' || message.channel === 'sms');
      for (const setting of settings) active.struck(setting, about);
      const named = (fault: FaultName) => settings.find((setting) => setting.fault === fault);
      if (named('otp.lost')) return undefined;
      const arriving = named('otp.old-phone') ? { ...message, recipient: oldNumber(message.recipient) } : message;
      const slow = named('otp.late');
      if (!slow) return arriving;
      const from = clock.now();
      late.push({ message: arriving, from, sentAt: from + (slow.seconds ?? usualDelay) * 1000 });
      late.sort((one, other) => one.sentAt - other.sentAt);
      return undefined;
    },
  };
}

/** The app for which somebody signs in; nobody's where a phone is activated. */
async function clientOf(artifacts: ArtifactStore, uid: string): Promise<string | undefined> {
  const { params } = ((await artifacts.get('Interaction', uid)) ?? {}) as { params?: { client_id?: string } };
  return params?.client_id;
}

/** The number that this person had before: of the same network, with other last digits. */
function oldNumber(phone: string): string {
  return phone.replace(/\d{4}$/, (last) => String((Number(last) + 4321) % 10_000).padStart(4, '0'));
}
