import type { Kysely } from 'kysely';
import type { ClientMetadata } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { ClientRow, Schema } from '../../store/schema.ts';
import { authenticationOf } from './misfits.ts';
import { asRegistered } from './dynamic-registration.ts';
import { describe, type RegisteredClient } from './registered-client.ts';
import { asHttps, type Checked, cibaGrant, httpsOnly, notePlain, registration, subjectTypeOf } from './registration.ts';

export type { Purpose, RegisteredClient } from './registered-client.ts';

/**
 * Relying parties: who asks, and for what. Some are configured, in a file or by the caller of `startVneid`; others are
 * registered by hand while the program runs, or register themselves (OpenID Connect Dynamic Client Registration), and are
 * kept in the database. What the library needs is split from what the login pages need.
 */
export interface Clients {
  /** The relying party with this id, or undefined. */
  get(id: string): RegisteredClient | undefined;
  /** Everyone else's: without VNeID's own pages. */
  list(): RegisteredClient[];
  /** The configured ones, as oidc-provider wants them. */
  metadata(): ClientMetadata[];
  /** All of them, as oidc-provider finds them, and keeps those that register themselves. */
  kept: KeptClients;
  /** What was registered, and how it came; of VNeID's own pages nothing. */
  written(id: string): Written | undefined;
  /**
   * Registers by hand, or changes what is registered. What is configured is what it was again after a restart.
   * @param fresh true where it may not be there already
   * @throws VneidError `client.exists`, `client.unknown`
   */
  write(client: Checked, fresh: boolean): Promise<void>;
  /** Looks again at who has registered, and forgets changes of the configured, after the database was replaced. */
  reread(): Promise<void>;
  /** Addresses of which the library is told that they are https, and what they are. */
  plain: Map<string, string>;
}

export interface KeptClients {
  find(id: string): ClientMetadata | undefined;
  /** Keeps who has registered itself, or what its registration has become. */
  put(id: string, metadata: ClientMetadata): Promise<void>;
  /** A configured one is there again after a restart. */
  remove(id: string): Promise<void>;
}

/** In a file or by the caller of `startVneid`; by hand while the program ran; or over the protocol. */
export type RegisteredBy = 'file' | ClientRow['registered_by'];

export interface Written {
  registration: Record<string, unknown> & { client_id: string };
  by: RegisteredBy;
}

/**
 * @param configured checked registrations
 * @param own VNeID's own pages, which are listed nowhere
 * @throws VneidError clients.invalid when a client_id is there twice
 */
