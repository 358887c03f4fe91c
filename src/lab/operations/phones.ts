import { z } from 'zod';
import type { Approval } from '../../accounts/approval.ts';
import { maskNumber } from '../../accounts/masking.ts';
import type { Phone } from '../../accounts/phones.ts';
import { operation } from '../operation.ts';
import { done, iso, number, time } from '../shapes.ts';

const which = z.string().max(64).optional().meta({ description: 'The request meant; the newest unless told' });
const faceShape = z.enum(['matches', 'differs', 'no-camera']).meta({ description: 'What the camera sees' });

const phoneShape = z.object({ id: z.string(), name: z.string(), face: faceShape, activatedAt: time, seenAt: time });
const approvalShape = z.object({
  id: z.string(),
  kind: z.enum(['qr', 'push', 'ciba', 'transaction', 'phone']),
  state: z.enum(['waiting', 'scanned', 'confirmed', 'used', 'declined', 'replaced', 'refused', 'expired']),
  reason: z.string().nullable().meta({ description: 'Why it was refused' }),
  client: z.string().optional(),
  ask: z.looseObject({}).meta({ description: 'Who asks, from where, and for what: all that the phone shows' }),
  number: z.string().optional().meta({ description: 'Two digits shown where it was asked' }),
  level: z.int(),
  methods: z.array(z.string()),
  askedAt: time,
  expiresAt: time,
});

const ofPhone = ['account.unknown', 'phone.unknown'] as const;
const ofApproval = [...ofPhone, 'approval.none', 'approval.unknown', 'approval.expired', 'approval.answered'] as const;
const ofAnswer = [...ofApproval, 'approval.otherPerson', 'approval.level', 'account.barred'] as const;

export const get = operation({
  method: 'GET',
  path: '/phones/{number}',
  about: {
    vi: 'Điện thoại đang dùng và những gì đang chờ trả lời.',
    en: 'The phone in use, and what waits for an answer.',
  },
  input: z.strictObject({ number }),
  answer: z.object({ phone: phoneShape, approvals: z.array(approvalShape) }),
  errors: ofPhone,
  async run({ phoneOf }, input) {
    const control = phoneOf(input.number);
    const phone = await control.phone();
    return { phone: shownPhone(phone), approvals: (await control.approvals()).map(shownApproval) };
  },
});

export const scan = operation({
  method: 'POST',
  path: '/phones/{number}/scan',
  about: { vi: 'Quét một mã QR.', en: 'Reads a QR code.' },
  input: z.strictObject({
    number,
    code: z.string().max(2_000).meta({ description: 'What the code says; on the sign-in page it is [data-code]' }),
  }),
  answer: z.object({ approval: approvalShape }),
  errors: [...ofAnswer, 'approval.secondScan'],
  run: async ({ phoneOf }, input) => ({ approval: shownApproval(await phoneOf(input.number).scan(input.code)) }),
});

export const approve = operation({
  method: 'POST',
  path: '/phones/{number}/approve',
  about: {
    vi: 'Đồng ý: bằng passcode và đúng số, trừ khi nói khác.',
    en: 'Says yes: by passcode and with the right number, unless told otherwise.',
  },
  input: z.strictObject({
    number,
    approval: which,
    factors: z
      .array(z.enum(['passcode', 'face']))
      .min(1)
      .optional(),
    passcode: z.string().max(20).optional().meta({ description: 'That of the cast unless told' }),
    choose: z
      .string()
      .max(10)
      .optional()
      .meta({ description: 'The two digits chosen on the phone; the right ones unless told' }),
  }),
  answer: z.object({ approval: approvalShape }),
  errors: [
    ...ofAnswer,
    'approval.number',
    'approval.choose',
    'approval.factors',
    'passcode.wrong',
    'passcode.locked',
    'face.differs',
    'face.noCamera',
  ],
  run: async ({ phoneOf }, { number: citizen, choose, ...how }) => ({
    approval: shownApproval(await phoneOf(citizen).approve({ ...how, number: choose })),
  }),
});

