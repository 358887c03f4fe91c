import { decodeJwt } from 'jose';
import { z } from 'zod';
import { problem } from '../../errors.ts';
import { expire as expireNow, revoke } from '../../oidc/adapter.ts';
import type { Listed } from '../../store/artifacts.ts';
import type { Bench } from '../bench.ts';
import { byHandle, handleLength, handleOf, now, numberOf, pageOf, whose } from '../handles.ts';
import { operation } from '../operation.ts';
import { after, done, iso, limit, number, time } from '../shapes.ts';

/** What the library calls them. */
const models = {
  access: 'AccessToken',
  refresh: 'RefreshToken',
  code: 'AuthorizationCode',
  device: 'DeviceCode',
  ciba: 'BackchannelAuthenticationRequest',
  pushed: 'PushedAuthorizationRequest',
  client: 'ClientCredentials',
  registration: 'RegistrationAccessToken',
  initial: 'InitialAccessToken',
} as const;
type Kind = keyof typeof models;
const kinds = Object.keys(models) as [Kind, ...Kind[]];

/** How a request that was pushed is named to the app. */
const pushedPrefix = 'urn:ietf:params:oauth:request_uri:';

const token = z
  .string()
  .min(handleLength)
  .max(20_000)
  .meta({ description: 'Its `id` in the list, or the whole token' });

const shape = z.object({
  id: z.string().meta({ description: 'The first twelve characters of the token, which is its whole id' }),
  kind: z.enum(kinds),
  number: z.string().optional(),
  client: z.string().optional(),
  scope: z.string().optional(),
  audience: z.string().optional().meta({ description: 'The API that it is for' }),
  boundTo: z.enum(['key', 'certificate']).optional().meta({ description: 'What it is worth nothing without' }),
  session: z.string().optional(),
  grant: z.string().optional(),
  userCode: z.string().optional(),
  issuedAt: time.optional(),
  expiresAt: time.optional(),
  usedAt: time.optional().meta({ description: 'When it was redeemed; it is good no more' }),
});

/** Whether its time has not come, nor the session ended that it ends with. */
async function holds(bench: Bench, { payload }: Listed): Promise<boolean> {
  if (Number(payload.exp) <= now(bench)) return false;
  const { expiresWithSession, sessionUid } = payload;
  return !expiresWithSession || (await bench.artifacts.findBy('Session', 'uid', String(sessionUid))) !== undefined;
}

export const list = operation({
  method: 'GET',
  path: '/tokens',
  about: {
    vi: 'Mã và token đang còn hiệu lực, chỉ hiện phần đầu. Access token dạng JWT không được lưu nên không có ở đây.',
    en: 'Codes and tokens that hold, by their beginnings. Access tokens that are JWTs are not kept, and so are not here.',
  },
  input: z.strictObject({
    number: number.optional(),
    client: z.string().max(300).optional(),
    kind: z.enum(kinds).optional().meta({ description: 'All unless told' }),
    after,
    limit,
  }),
  answer: z.object({ tokens: z.array(shape), next: z.string().optional() }),
  errors: ['account.unknown', 'client.unknown'],
  async run(bench, { number: citizen, client, kind, ...page }) {
    const { clientId, ...where } = await whose(bench, { number: citizen, client });
    const { found, next } = await pageOf(bench, kind ? [models[kind]] : Object.values(models), page, (model) =>
      // a request that was pushed says it inside, where no store looks
      model === models.pushed || clientId === undefined ? where : { ...where, clientId },
    );
    const living = await Promise.all(found.map(async (one) => ((await holds(bench, one)) ? [one] : [])));
    const tokens = await Promise.all(living.flat().map((one) => shown(bench, one.kind, one)));
    return { tokens: tokens.filter((one) => clientId === undefined || one.client === clientId), next };
  },
});

export const end = operation({
  method: 'DELETE',
  path: '/tokens/{token}',
  about: {
    vi: 'Thu hồi như RFC 7009: với access token hoặc refresh token thì cả quyền đã cấp cùng hết hiệu lực.',
    en: 'Revoked, as by RFC 7009: of an access or refresh token the whole grant goes with it.',
  },
  input: z.strictObject({ token }),
  answer: done,
  errors: ['token.unknown', 'token.notKept'],
  noted: (input) => handleOf(input.token),
  async run(bench, input) {
    const { model, id, payload } = await find(bench, input.token);
    await bench.artifacts.remove(model, id);
    const { grantId } = payload as Kept;
    if (grantId !== undefined && [models.access, models.refresh].some((one) => one === model))
      await revoke(bench.artifacts, grantId);
    return {};
  },
});

export const expire = operation({
  method: 'POST',
  path: '/tokens/{token}/expire',
  about: {
    vi: 'Hết hạn ngay, như đến giờ; không có gì khác thay đổi. JWT không được lưu nên không làm thế được.',
    en: 'Its time is over now, as if it had come; nothing else changes. A JWT is not kept, so it cannot be done to one.',
  },
  input: z.strictObject({ token }),
  answer: done,
  errors: ['token.unknown', 'token.notKept'],
  noted: (input) => handleOf(input.token),
  async run(bench, input) {
    const { model, id } = await find(bench, input.token);
    await expireNow(bench.artifacts, model, id, now(bench));
    return {};
  },
});

/** @throws VneidError `token.unknown`, `token.notKept` */
async function find(bench: Bench, given: string) {
  if (given.includes('.')) throw problem('token.notKept');
  const handle = given.startsWith(pushedPrefix) ? given.slice(pushedPrefix.length) : given;
  for (const model of Object.values(models)) {
    const found = await byHandle(bench, model, handle);
    if (found) return { model, ...found };
  }
  throw problem('token.unknown', { token: handleOf(handle) });
}

async function shown(bench: Bench, model: string, { id, payload }: Listed): Promise<z.input<typeof shape>> {
  const kept = payload as Kept;
  const { accountId, scope, aud, jkt, sessionUid, grantId, userCode, iat, exp, consumed } = kept;
  const seconds = (at: number | undefined) => (at === undefined ? undefined : iso(at * 1000));
  return {
    id: handleOf(id),
    kind: kinds.find((kind) => models[kind] === model) as Kind,
    number: await numberOf(bench, accountId),
    client: clientOf(kept),
    scope,
    audience: aud,
    boundTo: jkt ? 'key' : kept['x5t#S256'] ? 'certificate' : undefined,
    session: sessionUid,
    grant: grantId && handleOf(grantId),
    userCode,
    issuedAt: seconds(iat),
    expiresAt: seconds(exp),
    usedAt: seconds(consumed),
  };
}

/** A request that was pushed says it inside. */
function clientOf({ clientId, request }: Kept): string | undefined {
  return request === undefined ? clientId : String(decodeJwt(request).client_id);
}

/** As the library keeps them. */
interface Kept {
  accountId?: string;
  clientId?: string;
  scope?: string;
  aud?: string;
  jkt?: string;
  'x5t#S256'?: string;
  sessionUid?: string;
  grantId?: string;
  userCode?: string;
  request?: string;
  iat?: number;
  exp?: number;
  consumed?: number;
}
