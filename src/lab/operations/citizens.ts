import { z } from 'zod';
import { barOf } from '../../accounts/accounts.ts';
import { VneidError } from '../../errors.ts';
import type { Citizen } from '../../registry/citizen.ts';
import { relationsToHead } from '../../registry/codes.ts';
import { accountRefusals, accountShape, beginningMembers, openAccount, shownAccount } from '../account-shape.ts';
import type { Bench } from '../bench.ts';
import { citizenShape, reason, shownCitizen, toldMembers } from '../citizen-shape.ts';
import { endEverything } from '../gone.ts';
import { operation } from '../operation.ts';
import { citizenAt, stillThere, unknownCitizen } from '../people.ts';
import { after, done, limit, number } from '../shapes.ts';

const misfits = ['registry.unfit', 'registry.numberInvalid'] as const;
const former = z.object({ number: z.string(), cancelledOn: z.string(), reason });
const withAccount = z.object({ citizen: citizenShape, account: accountShape.nullable() });

export const list = operation({
  method: 'GET',
  path: '/citizens',
  about: {
    vi: 'Tìm công dân theo phần đầu của họ tên (có dấu hay không) hoặc của số định danh; xếp theo tên, hoặc theo số khi tìm theo số.',
    en: 'People by the beginning of their name (marks or none) or of their number; by name, or by number where that is asked for.',
  },
  input: z.strictObject({
    q: z
      .string()
      .max(300)
      .optional()
      .meta({ description: 'The beginning of a full name or of a number', example: 'nguyen van a' }),
    birthDate: z.string().max(10).optional().meta({ description: 'As the registry has it', example: '1985-03-12' }),
    after,
    limit,
  }),
  answer: z.object({ citizens: z.array(citizenShape), next: z.string().optional() }),
  async run({ registry }, asked) {
    const { citizens, next } = await registry.search(asked);
    const around = await registry.around(citizens);
    return { citizens: citizens.map((citizen) => shownCitizen(citizen, around(citizen))), next };
  },
});

export const get = operation({
  method: 'GET',
  path: '/citizens/{number}',
  about: {
    vi: 'Một công dân, tài khoản và các vai trò. Số đã hủy cũng tìm được người: `cancelled` nói số ấy đã đổi.',
    en: 'One citizen, their account and mandates. A cancelled number finds its holder as well: `cancelled` says that it was.',
  },
  input: z.strictObject({ number }),
  answer: withAccount.extend({
    cancelled: former
      .optional()
      .meta({ description: 'There when the number asked for is not in force: the citizen has another one' }),
    formerNumbers: z.array(former).meta({ description: 'The last first' }),
    mandates: z
      .array(
        z.object({
          organisation: z.string(),
          taxCode: z.string(),
          role: z.string(),
          title: z.string(),
          since: z.string(),
          until: z.string().nullable(),
        }),
      )
      .meta({ description: 'For whom they act today' }),
  }),
  errors: ['citizen.unknown'],
  async run(bench, { number: asked }) {
    const cancelled = (await bench.registry.find(asked)) ? undefined : await bench.registry.cancelled(asked);
    const citizen = await citizenAt(bench, cancelled?.replacedBy ?? asked);
    const mandates = await bench.organisations.mandates(citizen.id);
    return {
      ...(await shown(bench, citizen)),
      ...(cancelled && {
        cancelled: { number: cancelled.number, cancelledOn: cancelled.cancelledOn, reason: cancelled.reason },
      }),
      formerNumbers: await bench.registry.formerNumbers(citizen.id),
      mandates: mandates.map(({ organisation: { name, taxCode }, ...mandate }) => ({
        organisation: name,
        taxCode,
        ...mandate,
      })),
    };
  },
});

export const create = operation({
  method: 'POST',
  path: '/citizens',
  about: {
    vi: 'Thêm một người; chỉ cần họ tên, giới tính, ngày sinh. Với `account`, người ấy đăng nhập được ngay. Không có giấy tờ nào ngoài những gì đã khai.',
    en: 'Takes a person in; name, sex and date of birth are enough. With `account` they can sign in at once. They have no documents but those that are added.',
  },
  input: z.strictObject({
    number: number.optional().meta({ description: 'One that fits is made unless told' }),
    ...toldMembers,
    name: toldMembers.name.unwrap(),
    sex: toldMembers.sex.unwrap(),
    birthDate: toldMembers.birthDate.unwrap(),
    account: z
      .strictObject(beginningMembers)
      .optional()
      .meta({ description: 'Opens an account too, on a card that is issued where none is told' }),
  }),
  answer: withAccount,
  status: 201,
  errors: [...misfits, 'registry.numberTaken', ...accountRefusals],
  async run(bench, { account, ...told }) {
    const citizen = await bench.registry.add(account && told.card === undefined ? { ...told, card: {} } : told);
    try {
      await bench.documents.none(citizen);
      if (account) await openAccount(bench, citizen, account);
    } catch (cause) {
      await bench.registry.remove(citizen.id);
      throw cause;
    }
    return shown(bench, citizen);
  },
});

