import { type Config, readConfig } from './config.ts';
import { problem } from './errors.ts';
import { createInstance, type Instance } from './installation.ts';
import type { Injected } from './ground.ts';

export type { Config } from './config.ts';
export type { ClientRegistration } from './oidc/clients/registration.ts';
export type { ResourceRegistration } from './oidc/clients/resources.ts';
export type { Instance, Tenant } from './installation.ts';

/** What keeps nothing on disk, says nothing, and takes whatever port is free: right for a test. */
const forTests: Partial<Config> = {
  data: ':memory:',
  keys: ':memory:',
  artifacts: 'memory',
  port: 0,
  city: false,
  citizens: 0,
  cibaInterval: 1,
  logLevel: 'silent',
};

/**
 * Starts an emulator in this process and returns it running.
 *
 *     const vneid = await startVneid({ clients: [{ client_id: 'my-app', redirect_uris: ['http://localhost/cb'] }] });
 *     // … vneid.issuer is ready for your OpenID Connect client …
 *     await vneid.stop();
 *
 * Options are those of `vneid config`; by default nothing is kept and a free port is taken. Any number run side by side.
 * @throws VneidError `config.invalid`, `config.unknown`, `clients.invalid`
 */
export async function startVneid(options: Partial<Config> & Injected = {}): Promise<Instance & AsyncDisposable> {
  const { clients, resources, passwords, logTo, logoutDelays, ...said } = options;
  // one that is handed on and was never set would else undo what is right for a test, and keep data in the folder of the app
  const own = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const config = readConfig({ ...forTests, ...own });
  if (config.workers > 1)
    throw problem('config.invalid', {
      option: 'workers',
      variable: 'VNEID_WORKERS',
      value: String(config.workers),
      expected: {
        vi: '1 ở đây: `vneid start` mới có nhiều, mỗi cái là một tiến trình riêng',
        en: '1 here: `vneid start` has several, each a process of its own',
      },
    });
  const instance = await createInstance(config, {
    clients,
    resources,
    passwords,
    logTo,
    logoutDelays,
  });
  return { ...instance, [Symbol.asyncDispose]: () => instance.stop() };
}
