import { STATUS_CODES } from 'node:http';
import type { Client, Provider as ProviderType } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import type { Consents } from './consents.ts';

/**
 * Tells apps that a session has ended (OpenID Connect Back-Channel Logout 1.0). The library makes the logout token and
 * sends it once; here it is sent again, with a fresh token, to an app that could not hear it. The person who signs out
 * waits for none of it: whether an app of theirs is up must not decide how long a goodbye takes, and the audit knows
 * what came of it (`logout.told`, `logout.unheard`).
 *
 * What waits is kept in memory. A stop says so in the audit; after a crash the last row of a delivery that names a next
 * try without one following tells the same.
 */
export interface BackchannelLogout {
  /** Takes the place of the library's delivery, for every session that ends from now on. */
  attach(provider: ProviderType): void;
  /** Ends waiting; tries under way finish, within the library's time of 2.5 s. */
  stop(): Promise<void>;
}

export interface BackchannelLogoutParts {
  clock: Clock;
  consents: Pick<Consents, 'list'>;
  events: EventHub;
  /** Seconds, by the instance's clock, from one try to the next; after the last the app is given up. */
  delays?: readonly number[] | undefined;
}

interface Delivery {
  client: string;
  account: string;
  /** The app's own name of the session; without one all of the person's sessions there are meant (§2.4). */
  sid: string | undefined;
  attempt: number;
}

/** Where the library sends from. */
interface Sender {
  backchannelLogout(account: string, sid: string | undefined): Promise<void>;
}

const usualDelays = [1, 5, 30, 120];
/** Milliseconds after which a waiting delivery looks at the clock, which a tester may have moved. */
const look = 1_000;
/** Deliveries under way; what comes on top is given up at once, so that dead apps cannot fill the memory. */
const most = 10_000;

export function createBackchannelLogout(parts: BackchannelLogoutParts): BackchannelLogout {
  const { clock, consents, events, delays = usualDelays } = parts;
  const waiting = new Map<Delivery, NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  /** The newest one, whose keys are the newest. */
  let provider: ProviderType;
  let once: Sender['backchannelLogout'];

  function begin(order: Omit<Delivery, 'attempt'>): void {
    const delivery = { ...order, attempt: 1 };
    if (stopped) return unheard(delivery, 'the provider stopped');
    if (waiting.size + underWay.size >= most) return unheard(delivery, 'too many others wait');
    watch(send(delivery));
  }

  function watch(work: Promise<void>): void {
    const watched = work.finally(() => underWay.delete(watched));
    underWay.add(watched);
  }

  async function send(delivery: Delivery): Promise<void> {
    const { client, account, sid, attempt } = delivery;
    try {
      const found = await find(client);
      if (!found) throw new Hopeless('no longer registered for it');
      await clock.run(() => once.call(found, account, sid));
      events.emit('logout.told', { client, account, attempt });
    } catch (thrown) {
      const again = mayPass(thrown) && !stopped ? delays[attempt - 1] : undefined;
      unheard(delivery, reasonOf(thrown), again);
      if (again !== undefined) wait({ ...delivery, attempt: attempt + 1 }, again * 1000);
    }
  }

  /** The app, if it wants to be told. */
  async function find(id: string): Promise<(Client & Sender) | undefined> {
    const client = await provider.Client.find(id);
    return client?.backchannelLogoutUri ? (client as Client & Sender) : undefined;
  }

  /** @param left milliseconds */
  function wait(delivery: Delivery, left: number): void {
    const due = clock.now() + left;
    const timer = setTimeout(
      () => {
        waiting.delete(delivery);
        // more than there was: a tester has set the clock back
        const still = Math.min(left, due - clock.now());
        if (still > 0) wait(delivery, still);
        else watch(send(delivery));
      },
      Math.max(0, Math.min(left, look)),
    ).unref();
    waiting.set(delivery, timer);
  }

  function unheard({ client, account, attempt }: Delivery, reason: string, again?: number): void {
    events.emit('logout.unheard', { client, account, attempt, reason, ...(again !== undefined && { again }) });
  }

  /** Sessions cannot be found by account; who shared something with an app had one, and all of them there are meant. */
  async function tellEveryone(account: string): Promise<void> {
    const shared = (await consents.list(account)).filter(({ withdrawnAt }) => withdrawnAt === null);
    for (const { clientId: client } of shared) {
      const found = await find(client);
      if (found?.backchannelLogoutSessionRequired)
        unheard({ client, account, sid: undefined, attempt: 1 }, 'it wants a sid, and its sessions are not known');
      else if (found) begin({ client, account, sid: undefined });
    }
  }

  events.on('account.locked', ({ account }) => {
    const all = { client: '', account, sid: undefined, attempt: 0 };
    watch(tellEveryone(account).catch((thrown: unknown) => unheard(all, reasonOf(thrown))));
  });

  return {
    attach(newest) {
      provider = newest;
      const prototype = provider.Client.prototype as unknown as Sender;
      once = prototype.backchannelLogout;
      prototype.backchannelLogout = async function (this: Client & Sender, account, sid) {
        begin({ client: this.clientId, account, sid });
      };
    },

    async stop() {
      stopped = true;
      for (const [delivery, timer] of waiting) {
        clearTimeout(timer);
        unheard(delivery, 'the provider stopped');
      }
      waiting.clear();
      await Promise.all(underWay);
    },
  };
}

/** No later try would do better. */
class Hopeless extends Error {}

/** An app that answers with anything but "later" has decided (§2.8: 400 when it could not log the person out). */
function mayPass(thrown: unknown): boolean {
  const status = (thrown as { response?: Response }).response?.status;
  if (status === undefined) return !(thrown instanceof Hopeless);
  return status >= 500 || status === 408 || status === 429;
}

/** Without the address: a reader of the audit knows the app, and a query may hold what is not for them. */
function reasonOf(thrown: unknown): string {
  const { response, cause, name, message } = thrown as Error & {
    response?: Response;
    cause?: { code?: string; message?: string };
  };
  if (response) return `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}
