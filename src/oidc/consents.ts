import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { ConsentRow, Schema } from '../store/schema.ts';
import { ownClientId } from './own-client.ts';

/**
 * What people agreed to share, word for word (Decree 13/2023 Art 11, Law 91/2025 Art 9: voluntary, specific, for each
 * purpose, verifiable). A consent outlives sessions and the provider's own grants, so nobody is asked twice for the
 * same thing; the grant is made again from it.
 */
export interface Consents {
  /** The grant of this authorization request: what the person has agreed to so far, or none. */
  grantFor(ctx: KoaContextWithOIDC): Promise<Grant | undefined>;
  /** Keeps a decision and makes its grant. */
  give(provider: Provider, decision: Decision): Promise<{ consent: string; grantId: string; hash: string }>;
  /** JSON of the page a consent was given on: what its receipt's hash is of. */
  shown(consent: string): Promise<string | undefined>;
  /** The consent in force between an account and a client. */
  current(accountId: string, clientId: string): Promise<Consent | undefined>;
}

export interface Decision {
  accountId: string;
  clientId: string;
  scopes: string[];
  /** Scopes that were offered and left unticked. */
  refused: string[];
  /** The page as the person saw it: it is what the consent can be proven with. */
  shown: unknown;
}

export interface Consent {
  id: string;
  grantId: string;
  scopes: string[];
  refused: string[];
  givenAt: number;
}

export function createConsents({ db, clock }: { db: Kysely<Schema>; clock: Clock }): Consents {
  const newest = db
    .selectFrom('consents')
    .select(['id', 'grant_id', 'scopes', 'refused', 'given_at', 'withdrawn_at'])
    .where('account_id', '=', '')
    .where('client_id', '=', '')
    .orderBy('given_at', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(1))
    .compile();

  async function current(accountId: string, clientId: string): Promise<Consent | undefined> {
    const [row] = (await db.executeQuery<ConsentRow>({ ...newest, parameters: [accountId, clientId] })).rows;
    return row && row.withdrawn_at === null ? toConsent(row) : undefined;
  }

  /** Grants end with a logout, a restart or a replay; a consent does not. */
  async function renew(provider: Provider, accountId: string, clientId: string, consent: Consent): Promise<Grant> {
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(consent.scopes.join(' '));
    if (consent.refused.length > 0) grant.rejectOIDCScope(consent.refused.join(' '));
    const grantId = await grant.save();
    await db.updateTable('consents').set({ grant_id: grantId }).where('id', '=', consent.id).execute();
    return grant;
  }

  /** VNeID's own pages share nothing with anybody. */
  async function ownGrant(provider: Provider, accountId: string): Promise<Grant> {
    const grant = new provider.Grant({ accountId, clientId: ownClientId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  }

  return {
    current,

    async shown(consent) {
      return (await db.selectFrom('consents').select('shown').where('id', '=', consent).executeTakeFirst())?.shown;
    },

    async grantFor({ oidc }) {
      const { client, session, result } = oidc;
      const provider = oidc.provider;
      // just decided, or decided earlier in this session; withdrawing a consent ends its grant
      const decided = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '');
      const known = decided ? await provider.Grant.find(decided) : undefined;
      if (known) return known;
      const accountId = session?.accountId;
      if (!client || !accountId) return undefined;
      if (client.clientId === ownClientId) return ownGrant(provider, accountId);
      const consent = await current(accountId, client.clientId);
      if (!consent) return undefined;
      const grant = await provider.Grant.find(consent.grantId);
      return grant ?? renew(provider, accountId, client.clientId, consent);
    },

    async give(provider, { accountId, clientId, scopes, refused, shown }) {
      const grant = new provider.Grant({ accountId, clientId });
      grant.addOIDCScope(scopes.join(' '));
      if (refused.length > 0) grant.rejectOIDCScope(refused.join(' '));
      const grantId = await grant.save();
      const text = JSON.stringify(shown);
      const hash = createHash('sha256').update(text).digest('hex');
      const id = uuidv7({ msecs: clock.now() });
      await db
        .insertInto('consents')
        .values({
          id,
          account_id: accountId,
          client_id: clientId,
          grant_id: grantId,
          scopes: JSON.stringify(scopes),
          refused: JSON.stringify(refused),
          shown: text,
          hash,
          given_at: clock.now(),
          withdrawn_at: null,
        })
        .execute();
      return { consent: id, grantId, hash };
    },
  };
}

function toConsent(row: Pick<ConsentRow, 'id' | 'grant_id' | 'scopes' | 'refused' | 'given_at'>): Consent {
  return {
    id: row.id,
    grantId: row.grant_id,
    scopes: JSON.parse(row.scopes) as string[],
    refused: JSON.parse(row.refused) as string[],
    givenAt: row.given_at,
  };
}
