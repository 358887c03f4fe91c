import { z } from 'zod';
import { problem } from '../../errors.ts';
import { operation } from '../operation.ts';
import { iso, number, time } from '../shapes.ts';

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
  errors: ['citizen.unknown'],
  async run({ inbox, registry }, input) {
    const citizen = await registry.find(input.number);
    if (!citizen) throw problem('citizen.unknown', { number: input.number.slice(0, 12) });
    const messages = await inbox.messages(citizen.id);
    return {
      messages: messages.map(({ citizenId: _id, sentAt, ...message }) => ({ ...message, sentAt: iso(sentAt) })),
    };
  },
});
