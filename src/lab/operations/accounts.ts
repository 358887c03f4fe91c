import { z } from 'zod';
import {
  accountMembers,
  accountRefusals,
  accountShape,
  beginningMembers,
  lockReason,
  openAccount,
  shownAccount,
} from '../account-shape.ts';
import { maskNumber } from '../../accounts/masking.ts';
import { endEverything } from '../gone.ts';
import { operation } from '../operation.ts';
import { accountAt, citizenAt, unknownAccount, unknownCitizen } from '../people.ts';
import { after, done, iso, limit, number, time } from '../shapes.ts';

const { level, kind, state } = accountMembers;
const ofPassword = ['password.short', 'password.long', 'password.common', 'login.busy'] as const;

export const list = operation({
  method: 'GET',
  path: '/accounts',
  about: {
    vi: 'Các tài khoản; lọc theo mức, loại, trạng thái.',
    en: 'The accounts; of one level, kind or state where told.',
  },
  input: z.strictObject({ level: level.optional(), kind: kind.optional(), state: state.optional(), after, limit }),
  answer: z.object({ accounts: z.array(accountShape), next: z.string().optional() }),
  async run({ accounts }, which) {
    const page = await accounts.list(which);
    return { accounts: page.accounts.map(shownAccount), next: page.next };
  },
});

export const get = operation({
  method: 'GET',
  path: '/accounts/{number}',
  about: {
    vi: 'Tài khoản của một người và những gì chứng minh họ là chủ.',
    en: 'Someone’s account, and what proves that it is theirs.',
  },
  input: z.strictObject({ number }),
  answer: z.object({
    account: accountShape,
    passcode: z.enum(['none', 'set', 'locked']),
    phone: z.object({ id: z.string(), name: z.string(), activatedAt: time }).nullable(),
    passkeys: z.int().meta({ description: 'How many' }),
  }),
  errors: unknownAccount,
  async run(bench, input) {
    const account = await accountAt(bench, input.number);
    const phone = await bench.phones.active(account.id);
    return {
      account: shownAccount(account),
      passcode: await bench.passcodes.state(account.id),
      phone: phone ? { id: phone.id, name: phone.name, activatedAt: iso(phone.activatedAt) } : null,
      passkeys: (await bench.passkeys.list(account.id)).length,
    };
  },
});

export const create = operation({
  method: 'POST',
  path: '/accounts',
  about: {
    vi: 'Mở tài khoản cho người đã có trong cơ sở dữ liệu; mật khẩu là mật khẩu chung của nhân vật nếu không nêu.',
    en: 'Opens an account for someone who is in the registry; the password is that of the cast unless told.',
  },
  input: z.strictObject({ number, ...beginningMembers }),
  answer: z.object({ account: accountShape }),
  status: 201,
  errors: [...unknownCitizen, ...accountRefusals],
  async run(bench, { number: asked, ...told }) {
    return { account: shownAccount(await openAccount(bench, await citizenAt(bench, asked), told)) };
  },
});

export const change = operation({
  method: 'PATCH',
  path: '/accounts/{number}',
  about: {
    vi: 'Đổi mức, loại, trạng thái. Khóa có hiệu lực ngay, và các ứng dụng được báo (back-channel logout).',
    en: 'Changes level, kind or state. A lock holds at once, and the apps are told (back-channel logout).',
  },
  input: z.strictObject({
    number,
    level: level.optional(),
    kind: kind.optional(),
    state: state.optional(),
    reason: lockReason.optional(),
  }),
  answer: z.object({ account: accountShape }),
  errors: [...unknownAccount, 'account.tooYoung', 'account.kind'],
  async run(bench, { number: asked, ...told }) {
    const { id } = await accountAt(bench, asked);
    return { account: shownAccount(await bench.accounts.change(id, told)) };
  },
});

