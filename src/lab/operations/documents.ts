import { z } from 'zod';
import { facilities, insuranceGroups } from '../../registry/documents/insurance.ts';
import { licenceClasses } from '../../registry/documents/licence.ts';
import { paperStateOn } from '../../registry/documents/paper.ts';
import type { ToldPaper } from '../../registry/documents/told.ts';
import { vehicleColours, vehicleTypes } from '../../registry/documents/vehicle.ts';
import type { Document } from '../../registry/documents.ts';
import { dateIn } from '../../registry/dates.ts';
import { checkBody } from '../../web/json.ts';
import type { Bench } from '../bench.ts';
import { operation } from '../operation.ts';
import { citizenAt, unknownCitizen } from '../people.ts';
import { done, number } from '../shapes.ts';

const keys = <T extends object>(table: T) => z.enum(Object.keys(table) as [keyof T & string, ...(keyof T & string)[]]);
const day = z.string().max(10).meta({ description: 'YYYY-MM-DD', example: '2024-12-01' });
const line = z.string().max(300);
const state = z
  .enum(['valid', 'suspended', 'revoked', 'expired'])
  .meta({ description: 'Expired: yesterday was its last day' });
const document = z.string().min(1).max(64).meta({ description: 'Its `id` in the list' });

/** What is particular to a kind; what is not told is what is usual. */
const factsOf = {
  'driving-licence': z.strictObject({
    class: keys(licenceClasses).optional().meta({ description: 'Law 36/2024/QH15 Art 57, and those of before' }),
    points: z.int().min(0).max(12).optional(),
  }),
  vehicle: z.strictObject({
    type: keys(vehicleTypes).optional(),
    make: line.optional(),
    colour: keys(vehicleColours).optional(),
    chassis: line.optional(),
    engine: line.optional(),
  }),
  'health-insurance': z.strictObject({
    group: keys(insuranceGroups).optional(),
    benefit: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]).optional(),
    place: line.optional().meta({ example: facilities[0][0] }),
    placeCode: line.optional().meta({ example: facilities[0][1] }),
  }),
} as const satisfies Record<Document['kind'], z.ZodObject>;
const kind = keys(factsOf);
const facts = z.looseObject({}).meta({
  description: `What is particular to the kind: ${Object.entries(factsOf)
    .map(([name, shape]) => `${name}: ${Object.keys(shape.shape).join(', ')}`)
    .join('; ')}`,
  example: { class: 'B', points: 12 },
});

const shape = z
  .object({
    id: z.string(),
    kind,
    documentNumber: z
      .string()
      .meta({ description: 'Of a licence and an insurance card their number, of a vehicle its plate' }),
    issuedOn: day,
    expiresOn: day.nullable().meta({ description: 'Null for one without an end' }),
    state: state.meta({ description: 'Today' }),
    facts,
  })
  .meta({ id: 'Document' });

const told = {
  issuedOn: day.optional(),
  expiresOn: day.nullable().optional(),
  state: state.optional(),
  facts: facts.optional(),
};
const unknown = 'document.unknown' as const;

export const list = operation({
  method: 'GET',
  path: '/citizens/{number}/documents',
  about: {
    vi: 'Giấy tờ đã tích hợp của một người: giấy phép lái xe, đăng ký xe, thẻ bảo hiểm y tế.',
    en: 'The papers of a person: driving licences, registrations of vehicles, health-insurance cards.',
  },
  input: z.strictObject({ number }),
  answer: z.object({ documents: z.array(shape) }),
  errors: unknownCitizen,
  async run(bench, input) {
    const papers = await bench.documents.documentsOf(await citizenAt(bench, input.number));
    return { documents: papers.map((paper) => shown(bench, paper)) };
  },
});

export const create = operation({
  method: 'POST',
  path: '/citizens/{number}/documents',
  about: { vi: 'Thêm một giấy tờ; chỉ cần loại.', en: 'Adds a paper; its kind is enough.' },
  input: z.strictObject({
    number,
    kind,
    documentNumber: line.optional().meta({ description: 'One that fits is made unless told' }),
    ...told,
  }),
  answer: z.object({ document: shape }),
  status: 201,
  errors: [...unknownCitizen, 'registry.unfit', 'document.exists'],
  async run(bench, { number: asked, kind: of, documentNumber, ...given }) {
    const citizen = await citizenAt(bench, asked);
    const paper = await bench.documents.add(citizen, of, { ...held(of, given), number: documentNumber });
    return { document: shown(bench, paper) };
  },
});

export const change = operation({
  method: 'PATCH',
  path: '/documents/{document}',
  about: {
    vi: 'Đổi những gì được nêu: đình chỉ, thu hồi, cho hết hạn, gia hạn. Ví và trang kiểm tra thấy ngay.',
    en: 'Changes what is told: suspended, revoked, expired, good for longer. The wallet and the checking page see it at once.',
  },
  input: z.strictObject({ document, ...told }),
  answer: z.object({ document: shape }),
  errors: [unknown, 'registry.unfit'],
  async run(bench, { document: id, ...given }) {
    const { document: paper } = await bench.documents.get(id);
    return { document: shown(bench, await bench.documents.change(id, held(paper.kind, given))) };
  },
});

export const remove = operation({
  method: 'DELETE',
  path: '/documents/{document}',
  about: { vi: 'Gỡ một giấy tờ.', en: 'Takes a paper out.' },
  input: z.strictObject({ document }),
  answer: done,
  errors: [unknown],
  async run({ documents }, input) {
    await documents.remove(input.document);
    return {};
  },
});

/** What was told, with facts held against the kind that they are of. @throws VneidError `request.badField` */
function held(
  of: Document['kind'],
  { facts: given, ...rest }: Omit<ToldPaper, 'facts'> & { facts?: object | undefined },
): ToldPaper {
  const shape = z.strictObject({ facts: factsOf[of].optional() });
  return { ...rest, ...(checkBody(shape, { facts: given }) as Pick<ToldPaper, 'facts'>) };
}

function shown({ clock }: Bench, paper: Document): z.input<typeof shape> {
  const { id, kind: of, number: documentNumber, issuedOn, expiresOn, facts: particular } = paper;
  const today = dateIn(clock.now());
  return {
    id,
    kind: of,
    documentNumber,
    issuedOn,
    expiresOn,
    state: paperStateOn(paper, today),
    facts: { ...particular },
  };
}
