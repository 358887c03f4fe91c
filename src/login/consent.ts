import { createHash } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import type { Account } from '../accounts/accounts.ts';
import type { Inbox } from '../accounts/inbox.ts';
import { maskNumber } from '../accounts/masking.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { accessOf, askedAccess, describeAccess } from '../oidc/claims/access.ts';
import { askedItems, claimOf, isProven, isSingle, scopeOf } from '../oidc/claims/asked.ts';
import { type ClaimsReader, describeValues } from '../oidc/claims/claims.ts';
import type { Purpose } from '../oidc/clients/clients.ts';
import type { Consents } from '../oidc/consents.ts';
import type { Resources } from '../oidc/clients/resources.ts';
import { consentPage } from '../../views/login/consent.ts';
import type { PurposeShown } from '../../views/shown.ts';
import { shownClient } from './client.ts';
import type { Login, Step } from './step.ts';

/**
 * Consent to sharing: for each purpose, each item with its value; optional purposes start unticked and refusing costs
 * as much as agreeing (Decree 13/2023 Art 11, Law 91/2025 Art 9). What was shown is kept, and the citizen gets a receipt.
 */
export function consentStep({
  consents,
  events,
  inbox,
  provider,
  readClaims,
  resources,
}: {
  consents: Consents;
  events: EventHub;
  inbox: Inbox;
  provider: () => Provider;
  readClaims: ClaimsReader;
  resources: Resources;
}): Step {
  async function purposesShown(login: Login): Promise<PurposeShown[]> {
    const { language } = login.page();
    return Promise.all(
      asked(login, resources).map(async (purpose) => {
        const proven = claimsOf(purpose.scopes, isProven);
        const claims = await readClaims(login.account as Account, {
          scopes: purpose.scopes.filter((item) => claimOf(item) === undefined && accessOf(item) === undefined),
          claims: [...claimsOf(purpose.scopes, isSingle), ...proven],
          client: login.client.id,
          shown: true,
        });
        return {
          id: purpose.id,
          text: purpose[language],
          required: purpose.required,
          items: [
            ...describeValues(claims, language, proven),
            ...describeAccess(purpose.scopes, resources, language).map(({ what, api }) => ({
              label: what,
              value: api,
              sensitive: false,
            })),
          ],
        };
      }),
    );
  }

  async function allow(login: Login, ticked: string[]): Promise<string> {
    const account = login.account as Account;
    const purposes = asked(login, resources);
    const agreed = purposes.filter(({ id, required }) => required || ticked.includes(id));
    const before = await consents.current(account.id, login.client.id);
    // what this page was about is decided anew; anything else stays as it was decided before
    const decided = union(
      decidedHere(login, resources),
      purposes.flatMap((purpose) => purpose.scopes),
    );
    const earlier = (items: string[] = []) =>
      items.filter((item) => !decided.includes(item) && !(isSingle(item) && decided.includes(scopeOf(item) ?? '')));
    const always = decided.filter((scope) => scope === 'openid' || scope === 'offline_access');
    const scopes = union(
      earlier(before?.scopes),
      always,
      agreed.flatMap((purpose) => purpose.scopes),
    );
    const refused = union(earlier(before?.refused), decided).filter((scope) => !scopes.includes(scope));
    const shown = {
      client: shownClient(login),
      purposes: await purposesShown(login),
      agreed: agreed.map(({ id }) => id),
      language: login.page().language,
    };
    const given = await consents.give(provider(), {
      accountId: account.id,
      clientId: login.client.id,
      scopes,
      refused,
      shown,
    });
    await inbox.deliver(receipt(login, account, agreed, given));
    events.emit('consent.given', {
      account: account.id,
      client: login.client.id,
      consent: given.consent,
      items: scopes,
      ...(login.through && { through: login.through }),
    });
    return given.grantId;
  }

  return {
    async show(login, again) {
      const account = login.account as Account;
      return consentPage(login.page(), {
        action: `/login/${login.uid}/consent`,
        csrf: login.csrf,
        read: fingerprintOf(login, asked(login, resources)),
        problem: again?.problem,
        client: shownClient(login),
        person: { fullName: account.fullName, maskedNumber: maskNumber(account.number) },
        purposes: await purposesShown(login),
        remembered:
          login.page().language === 'vi' ? 'cho đến khi bạn rút lại đồng ý' : 'until you withdraw your consent',
      });
    },

    async submit(login, { fields, all }) {
      const account = login.account as Account;
      if (fields.get('decision') === 'allow') {
        const now = fingerprintOf(login, asked(login, resources));
        // a program that fills in the form may leave it out; a page never does
        if ((fields.get('read') ?? now) !== now) {
          const changed = problem('consent.changed');
          return { kind: 'retry', retry: { status: changed.status, problem: changed.explain(login.page().language) } };
        }
        return { kind: 'finish', result: { consent: { grantId: await allow(login, all('purpose')) } } };
      }
      // whatever is not a clear yes is a no: silence is not consent
      events.emit('consent.refused', {
        account: account.id,
        client: login.client.id,
        ...(login.through && { through: login.through }),
      });
      return {
        kind: 'finish',
        result: { error: 'access_denied', error_description: 'the citizen refused to share the data' },
      };
    },
  };
}

