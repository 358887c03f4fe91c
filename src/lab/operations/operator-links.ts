import { z } from 'zod';
import { operation } from '../operation.ts';
import { iso, time } from '../shapes.ts';

export const create = operation({
  method: 'POST',
  path: '/operator-links',
  about: {
    vi: 'Liên kết cho một trình duyệt của người vận hành, dùng một lần trong một phút.',
    en: 'A link that lets one browser of the operator into the lab, once, within a minute.',
  },
  input: z.strictObject({}),
  answer: z.object({ url: z.url(), expiresAt: time }),
  status: 201,
  noted: () => undefined,
  async run({ gate }) {
    const { url, expiresAt } = await gate.link();
    return { url, expiresAt: iso(expiresAt) };
  },
});
