import { z } from 'zod';
import { operation } from '../operation.ts';
import { furthest, time } from '../shapes.ts';
import { exportState, importState, resetState } from '../state.ts';

const cell = z.union([z.string(), z.number(), z.null()]);
const state = {
  version: z.literal(1),
  notice: z.string().optional(),
  issuer: z.string().optional(),
  at: time.optional(),
  clock: z.object({ offset: z.number().min(-furthest).max(furthest), frozen: z.boolean() }),
  secrets: z.string().max(100),
  tables: z.record(z.string(), z.array(z.record(z.string(), cell))),
  artifacts: z
    .array(
      z.object({
        kind: z.string(),
        id: z.string(),
        payload: z.record(z.string(), z.unknown()),
        expiresAt: z.number().optional(),
        links: z.object({
          grantId: z.string().optional(),
          uid: z.string().optional(),
          userCode: z.string().optional(),
        }),
      }),
    )
    // as many as a store in memory holds
    .max(500_000),
};

// `import` is a word of the language
export { get as export, replace as import };

const get = operation({
  method: 'GET',
  path: '/state',
  about: {
    vi: 'Toàn bộ trạng thái trong một tệp JSON.',
    en: 'Everything the instance knows as one JSON file, to keep beside a test.',
  },
  input: z.strictObject({}),
  answer: z.object(state),
  errors: ['state.tooLarge'],
  noted: () => undefined,
  run: exportState,
});

const replace = operation({
  method: 'PUT',
  path: '/state',
  about: {
    vi: 'Thay toàn bộ trạng thái bằng một tệp đã xuất; nhật ký chỉ thêm, không mất.',
    en: 'Replaces everything by an exported file; the audit only grows.',
  },
  input: z.strictObject(state),
  answer: z.object({
    citizens: z.int(),
    passcodes: z
      .enum(['kept', 'replaced'])
      .meta({ description: 'replaced: the file is of another installation, and everyone has the cast’s passcode' }),
  }),
  errors: ['state.unfit', 'lab.workers'],
  largest: 256 * 1024 * 1024,
  destroys: true,
  run: importState,
});

export const reset = operation({
  method: 'POST',
  path: '/state/reset',
  about: {
    vi: 'Mọi thứ trở lại như lần khởi động đầu; nhật ký chỉ thêm, không mất.',
    en: 'Everything is as at the first start; the audit only grows.',
  },
  input: z.strictObject({}),
  answer: z.object({ citizens: z.int() }),
  destroys: true,
  run: resetState,
});