export const change = operation({
  method: 'PATCH',
  path: '/citizens/{number}',
  about: {
    vi: 'Đổi những gì được nêu; null là bỏ. Có hiệu lực ngay: người đã mất hoặc bị thu hồi thẻ không dùng được tài khoản và token nữa.',
    en: 'Changes what is told; null takes away. At once: who has died, or whose card is revoked, can use neither account nor tokens.',
  },
  input: z.strictObject({ number, ...toldMembers }),
  answer: withAccount,
  errors: [...unknownCitizen, ...misfits],
  async run(bench, { number: asked, ...told }) {
    const { id } = await citizenAt(bench, asked);
    const before = await bench.accounts.byNumber(asked);
    const citizen = await stillThere(asked, bench.registry.change(id, told));
    const now = await bench.accounts.byNumber(asked);
    const bar = now && barOf(now);
    // its apps are told, as when its holder locks it
    if (bar && before && !barOf(before)) bench.events.emit('account.locked', { account: now.id, reason: bar });
    return shown(bench, citizen);
  },
});

export const remove = operation({
  method: 'DELETE',
  path: '/citizens/{number}',
  about: {
    vi: 'Xóa một người cùng tài khoản, giấy tờ, tin nhắn, như chưa từng có; số có thể được cấp lại. Người mất thì đặt diedOn.',
    en: 'Takes a person out with account, documents and messages, as if they had never been there; the number can be given again. For death set diedOn.',
  },
  input: z.strictObject({ number }),
  answer: done,
  errors: unknownCitizen,
  async run(bench, input) {
    const citizen = await citizenAt(bench, input.number);
    const account = await bench.accounts.byNumber(citizen.number);
    if (account)
      await endEverything(bench, account.id).catch((cause: unknown) => {
        // somebody else takes them out as well: who is second hears below that nobody is there
        if (!(cause instanceof VneidError) || cause.code !== 'account.unknown') throw cause;
      });
    await bench.inbox.clear(citizen.id);
    await stillThere(input.number, bench.registry.remove(citizen.id));
    return {};
  },
});

export const renumber = operation({
  method: 'POST',
  path: '/citizens/{number}/renumber',
  about: {
    vi: 'Hủy số và cấp số mới (Nghị định 70/2024/NĐ-CP Điều 11); tài khoản từ nay mang số mới. Giới tính, năm sinh đi theo số mới.',
    en: 'Cancels the number and sets a new one (Decree 70/2024/NĐ-CP Art 11); the account goes by the new one. Sex and year of birth follow it.',
  },
  input: z.strictObject({
    number,
    reason,
    newNumber: number.optional().meta({ description: 'One that fits is made unless told' }),
    sex: toldMembers.sex,
    birthDate: toldMembers.birthDate,
    birthRegistration: toldMembers.birthRegistration,
  }),
  answer: withAccount,
  errors: [...unknownCitizen, ...misfits, 'registry.numberTaken'],
  async run(bench, { number: asked, reason: why, newNumber, ...corrected }) {
    const { id } = await citizenAt(bench, asked);
    return shown(bench, await stillThere(asked, bench.registry.renumber(id, newNumber, why, corrected)));
  },
});

const relations = ['father', 'mother', 'spouse', 'child', 'guardian', 'ward'] as const;

export const family = operation({
  method: 'GET',
  path: '/citizens/{number}/family',
  about: {
    vi: 'Gia đình, người giám hộ, và hộ của một công dân.',
    en: 'A citizen’s family, guardian and wards, and household.',
  },
  input: z.strictObject({ number }),
  answer: z.object({
    relatives: z.array(z.object({ relation: z.enum(relations), name: z.string(), number: z.string().nullable() })),
    household: z
      .object({
        fileNumber: z.string(),
        members: z.array(
          z.object({
            number: z.string(),
            name: z.string(),
            relation: z.enum(Object.keys(relationsToHead) as ['head']).nullable(),
          }),
        ),
      })
      .nullable(),
  }),
  errors: unknownCitizen,
  async run(bench, input) {
    const citizen = await citizenAt(bench, input.number);
    const relatives = await bench.registry.family(citizen);
    const household = citizen.householdId === null ? undefined : await bench.registry.household(citizen.householdId);
    return {
      relatives: relatives.map(({ relation, name, number: of }) => ({ relation, name, number: of })),
      household: household
        ? {
            fileNumber: household.fileNumber,
            members: household.members.map(({ number: of, name, relationToHead }) => ({
              number: of,
              name: name.full,
              relation: relationToHead as 'head',
            })),
          }
        : null,
    };
  },
});

async function shown(bench: Bench, citizen: Citizen): Promise<z.input<typeof withAccount>> {
  const around = await bench.registry.around([citizen]);
  const account = await bench.accounts.byNumber(citizen.number);
  return { citizen: shownCitizen(citizen, around(citizen)), account: account ? shownAccount(account) : null };
}
