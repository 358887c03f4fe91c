import { z } from 'zod';
import type { RegisteredBy } from '../../oidc/clients/clients.ts';
import { registration } from '../../oidc/clients/registration.ts';
import { problem } from '../../errors.ts';
import { noSuchPage } from '../handles.ts';
import { operation } from '../operation.ts';
import { after, done, limit } from '../shapes.ts';

const client = z.string().min(1).max(100).meta({ description: 'client_id', example: 'ihanoi' });

const shape = z
  .looseObject({
    client_id: z.string(),
    registered_by: z.enum(['file', 'hand', 'itself']).meta({
      description: 'In a clients file or by the caller of startVneid; here; or over the protocol (RFC 7591)',
    }),
    client_name: z.string().optional(),
    profile: z.string().optional(),
    redirect_uris: z.array(z.string()).optional(),
    scope: z.string().optional(),
    minimum_level: z.int().optional(),
  })
  .meta({
    id: 'Client',
    description: 'What was registered, under the names of Dynamic Client Registration and ours; never its secret',
  });

/** Every member of a registration, none of them with a default, and null for what is taken away. */
type Changes = {
  [K in Exclude<keyof typeof registration.shape, 'client_id'>]: z.ZodOptional<
    z.ZodNullable<Plain<(typeof registration.shape)[K]>>
  >;
};
type Plain<S> = S extends z.ZodDefault<infer T> | z.ZodOptional<infer T> ? Plain<T> : S;
const { client_id: _, ...others } = registration.shape;
const changes = Object.fromEntries(
  Object.entries(others).map(([name, member]) => [name, plain(member).nullable().optional()]),
) as unknown as Changes;

function plain(member: z.ZodType): z.ZodType {
  return member instanceof z.ZodDefault || member instanceof z.ZodOptional
    ? plain(member.unwrap() as z.ZodType)
    : member;
}

export const list = operation({
  method: 'GET',
  path: '/clients',
  about: {
    vi: 'Các ứng dụng đã đăng ký, theo thứ tự đăng ký.',
    en: 'The registered clients, in the order in which they were.',
  },
  input: z.strictObject({ after, limit }),
  answer: z.object({ clients: z.array(shape), next: z.string().optional() }),
  run({ clients }, { after: last, limit: most }) {
    const ids = clients.list().map(({ id }) => id);
    const from = last === undefined ? 0 : ids.indexOf(last) + 1;
    if (last !== undefined && from === 0) throw noSuchPage();
    const page = ids.slice(from, from + most);
    return {
      clients: page.flatMap((id) => clients.written(id) ?? []).map(({ registration: told, by }) => shown(told, by)),
      next: from + most < ids.length ? page.at(-1) : undefined,
    };
  },
});

export const get = operation({
  method: 'GET',
  path: '/clients/{client}',
  about: { vi: 'Một ứng dụng; không bao giờ kèm bí mật.', en: 'One client; never with its secret.' },
  input: z.strictObject({ client }),
  answer: z.object({ client: shape }),
  errors: ['client.unknown'],
  run({ clients }, { client: id }) {
    const written = clients.written(id);
    if (!written) throw problem('client.unknown', { client: id });
    return { client: shown(written.registration, written.by) };
  },
});

export const create = operation({
  method: 'POST',
  path: '/clients',
  about: {
    vi: 'Đăng ký một ứng dụng như trong tệp clients, không cần khởi động lại; bí mật chỉ được nói một lần này.',
    en: 'Registers a client as a clients file does, without a restart; the answer tells its secret, this once.',
  },
  input: registration.extend({
    client_id: registration.shape.client_id.optional().meta({ description: 'One is made unless told' }),
  }),
  answer: z.object({
    client: shape,
    client_secret: z
      .string()
      .optional()
      .meta({ description: 'Told or made: one is made where it authenticates by one' }),
  }),
  status: 201,
  errors: ['client.invalid', 'client.exists'],
  largest: 64 * 1024,
  async run({ registrar }, told) {
    const registered = await registrar.create(told);
    return { client: shown(registered, 'hand'), client_secret: registered.client_secret };
  },
});

export const change = operation({
  method: 'PATCH',
  path: '/clients/{client}',
  about: {
    vi: 'Đổi những gì được nêu; null là bỏ. Ứng dụng trong tệp cũng đổi được, cho đến lần khởi động sau.',
    en: 'Changes what is told; null takes away. A configured client can be changed too, until the next start.',
  },
  input: z.strictObject({ client, ...changes }),
  answer: z.object({ client: shape }),
  errors: ['client.unknown', 'client.invalid'],
  largest: 64 * 1024,
  async run({ registrar }, { client: id, ...told }) {
    const { registration: now, by } = await registrar.change(id, told);
    return { client: shown(now, by) };
  },
});

export const remove = operation({
  method: 'DELETE',
  path: '/clients/{client}',
  about: {
    vi: 'Xóa một ứng dụng; token của nó hết hiệu lực. Ứng dụng trong tệp trở lại khi khởi động.',
    en: 'Takes a client out; its tokens are worth nothing. A configured one is there again after a start.',
  },
  input: z.strictObject({ client }),
  answer: done,
  errors: ['client.unknown'],
  async run({ registrar }, input) {
    await registrar.remove(input.client);
    return {};
  },
});

function shown(told: Record<string, unknown> & { client_id: string }, by: RegisteredBy): z.input<typeof shape> {
  const { client_secret: _secret, ...open } = told;
  return { ...(JSON.parse(JSON.stringify(open)) as typeof open), registered_by: by };
}
