import { z } from 'zod';
import { problem, VneidError } from '../../errors.ts';
import type { ClientRegistration } from '../../oidc/clients/registration.ts';
import type { Bench, TenantControl } from '../bench.ts';
import { mountName } from '../../web/mount.ts';
import { operation } from '../operation.ts';
import { after, done, limit } from '../shapes.ts';

const name = z
  .string()
  .regex(mountName, 'a-z, 0-9 and -, 63 at most')
  .meta({ description: 'Part of its address, /t/<name>', example: 'build-1234' });
const tenantShape = z.object({
  name: z.string(),
  issuer: z.url(),
  control: z.url().meta({ description: 'Where its own control is' }),
});

export const list = operation({
  alone: true,
  method: 'GET',
  path: '/tenants',
  about: { vi: 'Những bản riêng đang có, theo tên.', en: 'The tenants that there are, by name.' },
  input: z.strictObject({ after, limit }),
  answer: z.object({ tenants: z.array(tenantShape), next: z.string().optional() }),
  errors: ['tenant.nested'],
  run(bench, { after: last = '', limit: most }) {
    const tenants = tenantsOf(bench);
    const rest = tenants.list().filter((one) => one > last);
    const page = rest.slice(0, most);
    return {
      tenants: page.map((one) => shown(one, tenants.get(one))),
      next: rest.length > most ? page.at(-1) : undefined,
    };
  },
});

export const create = operation({
  alone: true,
  method: 'POST',
  path: '/tenants',
  about: {
    vi: 'Mở một bản riêng: nơi phát hành, công dân, ứng dụng, đồng hồ và lỗi giả của riêng nó.',
    en: 'Opens a tenant: an issuer of its own, with its own people, clients, clock and faults.',
  },
  input: z.strictObject({
    name,
    clients: z
      .array(z.record(z.string(), z.unknown()))
      .max(100)
      .optional()
      .meta({ description: 'Relying parties beside those of the installation, as a clients file has them' }),
    citizens: z.int().min(0).max(100_000).optional().meta({ description: 'Generated people beside the cast' }),
  }),
  answer: tenantShape,
  status: 201,
  errors: ['tenant.nested', 'tenant.exists', 'tenant.clients'],
  largest: 512 * 1024,
  noted: (input) => input.name,
  async run(bench, { name: one, clients, ...people }) {
    // each is held against the shape of a registration when the tenant begins
    const beginning = { ...people, clients: clients as ClientRegistration[] | undefined };
    return shown(one, await tenantsOf(bench).create(one, beginning).catch(refused));
  },
});

export const remove = operation({
  alone: true,
  method: 'DELETE',
  path: '/tenants/{name}',
  about: { vi: 'Đóng một bản riêng và quên mọi thứ của nó.', en: 'Ends a tenant, with everything it knew.' },
  input: z.strictObject({ name: z.string().max(100) }),
  answer: done,
  errors: ['tenant.nested', 'tenant.unknown'],
  noted: (input) => input.name,
  async run(bench, input) {
    await tenantsOf(bench).remove(input.name);
    return {};
  },
});

function tenantsOf({ tenants, issuer }: Bench): TenantControl {
  if (!tenants) throw problem('tenant.nested', { issuer });
  return tenants;
}

/** A registration that would stop the start of an installation is here what somebody sent. */
function refused(cause: unknown): never {
  if (cause instanceof VneidError && cause.code === 'clients.invalid') throw problem('tenant.clients', cause.facts);
  throw cause;
}

function shown(one: string, { issuer }: { issuer: string }) {
  return { name: one, issuer, control: `${issuer}/lab/api` };
}
