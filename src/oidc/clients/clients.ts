import type { Kysely } from 'kysely';
import type { ClientMetadata } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { ClientRow, Schema } from '../../store/schema.ts';
import type { Signals } from '../../store/signals.ts';
import { type Bounds, boundsAfter, boundsMember, keepWithin } from './bounds.ts';
import { createClientRows } from './client-rows.ts';
import { authenticationOf } from './misfits.ts';
import { asRegistered } from './dynamic-registration.ts';
import { describe, type RegisteredClient } from './registered-client.ts';
import {
  asHttps,
  betweenClients,
  type Checked,
  cibaGrant,
  httpsOnly,
  notePlain,
  registration,
  subjectTypeOf,
} from './registration.ts';

export type { Purpose, RegisteredClient } from './registered-client.ts';

/**
 * Relying parties: who asks, and for what. Some are configured, in a file or by the caller of `startVneid`; others are
 * registered by hand while the program runs, or register themselves (OpenID Connect Dynamic Client Registration), and are
 * kept in the database, as are changes of the configured until an instance starts: all that share it know of each within a
 * second. What the library needs is split from what the login pages need.
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
   * Registers by hand, or changes what is registered. What is configured is what it was again when an instance starts.
   * @param before what it is a change of; undefined where it may not be there already
   * @returns false, and nothing is changed, when it is something else by now: then that is known
   */
  write(client: Checked, before?: Written): Promise<boolean>;
  /** Looks again at who has registered, after the database was replaced. */
  reread(): Promise<void>;
  /** Looks no more. */
  stop(): void;
  /** Addresses of which the library is told that they are https, and what they are. */
  plain: Map<string, string>;
}

export interface KeptClients {
  find(id: string): ClientMetadata | undefined;
  /**
   * Keeps who has registered itself, or what its registration has become.
   * @param fresh whether it registers now
   * @returns false, and nothing is kept, when what would be changed was taken out meanwhile
   */
  put(id: string, metadata: ClientMetadata, fresh: boolean): Promise<boolean>;
  /** A configured one is there again when an instance starts. */
  remove(id: string): Promise<void>;
}

/** In a file or by the caller of `startVneid`; by hand while the program ran; or over the protocol. */
export type RegisteredBy = ClientRow['registered_by'];

export interface Written {
  registration: Record<string, unknown> & { client_id: string };
  by: RegisteredBy;
}

/**
 * @param configured checked registrations
 * @param own VNeID's own pages, which are listed nowhere
 * @param shared whether other processes may change what is in the database
 * @throws VneidError clients.invalid when a client_id is there twice
 */
