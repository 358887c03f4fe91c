import type { Config } from './config.ts';
import { type Injected, openGround, standing } from './ground.ts';
import { type Beginning, createTenants, type Tenants } from './lab/tenants.ts';
import { assemble } from './vneid.ts';

/** A running instance. */
export type Instance = Awaited<ReturnType<typeof createInstance>>;

type Standing = Awaited<ReturnType<typeof assemble>>;

/** One that stands below `/t/<name>` of another. */
export type Tenant = Standing & AsyncDisposable;

/** Starts an instance, and has it open others below itself. */
export async function createInstance(config: Config, injected: Injected = {}) {
  const ground = await openGround(config, injected);
  const tenants: Tenants<Standing> = createTenants(async (name, { clients = [], citizens = 0 }) => {
    const place = await ground.below(name, { citizens });
    const own = { ...injected, clients: [...(injected.clients ?? []), ...clients] };
    return standing(place, () => assemble({ ground: place, config: { ...config, city: false }, injected: own }));
  });
  const instance = await standing(ground, () => assemble({ ground, config, injected, tenants }));
  return {
    ...instance,
    control: {
      ...instance.control,
      /** Opens a tenant: an instance of its own at `/t/<name>`, which ends with this one, or when it is told. */
      tenant: (name: string, beginning?: Beginning) => tenants.create(name, beginning),
    },
    /** As of the first instance; until then readiness says no for as long as `drain` has it. */
    async stop(): Promise<void> {
      await instance.drain(config.drain * 1000);
      await tenants.stop();
      await instance.stop();
    },
  };
}
