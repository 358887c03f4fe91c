import { z } from 'zod';
import { newestDeliveries } from '../logouts.ts';
import { operation } from '../operation.ts';
import { time } from '../shapes.ts';

export const list = operation({
  method: 'GET',
  path: '/logouts',
  about: {
    vi: 'Ứng dụng nào đã được báo rằng phiên đăng nhập kết thúc.',
    en: 'Which apps were told of ended sessions, newest first.',
  },
  input: z.strictObject({}),
  answer: z.object({
    deliveries: z.array(
      z.object({
        at: time,
        client: z.string(),
        subject: z.string().meta({ description: 'Personal number, masked' }),
        attempt: z.int(),
        outcome: z.enum(['heard', 'again', 'given-up']),
        reason: z.string().nullable(),
        again: z.number().nullable().meta({ description: 'Seconds until the next try' }),
      }),
    ),
  }),
  run: async (bench) => ({ deliveries: await newestDeliveries(bench) }),
});