export async function createClients({
  db,
  clock,
  configured,
  own,
  shared,
  signals,
}: {
  db: Kysely<Schema>;
  clock: Clock;
  configured: Checked[];
  own: Checked[];
  shared: boolean;
  signals: Signals;
}): Promise<Clients> {
  const fixed = new Map<string, Checked>();
  for (const client of [...configured, ...own]) {
    if (fixed.has(client.client_id)) {
      const found = `client_id ${client.client_id} twice`;
      throw problem('clients.invalid', { place: betweenClients, found, expected: 'each client_id once' });
    }
    fixed.set(client.client_id, client);
  }
  const plain = new Map<string, string>();
  const hidden = new Set(own.map((client) => client.client_id));
  const rows = createClientRows({ db, signals });
  let known = new Map<string, Known>();
  /** How often something was changed here, so that an older reading does not undo it. */
  let changes = 0;
  const ofWritten = (client: Checked, by: RegisteredBy, text?: string): Known => {
    for (const name of httpsOnly) notePlain(plain, client[name]);
    return { shown: describe(client), metadata: toMetadata(client), registration: client, by, text };
  };
  const ofRegistered = (text: string): Known => {
    const { [boundsMember]: _bounds, ...metadata } = JSON.parse(text) as ClientMetadata;
    const registration = asRegistered(metadata) as Written['registration'];
    return { shown: describe(registration), metadata, registration, by: 'itself', text };
  };
  const ofRow = ({ metadata: text, registered_by: by }: Pick<ClientRow, 'metadata' | 'registered_by'>): Known =>
    by === 'itself' ? ofRegistered(text) : ofWritten(JSON.parse(text) as Checked, by, text);

  async function reread(): Promise<void> {
    for (let before = -1; before !== changes; ) {
      before = changes;
      const found = await rows.read();
      if (before !== changes) continue;
      const next = new Map([...fixed].map(([id, client]) => [id, ofWritten(client, 'file')]));
      for (const row of found) {
        // a configured one is what its file says but for what was changed of it; of another installation's nothing is known
        if (next.has(row.id) !== (row.registered_by === 'file')) continue;
        if (row.metadata === removed) next.delete(row.id);
        else next.set(row.id, ofRow(row));
      }
      known = next;
    }
  }

  async function keep(id: string, work: (on: Kysely<Schema>) => Promise<Known | undefined>) {
    let now: Known | undefined;
    await rows.change(async (on) => {
      now = await work(on);
    });
    changes += 1;
    if (now) known.set(id, now);
    else known.delete(id);
  }

  /** Others were quicker: what it is by now is known from here on. @throws what is anything else */
  async function changedMeanwhile(thrown: unknown): Promise<false> {
    if (!(thrown instanceof ChangedMeanwhile)) throw thrown;
    await reread();
    return false;
  }

  const put = (on: Kysely<Schema>, id: string, metadata: string, by: RegisteredBy) =>
    on
      .insertInto('clients')
      .values({ id, metadata, registered_at: clock.now(), registered_by: by })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ metadata }))
      .execute();

  await reread();
  if (shared) rows.watch(reread);

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
    async write(client, before) {
      const id = client.client_id;
      const there = known.get(id);
      if (there?.registration !== before?.registration) return false;
      const by = there?.by ?? 'hand';
      const text = JSON.stringify(there?.by === 'itself' ? changedMetadata(there, client) : client);
      try {
        await keep(id, async (on) => {
          const its = on.selectFrom('clients').select('metadata').where('id', '=', id);
          // of another installation's, which has the same name here, nothing is known
          const row = await (there ? its.where('registered_by', '=', by) : its).executeTakeFirst();
          if (row?.metadata !== there?.text) throw new ChangedMeanwhile();
          await put(on, id, text, by);
          return ofRow({ metadata: text, registered_by: by });
        });
        return true;
      } catch (thrown) {
        return changedMeanwhile(thrown);
      }
    },
    kept: {
      find: (id) => known.get(id)?.metadata,
      async put(id, metadata, fresh) {
        try {
          await keep(id, async (on) => {
            const its = on.selectFrom('clients').select('metadata').where('id', '=', id);
            const row = await its.where('registered_by', '=', 'itself').executeTakeFirst();
            // its addresses are asked before it comes to this, which takes as long as they like
            if (!row && !fresh) throw new ChangedMeanwhile();
            // what it may ask tokens for is not its own to say, nor what an operator has set of it
            const { resources, [boundsMember]: bounds } = keptIn(row?.metadata);
            keepWithin(bounds, metadata as Partial<Checked>);
            const text = JSON.stringify({ ...metadata, resources, [boundsMember]: bounds });
            await put(on, id, text, 'itself');
            return ofRegistered(text);
          });
          return true;
        } catch (thrown) {
          return changedMeanwhile(thrown);
        }
      },
      async remove(id) {
        await keep(id, async (on) => {
          if (fixed.has(id)) await put(on, id, removed, 'file');
          else await on.deleteFrom('clients').where('id', '=', id).execute();
          return undefined;
        });
      },
    },
    stop: rows.stop,
  };
}

/** What the row of a configured one says that was taken out. */
export const removed = 'null';

/** Forgets what was changed of configured ones: what they are is what is configured where an instance starts. */
export async function asConfigured({ db, signals }: { db: Kysely<Schema>; signals: Signals }): Promise<void> {
  const changed = db.selectFrom('clients').select('id').where('registered_by', '=', 'file').limit(1);
  if (!(await changed.executeTakeFirst())) return;
  await createClientRows({ db, signals }).change((on) =>
    on.deleteFrom('clients').where('registered_by', '=', 'file').execute(),
  );
}

interface Known {
  shown: RegisteredClient;
  metadata: ClientMetadata;
  registration: Written['registration'];
  by: RegisteredBy;
  /** What its row says; none has one that is as it was configured. */
  text: string | undefined;
}

/** Another process was quicker. */
class ChangedMeanwhile extends Error {}

/** What of a row is not what the app itself has registered. */
function keptIn(text: string | undefined) {
  return JSON.parse(text ?? '{}') as { resources?: string[]; [boundsMember]?: Bounds };
}

/** What the library kept of who registered itself, after the registration was changed by hand. */
function changedMetadata({ metadata, registration: before, text }: Known, client: Checked): ClientMetadata {
  const { registered_by_http: _, ...kept } = metadata;
  const beyond = Object.entries(kept).filter(([name]) => !Object.hasOwn(registration.shape, name));
  return {
    ...Object.fromEntries(beyond),
    ...toMetadata(client),
    ...(JSON.parse(JSON.stringify(client)) as object),
    [boundsMember]: boundsAfter(keptIn(text)[boundsMember], before as Checked, client),
  };
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
