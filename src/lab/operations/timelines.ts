import { z } from 'zod';
import { problem } from '../../errors.ts';
import { operation } from '../operation.ts';
import { after, done, limit, time } from '../shapes.ts';
import { matching } from '../timelines/filter.ts';
import { entryShown, summaryOf } from '../timelines/shown.ts';
import { decisionNames, outcomes, tokenKinds } from '../timelines/timeline.ts';

const explanation = z.object({ text: z.string(), next: z.string() });

const why = z
  .object({
    error: z.string(),
    reason: z.string().nullable().meta({ description: 'In the words of the library' }),
    rule: z.string().nullable().meta({ description: 'Where it is written' }),
    vi: explanation,
    en: explanation,
    expected: z.string().nullable().meta({ description: 'What would have been right' }),
    found: z.string().nullable().meta({ description: 'What there was instead' }),
  })
  .nullable();

const summary = z.object({
  id: z.string(),
  began: z.enum(['authorize', 'par', 'ciba', 'device', 'request']),
  startedAt: time,
  changedAt: time,
  outcome: z.enum(outcomes),
  client: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  citizen: z.object({ number: z.string().meta({ description: 'Masked' }), name: z.string() }).nullable(),
  level: z.int().nullable().meta({ description: 'Authentication level that was reached' }),
  requests: z.int(),
  why: why.meta({ description: 'The last request that failed, and which rule says so' }),
});

const entry = z.object({
  at: time,
  times: z.int().meta({ description: 'How often in a row the same was asked and heard' }),
  request: z
    .object({
      id: z.string().nullable(),
      method: z.string(),
      path: z.string(),
      status: z.int(),
      milliseconds: z.number(),
      parameters: z.array(
        z.object({
          name: z.string(),
          value: z.string().nullable().meta({ description: 'Null where it is a secret' }),
          token: z.boolean(),
        }),
      ),
    })
    .nullable(),
  decisions: z.array(
    z.object({
      decision: z.enum(decisionNames),
      ok: z.boolean().nullable(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
      why,
    }),
  ),
  tokens: z.array(
    z.object({
      kind: z.enum(tokenKinds),
      value: z.string(),
      format: z.enum(['jwt', 'jwe', 'opaque']),
      alg: z.string().nullable(),
      kid: z.string().nullable(),
      claims: z.array(z.string()).nullable().meta({ description: 'Their names' }),
      seconds: z.number().nullable().meta({ description: 'From iat to exp' }),
    }),
  ),
});

export const list = operation({
  alone: true,
  method: 'GET',
  path: '/timelines',
  about: {
    vi: 'Những lần đăng nhập gần nhất, mới nhất trước: đi đến đâu, và vì sao hỏng.',
    en: 'The last sign-ins, newest first: how far each came, and why one failed.',
  },
  input: z.strictObject({
    client: z.string().max(200).optional().meta({ description: 'Of this app alone', example: 'ihanoi' }),
    outcome: z.enum(outcomes).optional(),
    text: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'That have this somewhere: an error, an app, the id of a request, a personal number' }),
    after,
    limit,
  }),
  answer: z.object({ timelines: z.array(summary), next: z.string().optional() }),
  async run(bench, { after: before, limit: most, ...wanted }) {
    const found = await matching(bench, wanted);
    const from = before === undefined ? 0 : found.findIndex(({ id }) => id === before) + 1;
    const page = found.slice(from, from + most);
    const last = page.at(-1);
    const more = last && from + most < found.length;
    return {
      timelines: await Promise.all(page.map((one) => summaryOf(one, bench))),
      ...(more && { next: last.id }),
    };
  },
});

export const get = operation({
  alone: true,
  method: 'GET',
  path: '/timelines/{timeline}',
  about: {
    vi: 'Một lần đăng nhập: mọi yêu cầu, mọi quyết định, và quy tắc nào đã từ chối.',
    en: 'One sign-in: every request, every decision, and which rule refused.',
  },
  input: z.strictObject({
    timeline: z.string().max(100).meta({ description: 'Its id, or that of one of its requests' }),
  }),
  answer: summary.extend({
    entries: z.array(entry),
    left: z.int().meta({ description: 'Entries that were not kept, for want of room' }),
  }),
  errors: ['timeline.unknown'],
  async run(bench, input) {
    const timeline = bench.timelines.get(input.timeline);
    if (!timeline) throw problem('timeline.unknown', { timeline: input.timeline.slice(0, 40) });
    return {
      ...(await summaryOf(timeline, bench)),
      entries: timeline.entries.map(entryShown),
      left: timeline.left,
    };
  },
});

export const clear = operation({
  alone: true,
  method: 'DELETE',
  path: '/timelines',
  about: { vi: 'Quên mọi lần đăng nhập đã ghi.', en: 'Forgets every sign-in that was written down.' },
  input: z.strictObject({}),
  answer: done,
  noted: () => undefined,
  run({ timelines }) {
    timelines.clear();
    return {};
  },
});
