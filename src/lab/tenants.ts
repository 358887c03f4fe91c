import { problem } from '../errors.ts';
import type { ClientRegistration } from '../oidc/clients/registration.ts';
import { mountName } from '../web/mount.ts';

/** How a tenant begins: the cast and nobody else, the clients of the installation and these. */
export interface Beginning {
  clients?: ClientRegistration[] | undefined;
  /** How many generated citizens there are beside the cast; none unless told. */
  citizens?: number | undefined;
}

/** The tenants of an installation: each an instance below `/t/<name>`, so that tests that run at once never meet. */
export interface Tenants<T> {
  /** @throws VneidError `request.badField`, `tenant.exists`, `clients.invalid` */
  create(name: string, beginning?: Beginning): Promise<T & AsyncDisposable>;
  /** @throws VneidError `tenant.unknown` */
  get(name: string): T;
  /** Their names, in order. */
  list(): string[];
  /** Ends it, with everything it knew. @throws VneidError `tenant.unknown` */
  remove(name: string): Promise<void>;
  /** Ends all, those that begin just now too. */
  stop(): Promise<void>;
}

/** @param open starts an instance in the place of a tenant */
export function createTenants<T extends { stop(): Promise<void> }>(
  open: (name: string, beginning: Beginning) => Promise<T>,
): Tenants<T> {
  const tenants = new Map<string, T>();
  // a name is taken while its tenant begins, so that of two who want one name one gets it
  const beginnings = new Map<string, Promise<unknown>>();

  function get(name: string): T {
    const tenant = tenants.get(name);
    if (!tenant) throw problem('tenant.unknown', { name: name.slice(0, 63) });
    return tenant;
  }

  async function begin(name: string, beginning: Beginning): Promise<T & AsyncDisposable> {
    const opened = await open(name, beginning);
    let ended: Promise<void> | undefined;
    // once, however often it is told; the name is free at once, and a later tenant of that name is not this one's to end
    const stop = () => {
      if (!ended) tenants.delete(name);
      return (ended ??= opened.stop());
    };
    const tenant = { ...opened, stop, [Symbol.asyncDispose]: stop };
    tenants.set(name, tenant);
    return tenant;
  }

  return {
    async create(name, beginning = {}) {
      if (!mountName.test(name))
        throw problem('request.badField', {
          field: 'name',
          expected: { vi: 'a-z, 0-9 và -, nhiều nhất 63 ký tự', en: 'a-z, 0-9 and -, 63 at most' },
        });
      if (tenants.has(name) || beginnings.has(name)) throw problem('tenant.exists', { name });
      const begun = begin(name, beginning).finally(() => beginnings.delete(name));
      beginnings.set(name, begun);
      return begun;
    },
    get,
    list: () => [...tenants.keys()].sort(),
    remove: async (name) => get(name).stop(),
    async stop() {
      await Promise.allSettled(beginnings.values());
      await Promise.all([...tenants.values()].map((tenant) => tenant.stop()));
    },
  };
}