export async function createClients({
  db,
  clock,
  configured,
  own,
}: {
  db: Kysely<Schema>;
  clock: Clock;
  configured: Checked[];
  own: Checked[];
}): Promise<Clients> {
  const fixed = new Map<string, Checked>();
  for (const client of [...configured, ...own]) {
    if (fixed.has(client.client_id)) {
      const found = `client_id ${client.client_id} twice`;
      throw problem('clients.invalid', { file: '', line: 0, found, expected: 'each client_id once' });
    }
    fixed.set(client.client_id, client);
  }
  const plain = new Map<string, string>();
  const hidden = new Set(own.map((client) => client.client_id));
  const known = new Map<string, Known>();
  const knowWritten = (client: Checked, by: RegisteredBy) => {
    for (const name of httpsOnly) notePlain(plain, client[name]);
    known.set(client.client_id, { shown: describe(client), metadata: toMetadata(client), registration: client, by });
  };
  const knowRegistered = (metadata: ClientMetadata) => {
    const registration = asRegistered(metadata) as Written['registration'];
    known.set(metadata.client_id, { shown: describe(registration), metadata, registration, by: 'itself' });
  };

  async function reread(): Promise<void> {
    known.clear();
    for (const client of fixed.values()) knowWritten(client, 'file');
    const rows = await db.selectFrom('clients').selectAll().orderBy('registered_at').orderBy('id').execute();
    for (const { id, metadata, registered_by: by } of rows) {
      if (known.has(id)) continue;
      if (by === 'hand') knowWritten(JSON.parse(metadata) as Checked, by);
      else knowRegistered(JSON.parse(metadata) as ClientMetadata);
    }
  }
  await reread();

  const put = (id: string, metadata: string) =>
    db
      .insertInto('clients')
      .values({ id, metadata, registered_at: clock.now(), registered_by: 'itself' })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ metadata }))
      .execute();

  return {
    get: (id) => known.get(id)?.shown,
    list: () => [...known.values()].map(({ shown }) => shown).filter(({ id }) => !hidden.has(id)),
    reread,
    metadata: () => [...fixed.values()].map(toMetadata),
    plain,
    written(id) {
      const client = hidden.has(id) ? undefined : known.get(id);
      return client && { registration: client.registration, by: client.by };
    },
    async write(client, fresh) {
      const id = client.client_id;
      const before = known.get(id);
      if (fresh && before) throw problem('client.exists', { client: id });
      if (!fresh && !before) throw problem('client.unknown', { client: id });
      if (before?.by === 'itself') {
        const metadata = changedMetadata(before.metadata, client);
        await put(id, JSON.stringify(metadata));
        return knowRegistered(metadata);
      }
      if (before?.by !== 'file') {
        const metadata = JSON.stringify(client);
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('clients')
          .values({ id, metadata, registered_at: clock.now(), registered_by: 'hand' })
          .onConflict((conflict) =>
            fresh ? conflict.column('id').doNothing() : conflict.column('id').doUpdateSet({ metadata }),
          )
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows === 0n) throw problem('client.exists', { client: id });
      }
      knowWritten(client, before?.by ?? 'hand');
    },
    kept: {
      find: (id) => known.get(id)?.metadata,
      async put(id, metadata) {
        // what it may ask tokens for is not its own to say
        const { resources } = (known.get(id)?.registration ?? {}) as { resources?: string[] };
        const text = JSON.stringify({ ...metadata, resources });
        await put(id, text);
        knowRegistered(JSON.parse(text) as ClientMetadata);
      },
      async remove(id) {
        await db.deleteFrom('clients').where('id', '=', id).execute();
        known.delete(id);
      },
    },
  };
}

interface Known {
  shown: RegisteredClient;
  metadata: ClientMetadata;
  registration: Written['registration'];
  by: RegisteredBy;
}

/** What the library kept of who registered itself, after the registration was changed by hand. */
function changedMetadata(before: ClientMetadata, client: Checked): ClientMetadata {
  const { registered_by_http: _, ...kept } = before;
  const beyond = Object.entries(kept).filter(([name]) => !Object.hasOwn(registration.shape, name));
  return { ...Object.fromEntries(beyond), ...toMetadata(client), ...(JSON.parse(JSON.stringify(client)) as object) };
}

/** A registration as the library wants it: without what is ours, and with what was left open. */
export function toMetadata(client: Checked): ClientMetadata {
  const {
    owner: _owner,
    minimum_level: _level,
    fresh: _fresh,
    purposes: _purposes,
    profile: _profile,
    resources: _resources,
    ...standard
  } = client;
  const grantTypes = standard.grant_types ?? ['authorization_code'];
  const metadata = {
    ...standard,
    subject_type: subjectTypeOf(client),
    grant_types: grantTypes,
    ...Object.fromEntries(httpsOnly.map((name) => [name, client[name] && asHttps(client[name])])),
    ...(grantTypes.includes(cibaGrant) && {
      backchannel_token_delivery_mode: standard.backchannel_token_delivery_mode ?? 'poll',
    }),
    response_types: standard.response_types ?? (grantTypes.includes('authorization_code') ? ['code'] : []),
    token_endpoint_auth_method: authenticationOf(client),
  };
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ClientMetadata;
}