export const remove = operation({
  method: 'DELETE',
  path: '/accounts/{number}',
  about: {
    vi: 'Xóa tài khoản cùng mật khẩu, passcode, điện thoại, khóa truy cập, phiên và token; người vẫn còn đó.',
    en: 'Takes an account out with its password, passcode, phones, passkeys, sessions and tokens; the person stays.',
  },
  input: z.strictObject({ number }),
  answer: done,
  errors: unknownAccount,
  async run(bench, input) {
    await endEverything(bench, (await accountAt(bench, input.number)).id);
    return {};
  },
});

export const setPassword = operation({
  method: 'PUT',
  path: '/accounts/{number}/password',
  about: { vi: 'Đặt mật khẩu mới.', en: 'Sets a new password.' },
  input: z.strictObject({ number, password: z.string().max(600).meta({ example: 'mưa rơi trên mái ngói' }) }),
  answer: done,
  errors: [...unknownAccount, ...ofPassword],
  async run(bench, { number: asked, password }) {
    await bench.accounts.setPassword((await accountAt(bench, asked)).id, password);
    return {};
  },
});

export const setPasscode = operation({
  method: 'PUT',
  path: '/accounts/{number}/passcode',
  about: {
    vi: 'Đặt passcode mới; passcode đang bị khóa thì dùng lại được.',
    en: 'Sets a new passcode; one that was locked can be used again.',
  },
  input: z.strictObject({ number, passcode: z.string().max(20).meta({ example: '135790' }) }),
  answer: done,
  errors: [...unknownAccount, 'passcode.malformed', 'passcode.common'],
  async run(bench, { number: asked, passcode }) {
    const { id } = await accountAt(bench, asked);
    await bench.passcodes.set(id, passcode);
    bench.events.emit('passcode.changed', { account: id });
    return {};
  },
});

export const unlockPasscode = operation({
  method: 'POST',
  path: '/accounts/{number}/passcode/unlock',
  about: {
    vi: 'Quên những lần nhập sai passcode; passcode vẫn như cũ.',
    en: 'Forgets the wrong tries of the passcode, which stays what it was.',
  },
  input: z.strictObject({ number }),
  answer: done,
  errors: [...unknownAccount, 'passcode.locked'],
  noted: (input) => maskNumber(input.number),
  async run(bench, input) {
    await bench.passcodes.unlock((await accountAt(bench, input.number)).id);
    return {};
  },
});

const passkeyShape = z.object({
  id: z.string().meta({ description: 'Credential id, base64url' }),
  name: z.string(),
  synced: z.boolean().meta({ description: 'May be on several devices' }),
  createdAt: time,
  usedAt: time.nullable(),
});

export const passkeys = operation({
  method: 'GET',
  path: '/accounts/{number}/passkeys',
  about: { vi: 'Các khóa truy cập của một tài khoản, cũ nhất trước.', en: 'The passkeys of an account, oldest first.' },
  input: z.strictObject({ number }),
  answer: z.object({ passkeys: z.array(passkeyShape) }),
  errors: unknownAccount,
  async run(bench, input) {
    const all = await bench.passkeys.list((await accountAt(bench, input.number)).id);
    return {
      passkeys: all.map(({ createdAt, usedAt, ...passkey }) => ({
        ...passkey,
        createdAt: iso(createdAt),
        usedAt: usedAt === undefined ? null : iso(usedAt),
      })),
    };
  },
});

export const removePasskey = operation({
  method: 'DELETE',
  path: '/accounts/{number}/passkeys/{passkey}',
  about: { vi: 'Thu hồi một khóa truy cập.', en: 'Revokes a passkey.' },
  input: z.strictObject({ number, passkey: z.string().min(1).max(1_500) }),
  answer: done,
  errors: [...unknownAccount, 'passkey.gone'],
  async run(bench, { number: asked, passkey }) {
    await bench.passkeys.revoke((await accountAt(bench, asked)).id, passkey);
    return {};
  },
});