export const decline = operation({
  method: 'POST',
  path: '/phones/{number}/decline',
  about: { vi: 'Từ chối.', en: 'Says no.' },
  input: z.strictObject({ number, approval: which }),
  answer: z.object({ approval: approvalShape }),
  errors: ofAnswer,
  run: async ({ phoneOf }, input) => ({ approval: shownApproval(await phoneOf(input.number).decline(input)) }),
});

export const expire = operation({
  method: 'POST',
  path: '/phones/{number}/expire',
  about: { vi: 'Cho một yêu cầu hết hạn ngay.', en: 'The time of a request is over now.' },
  input: z.strictObject({ number, approval: which }),
  answer: z.object({ approval: approvalShape }),
  errors: ofApproval,
  noted: (input) => maskNumber(input.number),
  run: async ({ phoneOf }, input) => ({ approval: shownApproval(await phoneOf(input.number).expire(input)) }),
});

export const face = operation({
  method: 'POST',
  path: '/phones/{number}/face',
  about: { vi: 'Camera từ giờ thấy gì.', en: 'What the camera sees from now on.' },
  input: z.strictObject({ number, face: faceShape }),
  answer: z.object({ phone: phoneShape }),
  errors: ofPhone,
  noted: (input) => maskNumber(input.number),
  run: async ({ phoneOf }, input) => ({ phone: shownPhone(await phoneOf(input.number).face(input.face)) }),
});

export const bind = operation({
  method: 'POST',
  path: '/phones/{number}/bind',
  about: {
    vi: 'Gắn một điện thoại mới, không qua các bước kích hoạt; điện thoại trước hết hiệu lực.',
    en: 'A new phone, bound without the ceremony; the one before ends.',
  },
  input: z.strictObject({ number, name: z.string().min(1).max(60).optional(), face: faceShape.optional() }),
  answer: z.object({ phone: phoneShape }),
  errors: ['account.unknown'],
  run: async ({ phoneOf }, { number: citizen, ...details }) => ({
    phone: shownPhone(await phoneOf(citizen).bind(details)),
  }),
});

export const lose = operation({
  method: 'POST',
  path: '/phones/{number}/lose',
  about: { vi: 'Điện thoại bị mất: không còn trả lời gì nữa.', en: 'The phone is gone: it answers nothing any more.' },
  input: z.strictObject({ number }),
  answer: done,
  errors: ofPhone,
  async run({ phoneOf }, input) {
    await phoneOf(input.number).lose();
    return {};
  },
});

export const lock = operation({
  method: 'POST',
  path: '/phones/{number}/lock',
  about: { vi: 'Chủ tài khoản khóa tài khoản.', en: 'The holder locks the account.' },
  input: z.strictObject({ number }),
  answer: done,
  errors: ['account.unknown', 'account.closed'],
  async run({ phoneOf }, input) {
    await phoneOf(input.number).lock();
    return {};
  },
});

export const unlock = operation({
  method: 'POST',
  path: '/phones/{number}/unlock',
  about: { vi: 'Mở khóa tài khoản.', en: 'Unlocks the account.' },
  input: z.strictObject({ number }),
  answer: done,
  errors: ['account.unknown', 'account.closed'],
  async run({ phoneOf }, input) {
    await phoneOf(input.number).unlock();
    return {};
  },
});

function shownPhone({ id, name, face: seen, activatedAt, seenAt }: Phone) {
  return { id, name, face: seen, activatedAt: iso(activatedAt), seenAt: iso(seenAt) };
}

function shownApproval(approval: Approval) {
  const {
    id,
    kind,
    state,
    reason,
    clientId: client,
    ask,
    number: match,
    level,
    methods,
    askedAt,
    expiresAt,
  } = approval;
  return {
    id,
    kind,
    state,
    reason,
    client,
    ask: { ...ask },
    number: match,
    level,
    methods,
    askedAt: iso(askedAt),
    expiresAt: iso(expiresAt),
  };
}
