import { STATUS_CODES } from 'node:http';
import type { Client, Provider } from 'oidc-provider';
import type { EventHub } from '../../events.ts';
import type { About, ActiveFaults, Setting } from './active.ts';

/** Where the library sends a logout token from; see src/oidc/backchannel-logout.ts. */
interface Sender {
  backchannelLogout(account: string, sid: string | undefined): Promise<void>;
}

/** Sends logout tokens again: the first one twice, and at later sign-outs of the same person that one instead of a new one. */
export function createReplays({ active, events }: { active: ActiveFaults; events: EventHub }) {
  const kept = new WeakMap<Setting, Map<string, string>>();
  const keyOf = ({ client, account }: About) => JSON.stringify([client, account]);
  const replaying = (about: About) => active.at('logout-token.replayed', about);

  return {
    /** A token that goes out once more, in place of a new one. */
    earlier(about: About): string | undefined {
      for (const setting of replaying(about)) {
        const token = kept.get(setting)?.get(keyOf(about));
        if (token === undefined) continue;
        active.struck(setting, about);
        return token;
      }
      return undefined;
    },

    /** Sees the tokens that go out. */
    sent(about: About, token: string): void {
      for (const setting of replaying(about)) {
        const tokens = kept.get(setting) ?? new Map<string, string>();
        kept.set(setting, tokens.set(keyOf(about), token));
      }
    },

    attach(provider: Provider): void {
      const prototype = provider.Client.prototype as unknown as Sender;
      const send = prototype.backchannelLogout;
      prototype.backchannelLogout = async function (this: Client & Sender, account, sid) {
        const about = { client: this.clientId, account };
        const first = replaying(about).some((setting) => !kept.get(setting)?.has(keyOf(about)));
        await send.call(this, account, sid);
        if (!first) return;
        const told = { ...about, attempt: 2 };
        await send.call(this, account, sid).then(
          () => events.emit('logout.told', told),
          (thrown: Error & { response?: Response }) => {
            const { status } = thrown.response ?? {};
            const reason = status === undefined ? thrown.message : `${status} ${STATUS_CODES[status] ?? ''}`;
            events.emit('logout.unheard', { ...told, reason });
          },
        );
      };
    },
  };
}
