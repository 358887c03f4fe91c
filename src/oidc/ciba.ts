import type { Configuration, KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Approval } from '../accounts/approval.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Phones } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { acrOf, amrOf, type AuthenticationLevel, ceilingOf, levelOf } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { expire } from './adapter.ts';
import type { Clients, RegisteredClient } from './clients/clients.ts';
import type { Consents } from './consents.ts';
import { errors } from './library.ts';
import { needOf } from './policy.ts';
import { keepInterval } from './polling.ts';
import { aLine, readable } from '../readable.ts';

/**
 * Client-Initiated Backchannel Authentication (OpenID CIBA Core 1.0), poll and ping: an app without a browser asks, the
 * citizen's phone shows who and why, and the answer on the phone is also the consent to what would be shared.
 */
export interface Ciba {
  /** The library's settings for it. */
  feature: NonNullable<NonNullable<Configuration['features']>['ciba']>;
  /** Makes a provider refuse polling that is too quick. */
  attach(provider: ProviderType): void;
}

export interface CibaParts {
  accounts: Accounts;
  approvals: Approvals;
  artifacts: ArtifactStore;
  clients: Clients;
  clock: Clock;
  consents: Consents;
  events: EventHub;
  phones: Phones;
  /** The provider of the moment; it is replaced when keys rotate. */
  provider: () => ProviderType;
  /** Seconds between two polls. */
  interval: number;
}

/** A yes here is an answer to a sign-in: an app that has its details dropped would take it for one to the transaction. */
const detailsElsewhere =
  'authorization_details is not taken here but at /authorize and /par; say in binding_message what it is about';
/** An API's scopes are agreed to on a page; the phone shows those of a client's purposes alone. */
const resourceElsewhere = 'resource is not taken here but at /authorize, /par and /device/authorize';

