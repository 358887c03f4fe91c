import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { Bench } from '../bench.ts';
import { operation } from '../operation.ts';
import { furthest, iso, time } from '../shapes.ts';

const nothing = z.strictObject({});
const answer = z.object({
  now: time.meta({ description: 'The time of this instance' }),
  offset: z.number().meta({ description: 'Seconds ahead of the host; less than zero is behind' }),
  frozen: z.boolean().meta({ description: 'Whether it stands still' }),
});

export const get = operation({
  method: 'GET',
  path: '/clock',
  about: { vi: 'Giờ của máy chủ giả lập này.', en: 'What time it is here.' },
  input: nothing,
  answer,
  run: ({ clock }) => shown(clock),
});

export const advance = operation({
  alone: true,
  method: 'POST',
  path: '/clock/advance',
  about: {
    vi: 'Cho thời gian trôi: mã, phiên, token và thẻ nào hết hạn trong khoảng đó thì hết hạn. Ứng dụng vẫn theo giờ của nó.',
    en: 'Time passes: whatever codes, sessions, tokens and cards end meanwhile have ended. Apps keep to their own time.',
  },
  input: z
    .strictObject({
      seconds: z
        .number()
        .min(0)
        .max(furthest / 1000)
        .optional()
        .meta({ description: 'By how much', example: 300 }),
      to: z.iso.datetime({ offset: true }).optional().meta({ description: 'Or to when; never back' }),
    })
    .refine(({ seconds, to }) => (seconds === undefined) !== (to === undefined), {
      path: ['seconds'],
      message: 'either seconds or to',
    }),
  answer,
  errors: ['clock.outOfReach'],
  run: (bench, { seconds = 0, to }) =>
    moved(bench, 'advance', ({ now, offset }) => {
      const by = to === undefined ? Math.round(seconds * 1000) : Date.parse(to) - now;
      if (by < 0 || offset + by > furthest)
        throw problem('clock.outOfReach', { from: iso(now), to: iso(now + Math.max(0, furthest - offset)) });
      bench.clock.advance(by);
    }),
});

export const freeze = operation({
  alone: true,
  method: 'POST',
  path: '/clock/freeze',
  about: {
    vi: 'Dừng đồng hồ: từ giờ không gì hết hạn, trừ khi cho thời gian trôi.',
    en: 'The clock stands still: nothing ends from now on, unless the clock is advanced.',
  },
  input: nothing,
  answer,
  run: (bench) => moved(bench, 'freeze', () => bench.clock.freeze()),
});

export const resume = operation({
  alone: true,
  method: 'POST',
  path: '/clock/resume',
  about: { vi: 'Cho đồng hồ chạy tiếp từ chỗ đã dừng.', en: 'The clock goes on from where it stood.' },
  input: nothing,
  answer,
  run: (bench) => moved(bench, 'resume', () => bench.clock.resume()),
});

export const reset = operation({
  alone: true,
  method: 'POST',
  path: '/clock/reset',
  about: {
    vi: 'Trở về giờ của máy. Thứ gì được cấp trong lúc đồng hồ đi trước thì còn hạn lâu hơn chừng ấy.',
    en: 'Back to the time of the host. What was issued while the clock was ahead lasts that much longer.',
  },
  input: nothing,
  answer,
  run: (bench) => moved(bench, 'reset', () => bench.clock.reset()),
});

/** Moves the clock, says so, and tells how it stands. */
function moved({ clock, events }: Bench, how: string, move: (state: ReturnType<Clock['state']>) => void) {
  const before = clock.state();
  move(before);
  const after = shown(clock);
  events.emit('clock.moved', { how, from: iso(before.now), to: after.now, frozen: after.frozen });
  return after;
}

function shown(clock: Clock) {
  const { now, offset, frozen } = clock.state();
  return { now: iso(now), offset: offset / 1000, frozen };
}
