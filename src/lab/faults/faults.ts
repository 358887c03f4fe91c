import type { Context, Middleware, Next } from 'koa';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Inbox, OutgoingMessage } from '../../accounts/inbox.ts';
import type { Clock } from '../../clock.ts';
import type { EventHub } from '../../events.ts';
import type { ClaimsReader } from '../../oidc/claims/claims.ts';
import type { KeyRing } from '../../oidc/keys/keys.ts';
import type { Tamper } from '../../oidc/tamper.ts';
import type { Registry } from '../../registry/citizens.ts';
import type { ArtifactStore } from '../../store/artifacts.ts';
import { type ActiveFaults, createActiveFaults, type Setting, type Wanted } from './active.ts';
import { createAnswers, endpointOf, isBusyPage } from './answers.ts';
import { createKeySets } from './key-sets.ts';
import { createReplays } from './logout-tokens.ts';
import { createPeople } from './people.ts';
import { createRedirects } from './redirects.ts';
import { createStrangers } from './strangers.ts';
import { createTexts } from './texts.ts';
import { tamperWithTokens } from './tokens.ts';
import { createUserinfo } from './userinfo.ts';
import { createWhose } from './whose.ts';

/** What can be wrong with one instance on purpose, and the places where it is let in. */
export interface Faults extends Pick<ActiveFaults, 'list' | 'clear' | 'clearAll'> {
  /** Switches one on; where it is something that happens, it has happened when this resolves. */
  set(wanted: Wanted): Promise<Setting>;
  /** Stands before everything that answers. */
  before: Middleware;
  tamper: Tamper;
  /** Carries a one-time code; undefined when it gets lost. */
  carry(message: OutgoingMessage, sent: { uid: string; account: string }): Promise<OutgoingMessage | undefined>;
  /** The same inbox, with what comes late. */
  inbox(inner: Inbox): Inbox;
  /** The same reader of claims, with what is wrong in what it tells. */
  retold(read: ClaimsReader): ClaimsReader;
}

export interface FaultsParts {
  accounts: Accounts;
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  keys: KeyRing;
  registry: Registry;
}

/** Makes the faults of one instance: none is on. */
export function createFaults(parts: FaultsParts): Faults {
  const active = createActiveFaults(parts);
  const own = { ...parts, active, strangers: createStrangers() };
  const answers = createAnswers(own);
  const keySets = createKeySets(own);
  const redirects = createRedirects(own);
  const replays = createReplays(own);
  const texts = createTexts(own);
  const userinfo = createUserinfo(own);
  let sessionCookie = '';
  const whose = createWhose({ ...parts, sessionCookie: () => sessionCookie });

  async function answer(ctx: Context, next: Next): Promise<void> {
    const endpoint = endpointOf(ctx.path);
    const some = [...active.on('endpoint.'), ...active.on('day.')];
    const narrow = some.some(({ client, citizen }) => client !== undefined || citizen !== undefined);
    const about = { ...(narrow && (await whose(ctx))), endpoint };
    await answers.before(ctx, about);
    await next();
    if (endpoint === 'authorize') await redirects.after(ctx);
    if (endpoint === 'jwks' || endpoint === 'discovery') await keySets.after(ctx, endpoint);
    if (endpoint === 'userinfo') userinfo.after(ctx);
    answers.after(ctx, about);
  }

  // a preflight is let through, or a browser would not even send what is to fail
  const concerned = ({ path, method }: Context) =>
    method !== 'OPTIONS' && (endpointOf(path) !== undefined || isBusyPage(path));

  return {
    list: active.list,
    clear: active.clear,
    clearAll() {
      active.clearAll();
      texts.forget();
    },
    async set(wanted) {
      const setting = active.set(wanted);
      await keySets.begin(setting);
      return setting;
    },
    before: (ctx, next) => (active.count() > 0 && concerned(ctx) ? answer(ctx, next) : next()),
    tamper: {
      attach(provider) {
        sessionCookie = provider.cookieName('session');
        tamperWithTokens(provider, { ...own, issuerIn: redirects.issuerIn, ...replays });
        replays.attach(provider);
        redirects.attach(provider);
      },
      authorize: (ctx) => redirects.refuse(ctx),
    },
    carry: texts.carry,
    inbox: texts.inbox,
    retold: createPeople(own).retold,
  };
}
