import { randomBytes } from 'node:crypto';
import type { ClientMetadata, Provider } from 'oidc-provider';
import { type InBoth, problem, VneidError } from '../../errors.ts';
import type { EventHub } from '../../events.ts';
import type { ArtifactStore } from '../../store/artifacts.ts';
import { endBegun } from '../adapter.ts';
import type { Consents } from '../consents.ts';
import type { MutualTls } from '../mutual-tls.ts';
import { checkRegistration } from './clients-file.ts';
import { type Clients, toMetadata, type Written } from './clients.ts';
import { type Checked, type ClientRegistration, registration as shape } from './registration.ts';
import type { Resources } from './resources.ts';

/**
 * Relying parties that somebody registers by hand while the program runs: what a line of a clients file does, with the same
 * checks, without a restart. Every kind of client can be changed and removed; what is configured is what it was again after
 * one.
 */
export interface Registrar {
  /**
   * Without a client_id it gets one, and without a secret where it authenticates by one, too.
   * @throws VneidError `client.exists`, `client.invalid`
   */
  create(told: NewClient): Promise<Checked>;
  /** Members that are told take the place of what was there; null takes away. @throws VneidError `client.unknown`, `client.invalid`, `database.unavailable` */
  change(id: string, told: Record<string, unknown>): Promise<Written>;
  /** Its tokens are worth nothing from now on, nor what it began or people agreed with it, whoever has its name later. @throws VneidError `client.unknown` */
  remove(id: string): Promise<void>;
}

export type NewClient = Omit<ClientRegistration, 'client_id'> & { client_id?: string | undefined };

export interface RegistrarParts {
  artifacts: ArtifactStore;
  clients: Clients;
  consents: Pick<Consents, 'forget'>;
  events: EventHub;
  mutualTls: MutualTls;
  provider: () => Provider;
  resources: Resources;
}

/** How often a change is tried where others are always quicker. */
const mostTries = 12;

/** Makes the registrar of one instance. */
export function createRegistrar({
  artifacts,
  clients,
  consents,
  events,
  mutualTls,
  provider,
  resources,
}: RegistrarParts): Registrar {
  /** Held against our rules, and then against those of the library. */
  async function checked(item: Record<string, unknown>): Promise<Checked> {
    const client = ourRules(item);
    const stranger = client.resources.find((identifier) => !resources.get(identifier));
    if (stranger !== undefined)
      throw refused(
        `resources: ${stranger}`,
        `one of ${resources.identifiers().join(', ') || 'none: this installation has no protected APIs'}`,
      );
    const metadata = toMetadata(client);
    const tls = mutualTls.refusalOf(metadata);
    if (tls) throw refused(tls.found, tls.expected);
    const { Client } = provider() as unknown as { Client: { validate(metadata: ClientMetadata): Promise<void> } };
    await Client.validate(metadata).catch((cause: { error_description?: string; message: string }) => {
      throw refused(cause.message, cause.error_description ?? 'what OpenID Connect Dynamic Client Registration has');
    });
    return client;
  }

  function known(id: string): Written {
    const written = clients.written(id);
    if (!written) throw problem('client.unknown', { client: id.slice(0, 100) });
    return written;
  }

  return {
    async create({ client_id: id = random(16), ...told }) {
      const needsSecret =
        told.token_endpoint_auth_method?.startsWith('client_secret') && told.client_secret === undefined;
      const client = await checked({ ...told, client_id: id, ...(needsSecret && { client_secret: random(32) }) });
      if (!(await clients.write(client))) throw problem('client.exists', { client: id });
      events.emit('client.registered', { client: id, name: client.client_name ?? '' });
      return client;
    },
    async change(id, told) {
      for (let tries = 0, done = false; !done; tries += 1) {
        if (tries === mostTries) throw problem('database.unavailable', {}, { 'Retry-After': '1' });
        const before = known(id);
        // of who registered itself the library keeps more, which is not told
        const wished = Object.entries({ ...before.registration, ...told }).filter(
          ([name, value]) => Object.hasOwn(shape.shape, name) && value !== null && value !== undefined,
        );
        // what others changed meanwhile is changed, and this is done once more to what came of it
        done = await clients.write(await checked(Object.fromEntries(wished)), before);
      }
      events.emit('client.changed', { client: id });
      return known(id);
    },
    async remove(id) {
      known(id);
      await clients.kept.remove(id);
      await consents.forget(provider(), id);
      await endBegun(artifacts, id);
      events.emit('client.removed', { client: id });
    },
  };
}

/** What would stop the start of an installation is here what somebody sent. */
function ourRules(item: Record<string, unknown>): Checked {
  let member = '';
  const noted = (path: (string | number)[]): InBoth => {
    member = path.join('.');
    return { vi: member, en: member };
  };
  try {
    return checkRegistration(item, noted);
  } catch (cause) {
    if (!(cause instanceof VneidError)) throw cause;
    const { found, expected } = cause.facts as { found: string; expected: string | InBoth };
    throw refused(found.includes(member) ? found : `${member}: ${found}`, expected);
  }
}

function refused(found: string, expected: string | InBoth): VneidError {
  return problem('client.invalid', { found, expected });
}

function random(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
