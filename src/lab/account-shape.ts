import { z } from 'zod';
import { type Account, barOf } from '../accounts/accounts.ts';
import { castPasswordHash } from '../registry/cast.ts';
import type { Bench } from './bench.ts';
import { iso, time } from './shapes.ts';

const level = z.union([z.literal(1), z.literal(2)]).meta({ description: 'Decree 69/2024/NĐ-CP Art 7' });
const kind = z.enum(['citizen', 'foreigner']);
const state = z.enum(['active', 'locked', 'closed']);
export const accountMembers = { level, kind, state };

/** Why an account is locked or closed (Law 26/2023/QH15 Art 34). */
export const lockReason = z
  .enum(['requested', 'terms', 'card-revoked', 'card-held', 'death', 'authority'])
  .meta({ description: 'By its holder, for a breach of the terms, for their card, by death, by an authority' });

/** An account as answers tell one. */
export const accountShape = z
  .object({
    number: z.string(),
    name: z.string(),
    id: z.string().meta({ description: 'What the audit calls it' }),
    level,
    kind,
    state,
    reason: z.string().nullable().meta({ description: 'Why it is locked or closed' }),
    barred: z
      .enum(['locked', 'closed', 'deceased', 'card-revoked'])
      .nullable()
      .meta({ description: 'What stands against its use now; null when it can be used' }),
    openedAt: time,
  })
  .meta({ id: 'Account' });

export function shownAccount(account: Account): z.input<typeof accountShape> {
  const { number, fullName: name, id, level: has, kind: of, state: is, stateReason: reason, createdAt } = account;
  return {
    number,
    name,
    id,
    level: has,
    kind: of,
    state: is,
    reason,
    barred: barOf(account) ?? null,
    openedAt: iso(createdAt),
  };
}

const secret = z.string().max(600);

/** How an account begins. */
export const beginningMembers = {
  level: level.default(2),
  kind: kind.optional().meta({ description: 'That of the nationality unless told' }),
  password: secret.optional().meta({ description: 'That of the cast unless told', example: 'mưa rơi trên mái ngói' }),
  passcode: z.string().max(20).optional().meta({ description: 'Six digits; none unless told, or a phone is' }),
  phone: z
    .boolean()
    .default(false)
    .meta({ description: 'A bound phone with the app; its passcode is that of the cast unless told' }),
};

export const accountRefusals = [
  'account.exists',
  'account.noCard',
  'account.tooYoung',
  'account.kind',
  'password.short',
  'password.long',
  'password.common',
  'passcode.malformed',
  'passcode.common',
  'login.busy',
  'store.full',
] as const;

type Beginning = z.output<z.ZodObject<typeof beginningMembers>>;

/** Opens an account with its credentials; nothing of it stays when one of them is refused. @throws VneidError of `accountRefusals` */
export async function openAccount(
  bench: Bench,
  citizen: { id: string; number: string },
  told: Beginning,
): Promise<Account> {
  const { accounts, passcodes, phoneOf } = bench;
  const { level: wanted, kind: of, password = { hash: castPasswordHash }, passcode, phone } = told;
  const account = await accounts.create({ citizenId: citizen.id, level: wanted, kind: of, password });
  try {
    if (passcode !== undefined) await passcodes.set(account.id, passcode);
    if (phone) await phoneOf(citizen.number).bind();
  } catch (cause) {
    await accounts.remove(account.id);
    throw cause;
  }
  return account;
}
