import { z } from 'zod';
import { problem } from '../../errors.ts';
import type { Bench } from '../bench.ts';
import type { Setting } from '../faults/active.ts';
import { type Detail, endpoints } from '../faults/fault.ts';
import { type FaultName, faultNamed, faultNames, isFault, namesLike } from '../faults/vocabulary.ts';
import { operation } from '../operation.ts';
import { done, iso, number, time } from '../shapes.ts';

const details = ['endpoint', 'seconds', 'share', 'claim'] as const satisfies readonly Detail[];

const wanted = z.strictObject({
  fault: z
    .string()
    .max(64)
    .meta({ description: 'A name of the vocabulary', example: 'id-token.wrong-iss', enum: faultNames }),
  client: z.string().max(300).optional().meta({ description: 'Only for this app; for all unless told' }),
  citizen: number.optional().meta({ description: 'Only for this person, by personal number; for all unless told' }),
  times: z.int().min(1).max(1_000_000).optional().meta({ description: 'How often; until it is cleared unless told' }),
  endpoint: z.enum(endpoints).optional().meta({ description: 'Only there; everywhere unless told' }),
  seconds: z.number().min(0).max(86_400).optional().meta({ description: 'How late' }),
  share: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .meta({ description: 'Of how many requests, evenly: 0.5 is every second one' }),
  claim: z.string().min(1).max(100).optional().meta({ description: 'Which claim is left out', example: 'nonce' }),
});

const faultName = z.enum(faultNames);
const shape = z.object({
  id: z.string(),
  fault: faultName,
  client: z.string().optional(),
  citizen: z.string().optional(),
  times: z.int().optional(),
  endpoint: z.enum(endpoints).optional(),
  seconds: z.number().optional(),
  share: z.number().optional(),
  claim: z.string().optional(),
  setAt: time,
  on: z.boolean().meta({ description: 'False once it has struck as often as it should' }),
  met: z.int().meta({ description: 'How often it has struck' }),
  metAt: time.nullable().meta({ description: 'When it last did' }),
});

export const list = operation({
  alone: true,
  method: 'GET',
  path: '/faults',
  about: {
    vi: 'Những lỗi đang bật, và những lỗi đã xảy ra đủ số lần; mới nhất trước.',
    en: 'The faults that are on, and those that have struck as often as they should; newest first.',
  },
  input: z.strictObject({}),
  answer: z.object({ faults: z.array(shape) }),
  run: ({ faults }) => ({ faults: faults.list().map(shown) }),
});

export const set = operation({
  alone: true,
  method: 'POST',
  path: '/faults',
  about: {
    vi: 'Bật một lỗi, cho mọi người hoặc chỉ một ứng dụng, một công dân, mấy lần tới.',
    en: 'Switches a fault on, for everyone or for one app, one citizen, the next few times.',
  },
  input: wanted,
  answer: shape,
  status: 201,
  errors: ['fault.unknown', 'fault.forEveryone', 'client.unknown', 'citizen.unknown', 'account.unknown'],
  async run(bench, { fault, client, citizen, times, ...given }) {
    if (!isFault(fault)) throw problem('fault.unknown', { fault, near: namesLike(fault).join(', ') });
    checkDetails(fault, given);
    if (client !== undefined || citizen !== undefined) checkScope(fault, given.endpoint);
    if (client !== undefined && !bench.clients.get(client)) throw problem('client.unknown', { client });
    const person = citizen === undefined ? undefined : await personOf(bench, citizen);
    return shown(await bench.faults.set({ fault, client, citizen: person, times, ...given }));
  },
});

export const clearAll = operation({
  alone: true,
  method: 'DELETE',
  path: '/faults',
  about: {
    vi: 'Tắt mọi lỗi; mã một lần còn đang trên đường thì mất.',
    en: 'Switches every fault off; one-time codes still on their way are lost.',
  },
  input: z.strictObject({}),
  answer: done,
  run({ faults }) {
    faults.clearAll();
    return {};
  },
});

export const clear = operation({
  alone: true,
  method: 'DELETE',
  path: '/faults/{id}',
  about: { vi: 'Tắt một lỗi.', en: 'Switches a fault off.' },
  input: z.strictObject({ id: z.string().min(1).max(64) }),
  answer: done,
  errors: ['fault.gone'],
  run({ faults }, { id }) {
    if (!faults.clear(id)) throw problem('fault.gone', { id });
    return {};
  },
});

export const vocabulary = operation({
  method: 'GET',
  path: '/faults/vocabulary',
  about: {
    vi: 'Những lỗi có thể bật, và cần nói gì kèm theo.',
    en: 'The faults there are, and what has to be said with them.',
  },
  input: z.strictObject({}),
  answer: z.object({
    faults: z.array(
      z.object({
        name: faultName,
        about: z.object({ vi: z.string(), en: z.string() }),
        needs: z.array(z.enum(details)).meta({ description: 'What has to be said with it' }),
        takes: z.array(z.enum(details)).meta({ description: 'What may be said with it' }),
        forEveryone: z.boolean().meta({ description: 'True where it takes neither client nor citizen' }),
      }),
    ),
  }),
  run: () => ({
    faults: faultNames.map((name) => {
      const { about, needs = [], takes = [], forEveryone = false } = faultNamed(name);
      return { name, about, needs: [...needs], takes: [...takes], forEveryone };
    }),
  }),
});

/** @throws VneidError request.badField where something is missing, or means nothing to this fault */
function checkDetails(name: FaultName, given: Partial<Record<Detail, unknown>>): void {
  const { needs = [], takes = [] } = faultNamed(name);
  for (const detail of details) {
    const said = given[detail] !== undefined;
    if (!said && needs.includes(detail))
      throw problem('request.badField', { field: detail, expected: { vi: `${name} cần có`, en: `${name} needs it` } });
    if (said && !needs.includes(detail) && !takes.includes(detail))
      throw problem('request.badField', {
        field: detail,
        expected: { vi: `bỏ trống: ${name} không nhận`, en: `nothing: ${name} does not take it` },
      });
  }
}

/** @throws VneidError fault.forEveryone where nobody is known who asks */
function checkScope(name: FaultName, endpoint: unknown): void {
  if (faultNamed(name).forEveryone || endpoint === 'jwks' || endpoint === 'discovery')
    throw problem('fault.forEveryone', { fault: name });
}

async function personOf({ registry, accounts }: Bench, wantedNumber: string) {
  const citizen = await registry.find(wantedNumber);
  if (!citizen) throw problem('citizen.unknown', { number: wantedNumber.slice(0, 12) });
  const account = await accounts.byNumber(citizen.number);
  if (!account) throw problem('account.unknown', { account: citizen.number });
  return { number: citizen.number, account: account.id };
}

function shown({ citizen, setAt, metAt, ...setting }: Setting) {
  return {
    ...setting,
    ...(citizen && { citizen: citizen.number }),
    setAt: iso(setAt),
    on: setting.times === undefined || setting.met < setting.times,
    metAt: metAt === undefined ? null : iso(metAt),
  };
}
