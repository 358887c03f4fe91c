import { z } from 'zod';
import { maskNumber } from '../../accounts/masking.ts';
import { operation } from '../operation.ts';
import { citizenAt, unknownCitizen } from '../people.ts';
import { done, iso, number, time } from '../shapes.ts';

export const read = operation({
  method: 'GET',
  path: '/inbox/{number}',
  about: { vi: 'Mọi tin đã gửi cho một công dân, mới nhất trước.', en: 'Everything sent to a citizen, newest first.' },
  input: z.strictObject({ number }),
  answer: z.object({
    messages: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        channel: z.string(),
        recipient: z.string(),
        titleVi: z.string(),
        titleEn: z.string(),
        textVi: z.string(),
        textEn: z.string(),
        code: z.string().optional().meta({ description: 'The one-time code in the text' }),
        sentAt: time,
      }),
    ),
  }),
  errors: unknownCitizen,
  async run(bench, input) {
    const messages = await bench.inbox.messages((await citizenAt(bench, input.number)).id);
    return {
      messages: messages.map(({ citizenId: _id, sentAt, ...message }) => ({ ...message, sentAt: iso(sentAt) })),
    };
  },
});

export const clear = operation({
  method: 'DELETE',
  path: '/inbox/{number}',
  about: { vi: 'Xóa mọi tin đã gửi cho một công dân.', en: 'Throws away everything sent to a citizen.' },
  input: z.strictObject({ number }),
  answer: done,
  errors: unknownCitizen,
  noted: (input) => maskNumber(input.number),
  async run(bench, input) {
    await bench.inbox.clear((await citizenAt(bench, input.number)).id);
    return {};
  },
});