export function createCiba(parts: CibaParts): Ciba {
  const { accounts, approvals, artifacts, clients, clock, consents, events, phones, interval } = parts;

  /**
   * Whoever cannot be reached on a phone is not known here, whatever the reason, so that a client learns nothing about
   * accounts (CIBA Core §13, `unknown_user_id`).
   */
  async function reachable(number: string): Promise<Account | undefined> {
    const account = await accounts.byNumber(number.normalize('NFKC').replaceAll(/[\s.]/g, ''));
    return account && usable(account) && (await phones.active(account.id)) ? account : undefined;
  }

  async function ask(ctx: KoaContextWithOIDC, request: Requested, accountId: string): Promise<void> {
    const params = ctx.oidc.params ?? {};
    const client = clients.get(request.clientId) as RegisteredClient;
    const account = (await accounts.byId(accountId)) as Account;
    // known by an earlier ID token, and without a phone since
    if (!(await phones.active(accountId))) throw new errors.UnknownUserId('could not identify end-user');
    const need = needOf(params, client);
    const ceiling = ceilingOf(account.level);
    if (need.least > ceiling) throw unmet(`the account reaches ${acrOf(ceiling)} at most`);
    const scopes = request.scope.split(' ');
    await approvals.ask({
      kind: 'ciba',
      reference: request.jti,
      accountId,
      clientId: client.id,
      ask: {
        client: { name: client.name, owner: client.owner, origin: client.uri ?? '' },
        ...(typeof params.binding_message === 'string' && { text: params.binding_message }),
        purposes: client.purposes
          .map((purpose) => ({ ...purpose, scopes: purpose.scopes.filter((scope) => scopes.includes(scope)) }))
          .filter((purpose) => purpose.required && purpose.scopes.length > 0),
      },
      level: need.wanted < ceiling ? need.wanted : ceiling,
      numbered: false,
      lifetime: (ctx.body as { expires_in: number }).expires_in,
    });
  }

  /** A yes on the phone is the consent: to the required purposes it showed, and to what was agreed before. */
  async function grantOf(approval: Approval, scope: string): Promise<string> {
    const [accountId, clientId] = [approval.accountId as string, approval.clientId as string];
    const asked = scope.split(' ');
    const before = await consents.current(accountId, clientId);
    const shown = (approval.ask.purposes ?? []).flatMap(({ scopes }) => scopes);
    const always = asked.filter((name) => name === 'openid' || name === 'offline_access');
    const scopes = [...new Set([...(before?.scopes ?? []), ...always, ...shown])];
    const refused = [...new Set([...(before?.refused ?? []), ...asked])].filter((name) => !scopes.includes(name));
    const given = await consents.give(parts.provider(), {
      accountId,
      clientId,
      scopes,
      refused,
      shown: { approval: approval.id, ...approval.ask },
    });
    events.emit('consent.given', { account: accountId, client: clientId, consent: given.consent, items: scopes });
    return given.grantId;
  }

  approvals.onAnswer(async (approval) => {
    if (approval.kind !== 'ciba') return;
    const provider = parts.provider();
    const request = await provider.BackchannelAuthenticationRequest.find(approval.reference);
    // the app was taken out since: nobody waits for the answer, and nothing is agreed with whoever has its name next
    if (!request || !clients.get(approval.clientId as string)) return approvals.replace(approval.id);
    if (approval.state === 'expired') {
      await expire(artifacts, 'BackchannelAuthenticationRequest', approval.reference, Math.floor(clock.now() / 1000));
    } else if (approval.state === 'confirmed') {
      // taken here: the token endpoint hands it out once, the phone must not say so twice
      await approvals.use(approval.id);
      const account = (await accounts.byId(approval.accountId as string)) as Account;
      const [earned, ceiling] = [levelOf(approval.methods) as AuthenticationLevel, ceilingOf(account.level)];
      await tell(approval, () =>
        grantOf(approval, String(request.scope)).then((grant) =>
          provider.backchannelResult(request, grant, {
            acr: acrOf(earned < ceiling ? earned : ceiling),
            amr: amrOf(approval.methods),
            authTime: Math.floor(clock.now() / 1000),
          }),
        ),
      );
    } else {
      await tell(approval, () => provider.backchannelResult(request, refusalOf(approval)));
    }
  });

  /** An app that cannot be pinged still finds the answer when it polls. */
  async function tell(approval: Approval, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const request = await parts.provider().BackchannelAuthenticationRequest.find(approval.reference);
      if (!request?.grantId && !request?.error) throw cause;
      events.emit('ciba.unreachable', { client: approval.clientId ?? '', reason: (cause as Error).message });
    }
  }

  return {
    feature: {
      enabled: true,
      deliveryModes: ['poll', 'ping'],
      processLoginHint: async (_ctx, hint) => (await reachable(String(hint)))?.id,
      async processLoginHintToken() {
        throw new errors.InvalidRequest('login_hint_token is not taken here; send login_hint or id_token_hint');
      },
      async validateRequestContext({ oidc }) {
        if (oidc.params?.authorization_details !== undefined) throw new errors.InvalidRequest(detailsElsewhere);
        if (oidc.params?.resource !== undefined) throw new errors.InvalidTarget(resourceElsewhere);
      },
      verifyUserCode: async () => undefined,
      async validateBindingMessage(_ctx, message) {
        if (message !== undefined && !readable(message)) throw new errors.InvalidBindingMessage(`has to be ${aLine}`);
      },
      async triggerAuthenticationDevice(ctx, request, account) {
        try {
          await ask(ctx, request as unknown as Requested, account.accountId);
          // a client may refuse 0 (CIBA Core §7.3 has it positive)
          Object.assign(ctx.body as object, { interval: Math.max(interval, 1) });
        } catch (thrown) {
          await request.destroy();
          if (!(thrown instanceof VneidError)) throw thrown;
          const { status, headers } = thrown;
          for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
          throw Object.assign(new errors.CustomOIDCProviderError('slow_down', thrown.explain('en').text), {
            status,
            statusCode: status,
          });
        }
      },
    },

    attach(provider) {
      keepInterval(provider.BackchannelAuthenticationRequest, { artifacts, clock, kind: 'ciba.poll', interval });
    },
  };
}

function refusalOf({ reason }: Approval) {
  return reason === 'level'
    ? unmet('the account does not reach what was asked for any more')
    : new errors.AccessDenied('the citizen refused on the phone');
}

function unmet(description: string) {
  return new errors.CustomOIDCProviderError('unmet_authentication_requirements', description);
}

/** What is read of the library's request. */
interface Requested {
  jti: string;
  clientId: string;
  scope: string;
}
