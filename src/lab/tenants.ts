import { problem } from '../errors.ts';
import type { ClientRegistration } from '../oidc/clients/registration.ts';

/** How a tenant begins: the cast and nobody else, the clients of the installation and these. */
export interface Beginning {
  clients?: ClientRegistration[] | undefined;
  /** How many generated citizens there are beside the cast; none unless told. */
  citizens?: number | undefined;
}

/** The tenants of an installation: each an instance below `/t/<name>`, so that tests that run at once never meet. */
export interface Tenants<T> {
  /** @throws VneidError `tenant.exists`, `clients.invalid` */
  create(name: string, beginning?: Beginning): Promise<T>;
  /** @throws VneidError `tenant.unknown` */
  get(name: string): T;
  list(): string[];
  /** Ends it, with everything it knew. @throws VneidError `tenant.unknown` */
  remove(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param open starts an instance in the place of a tenant */
export function createTenants<T extends { stop(): Promise<void> }>(
  open: (name: string, beginning: Beginning) => Promise<T>,
): Tenants<T> {
  // taken while it begins, so that of two who want one name one gets it
  const tenants = new Map<string, T | undefined>();

  function get(name: string): T {
    const tenant = tenants.get(name);
    if (!tenant) throw problem('tenant.unknown', { name: name.slice(0, 63) });
    return tenant;
  }

  async function remove(name: string): Promise<void> {
    const tenant = get(name);
    tenants.delete(name);
    await tenant.stop();
  }

  return {
    async create(name, beginning = {}) {
      if (tenants.has(name)) throw problem('tenant.exists', { name });
      tenants.set(name, undefined);
      try {
        const tenant = await open(name, beginning);
        tenants.set(name, tenant);
        return tenant;
      } catch (cause) {
        tenants.delete(name);
        throw cause;
      }
    },
    get,
    list: () => [...tenants].flatMap(([name, tenant]) => (tenant ? [name] : [])),
    remove,
    async stop() {
      await Promise.all([...tenants].map(([name, tenant]) => tenant && remove(name)));
    },
  };
}
