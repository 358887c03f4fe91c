import { z } from 'zod';
import type { Mandate } from '../../registry/organisations.ts';
import type { Bench } from '../bench.ts';
import { problem } from '../../errors.ts';
import { operation } from '../operation.ts';
import { citizenAt, unknownCitizen } from '../people.ts';
import { after, done, limit, number } from '../shapes.ts';

const kind = z.enum(['enterprise', 'agency', 'hospital']);
const role = z.enum(['representative', 'officer', 'health-worker']);
const line = z.string().max(300);
const day = z.string().max(10).meta({ description: 'YYYY-MM-DD', example: '2024-12-01' });
const taxCode = z
  .string()
  .min(1)
  .max(14)
  .meta({ description: 'Ten digits; for a branch a hyphen and three more', example: '0100000001' });

const organisationShape = z
  .object({ id: z.string(), taxCode: z.string(), kind, name: z.string(), foundedOn: day, address: z.string() })
  .meta({ id: 'Organisation' });
const mandateShape = z.object({
  number: z.string(),
  name: z.string(),
  role,
  title: z.string(),
  since: day,
  until: day.nullable().meta({ description: 'Last day; null while no end is known' }),
});

const told = { kind: kind.optional(), name: line.optional(), foundedOn: day.optional(), address: line.optional() };
const unknown = 'organisation.unknown' as const;

export const list = operation({
  method: 'GET',
  path: '/organisations',
  about: { vi: 'Các tổ chức, theo mã số thuế.', en: 'The organisations, by tax code.' },
  input: z.strictObject({ after, limit }),
  answer: z.object({ organisations: z.array(organisationShape), next: z.string().optional() }),
  run: ({ organisations }, page) => organisations.list(page),
});

export const get = operation({
  method: 'GET',
  path: '/organisations/{taxCode}',
  about: {
    vi: 'Một tổ chức và những ai hành động thay cho nó.',
    en: 'One organisation, and who acts, acted or will act for it.',
  },
  input: z.strictObject({ taxCode }),
  answer: z.object({ organisation: organisationShape, mandates: z.array(mandateShape) }),
  errors: [unknown],
  async run({ organisations }, input) {
    const organisation = await organisations.find(input.taxCode);
    if (!organisation) throw problem(unknown, { taxCode: input.taxCode });
    const agents = await organisations.agents(organisation);
    return { organisation, mandates: agents.map(({ citizenId: _citizen, ...mandate }) => mandate) };
  },
});

export const create = operation({
  method: 'POST',
  path: '/organisations',
  about: {
    vi: 'Thêm một tổ chức; chỉ cần tên. Mã số thuế được cấp là mã không công ty nào có.',
    en: 'Takes an organisation in; a name is enough. The tax code that is made is one that no company has.',
  },
  input: z.strictObject({ ...told, name: line, taxCode: taxCode.optional() }),
  answer: z.object({ organisation: organisationShape }),
  status: 201,
  errors: ['registry.unfit', 'organisation.exists'],
  run: async ({ organisations }, input) => ({ organisation: await organisations.add(input) }),
});

export const change = operation({
  method: 'PATCH',
  path: '/organisations/{taxCode}',
  about: { vi: 'Đổi những gì được nêu.', en: 'Changes what is told.' },
  input: z.strictObject({ taxCode, ...told }),
  answer: z.object({ organisation: organisationShape }),
  errors: [unknown, 'registry.unfit'],
  run: async ({ organisations }, { taxCode: asked, ...input }) => ({
    organisation: await organisations.change(asked, input),
  }),
});

export const remove = operation({
  method: 'DELETE',
  path: '/organisations/{taxCode}',
  about: {
    vi: 'Xóa một tổ chức cùng mọi vai trò ở đó.',
    en: 'Takes an organisation out, with everyone’s mandate for it.',
  },
  input: z.strictObject({ taxCode }),
  answer: done,
  errors: [unknown],
  async run({ organisations }, input) {
    await organisations.remove(input.taxCode);
    return {};
  },
});

export const addMandate = operation({
  method: 'POST',
  path: '/organisations/{taxCode}/mandates',
  about: {
    vi: 'Từ nay người này hành động thay cho tổ chức.',
    en: 'This person acts for the organisation from now on, or from when it is told.',
  },
  input: z.strictObject({
    taxCode,
    number,
    role,
    title: line.optional(),
    since: day.optional(),
    until: day.nullable().optional(),
  }),
  answer: z.object({ mandate: mandateShape }),
  status: 201,
  errors: [...unknownCitizen, unknown, 'registry.unfit', 'mandate.exists'],
  run: (bench, { taxCode: asked, number: who, ...mandate }) =>
    withHolder(bench, who, (citizenId) => bench.organisations.entrust(asked, citizenId, mandate)),
});

export const endMandate = operation({
  method: 'PATCH',
  path: '/organisations/{taxCode}/mandates/{number}/{role}',
  about: {
    vi: 'Vai trò kết thúc: hôm qua là ngày cuối nếu không nêu.',
    en: 'A mandate ends: yesterday was its last day unless told.',
  },
  input: z.strictObject({ taxCode, number, role, until: day.optional() }),
  answer: z.object({ mandate: mandateShape }),
  errors: [...unknownCitizen, unknown, 'registry.unfit', 'mandate.unknown'],
  run: (bench, { taxCode: asked, number: who, ...mandate }) =>
    withHolder(bench, who, (citizenId) => bench.organisations.end(asked, citizenId, mandate)),
});

export const removeMandate = operation({
  method: 'DELETE',
  path: '/organisations/{taxCode}/mandates/{number}/{role}',
  about: { vi: 'Xóa một vai trò, như chưa từng có.', en: 'Takes a mandate out, as if it had never been.' },
  input: z.strictObject({ taxCode, number, role }),
  answer: done,
  errors: [...unknownCitizen, unknown, 'mandate.unknown'],
  async run(bench, input) {
    const citizen = await citizenAt(bench, input.number);
    await bench.organisations.withdraw(input.taxCode, citizen.id, input.role);
    return {};
  },
});

async function withHolder(
  bench: Bench,
  who: string,
  work: (citizenId: string) => Promise<Mandate>,
): Promise<{ mandate: z.input<typeof mandateShape> }> {
  const citizen = await citizenAt(bench, who);
  const { organisation: _organisation, ...mandate } = await work(citizen.id);
  return { mandate: { number: citizen.number, name: citizen.name.full, ...mandate } };
}