/** Of who asks, and for what: an app that registered itself may change both while a person reads. */
function fingerprintOf({ client }: Login, purposes: Purpose[]): string {
  const read = JSON.stringify([client.name, client.owner, client.policyUri, client.tosUri, purposes]);
  return createHash('sha256').update(read).digest('base64url');
}

/** Purposes of this client for which something is asked now, with the items that are. */
function asked(login: Login, resources: Resources): Purpose[] {
  const items = decidedHere(login, resources);
  const data = login.client.purposes.map((purpose) => ({
    ...purpose,
    scopes: items.filter((item) => purpose.scopes.includes(scopeOf(item) ?? '')),
  }));
  const access: Purpose = {
    id: 'access',
    vi: `${login.client.name} được thay bạn làm việc với dịch vụ khác`,
    en: `Let ${login.client.name} act for you at other services`,
    scopes: items.filter((item) => accessOf(item) !== undefined),
    required: true,
  };
  return [...data, access].filter((purpose) => purpose.scopes.length > 0);
}

/** Items that were asked for, were agreed with the client, and have not been decided before. */
function decidedHere({ params, client, undecided }: Login, resources: Resources): string[] {
  const scopes = String(params.scope ?? '')
    .split(' ')
    .filter((scope) => client.scopes.includes(scope));
  // a scope that is asked for has its claims in it
  const claims = askedItems(params.claims, client).filter(
    (item) => !(isSingle(item) && scopes.includes(scopeOf(item) ?? '')),
  );
  const requested = [...scopes, ...claims, ...askedAccess(params, resources)];
  return undecided ? requested.filter((item) => undecided.includes(item)) : requested;
}

function claimsOf(items: string[], which: (item: string) => boolean): string[] {
  return items.filter(which).map((item) => claimOf(item) ?? '');
}

function union(...lists: string[][]): string[] {
  return [...new Set(lists.flat())];
}

function receipt(
  login: Login,
  account: Account,
  agreed: Purpose[],
  { consent, hash }: { consent: string; hash: string },
) {
  const lines = (language: 'vi' | 'en') => agreed.map((purpose) => `– ${purpose[language]}`).join('\n');
  const { client } = login;
  return {
    citizenId: account.citizenId,
    kind: 'receipt' as const,
    channel: 'app' as const,
    recipient: account.number,
    titleVi: `Bạn đã chia sẻ dữ liệu với ${client.name}`,
    titleEn: `You shared data with ${client.name}`,
    textVi: `Bên nhận: ${client.owner.vi}. Mục đích:\n${lines('vi')}\nMã biên nhận ${consent}, SHA-256 ${hash}. Bạn có thể rút lại đồng ý bất cứ lúc nào.`,
    textEn: `Recipient: ${client.owner.en}. Purposes:\n${lines('en')}\nReceipt ${consent}, SHA-256 ${hash}. You can withdraw your consent at any time.`,
  };
}
