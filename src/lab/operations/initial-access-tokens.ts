import { z } from 'zod';
import { operation } from '../operation.ts';

const lifetime = z
  .int()
  .min(1)
  .max(2_592_000)
  .default(3600)
  .meta({ description: 'Seconds: an hour unless told, a month at most' });

export const create = operation({
  method: 'POST',
  path: '/initial-access-tokens',
  about: {
    vi: 'Quyền đăng ký ứng dụng (RFC 7591 §1.2), dùng được nhiều lần cho đến khi hết hạn.',
    en: 'Leave to register relying parties (RFC 7591 §1.2), good for any number of registrations until it ends.',
  },
  input: z.strictObject({ lifetime }),
  answer: z.object({ token: z.string(), expires_in: z.int() }),
  status: 201,
  noted: (input) => `${input.lifetime} s`,
  async run({ provider }, { lifetime: expiresIn }) {
    const { InitialAccessToken } = provider();
    return { token: await new InitialAccessToken({ expiresIn }).save(), expires_in: expiresIn };
  },
});
