import { z } from 'zod';
import { problem } from '../../errors.ts';
import { expire as expireNow, living } from '../../oidc/adapter.ts';
import { endSession } from '../../oidc/sessions.ts';
import type { Payload } from '../../store/artifacts.ts';
import type { Bench } from '../bench.ts';
import { handleOf, now, numberOf, pageOf, whose } from '../handles.ts';
import { operation } from '../operation.ts';
import { after, done, iso, limit, number, time } from '../shapes.ts';

const session = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: 'Its `id` in the list, or the value of the cookie that holds it' });

const shape = z.object({
  id: z.string().meta({ description: 'Names it as long as it lasts; the cookie’s value changes with every sign-in' }),
  number: z.string().optional().meta({ description: 'Who is signed in; absent when nobody is' }),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
  signedInAt: time.optional(),
  expiresAt: time,
  clients: z.array(
    z.object({
      client: z.string(),
      sid: z.string().optional().meta({ description: 'What the app calls it (Back-Channel Logout 1.0)' }),
      grant: z.string().optional(),
    }),
  ),
});

const unknown = ['session.unknown'] as const;

export const list = operation({
  method: 'GET',
  path: '/sessions',
  about: {
    vi: 'Các phiên đăng nhập đang có ở mọi trình duyệt; lọc theo công dân hoặc ứng dụng.',
    en: 'The sessions there are, of all browsers; of one citizen or one app where told.',
  },
  input: z.strictObject({ number: number.optional(), client: z.string().max(300).optional(), after, limit }),
  answer: z.object({ sessions: z.array(shape), next: z.string().optional() }),
  errors: ['account.unknown', 'client.unknown'],
  async run(bench, { number: citizen, client, ...page }) {
    const { accountId, clientId } = await whose(bench, { number: citizen, client });
    const where = { ...(accountId && { accountId }), ...(clientId !== undefined && { authorizations: clientId }) };
    const { found, next } = await pageOf(bench, ['Session'], page, () => where);
    return { sessions: await Promise.all(found.map(({ payload }) => shown(bench, payload))), next };
  },
});

export const get = operation({
  method: 'GET',
  path: '/sessions/{session}',
  about: { vi: 'Một phiên đăng nhập.', en: 'One session.' },
  input: z.strictObject({ session }),
  answer: z.object({ session: shape }),
  errors: unknown,
  run: async (bench, input) => ({ session: await shown(bench, await find(bench, input.session)) }),
});

export const end = operation({
  method: 'DELETE',
  path: '/sessions/{session}',
  about: {
    vi: 'Kết thúc như khi đăng xuất: quyền cấp trong phiên hết hiệu lực, và các ứng dụng được báo (back-channel logout).',
    en: 'Ends as by signing out: what was granted in it goes, and its apps are told (back-channel logout).',
  },
  input: z.strictObject({ session }),
  answer: done,
  errors: unknown,
  async run(bench, input) {
    const { jti, accountId } = await find(bench, input.session);
    await endSession(bench.provider(), String(jti));
    bench.events.emit('session.ended', typeof accountId === 'string' ? { account: accountId } : {});
    return {};
  },
});

export const expire = operation({
  method: 'POST',
  path: '/sessions/{session}/expire',
  about: {
    vi: 'Phiên hết hạn ngay, như đến giờ: không ứng dụng nào được báo, chỉ lần sau phải đăng nhập lại.',
    en: 'Its time is over now, as if it had come: no app is told, and the next request finds nobody signed in.',
  },
  input: z.strictObject({ session }),
  answer: done,
  errors: unknown,
  noted: (input) => handleOf(input.session),
  async run(bench, input) {
    const { jti } = await find(bench, input.session);
    await expireNow(bench.artifacts, 'Session', String(jti), now(bench));
    return {};
  },
});

async function find({ artifacts }: Bench, id: string): Promise<Payload> {
  const found = (await artifacts.findBy('Session', 'uid', id)) ?? (await artifacts.get('Session', id));
  const payload = living('Session', found);
  if (!payload) throw problem('session.unknown', { session: handleOf(id) });
  return payload;
}

async function shown(bench: Bench, payload: Payload): Promise<z.input<typeof shape>> {
  const { uid, accountId, acr, amr, loginTs, exp, authorizations } = payload as unknown as Session;
  return {
    id: uid,
    number: await numberOf(bench, accountId),
    acr,
    amr,
    signedInAt: loginTs === undefined ? undefined : iso(loginTs * 1000),
    expiresAt: iso(exp * 1000),
    clients: Object.entries(authorizations ?? {}).map(([client, { sid, grantId }]) => ({
      client,
      sid,
      grant: grantId && handleOf(grantId),
    })),
  };
}

/** As the library keeps it. */
interface Session {
  uid: string;
  accountId?: string;
  acr?: string;
  amr?: string[];
  loginTs?: number;
  exp: number;
  authorizations?: Record<string, { sid?: string; grantId?: string }>;
}
