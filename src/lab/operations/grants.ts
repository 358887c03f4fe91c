import { z } from 'zod';
import { problem } from '../../errors.ts';
import { expire as expireNow, revoke } from '../../oidc/adapter.ts';
import { withdraw } from '../../phone/withdrawal.ts';
import type { Payload } from '../../store/artifacts.ts';
import type { Bench } from '../bench.ts';
import { byHandle, handleLength, handleOf, now, numberOf, pageOf, whose } from '../handles.ts';
import { operation } from '../operation.ts';
import { after, done, iso, limit, number, time } from '../shapes.ts';

const grant = z.string().min(handleLength).max(100).meta({ description: 'Its `id` in the list, or the whole of it' });

const share = z.object({
  scope: z.string().optional(),
  claims: z.array(z.string()).optional(),
  resources: z.record(z.string(), z.string()).optional().meta({ description: 'Scopes of protected APIs, by API' }),
});

const shape = z.object({
  id: z.string().meta({ description: 'The first twelve characters' }),
  number: z.string().optional(),
  client: z.string(),
  granted: share,
  refused: share,
  grantedAt: time,
  expiresAt: time,
  consent: z.string().optional().meta({ description: 'Receipt of the consent in force that it was made from' }),
});

export const list = operation({
  method: 'GET',
  path: '/grants',
  about: {
    vi: 'Ai đã cấp cho ứng dụng nào những gì, và đang còn hiệu lực.',
    en: 'What was granted to which app by whom, and holds.',
  },
  input: z.strictObject({ number: number.optional(), client: z.string().max(300).optional(), after, limit }),
  answer: z.object({ grants: z.array(shape), next: z.string().optional() }),
  errors: ['account.unknown', 'client.unknown'],
  async run(bench, { number: citizen, client, ...page }) {
    const where = await whose(bench, { number: citizen, client });
    const { found, next } = await pageOf(bench, ['Grant'], page, () => where);
    return { grants: await Promise.all(found.map(({ payload }) => shown(bench, payload))), next };
  },
});

export const end = operation({
  method: 'DELETE',
  path: '/grants/{grant}',
  about: {
    vi: 'Công dân rút lại đồng ý, như trên điện thoại: mọi token của ứng dụng hết hiệu lực, lần sau phải hỏi lại.',
    en: 'The citizen withdraws, as on their phone: every token of the app ends, and the next sign-in asks again.',
  },
  input: z.strictObject({ grant }),
  answer: done,
  errors: ['grant.unknown'],
  noted: (input) => handleOf(input.grant),
  async run(bench, input) {
    const { id, payload } = await find(bench, input.grant);
    const { accountId, clientId } = payload as unknown as Grant;
    const [account, consent] = [
      await bench.accounts.byId(accountId),
      await bench.consents.current(accountId, clientId),
    ];
    if (account && consent) await withdraw(bench, account, consent.id);
    // one that is not that of the consent: an older one, or of a client that nobody is asked about
    await revoke(bench.artifacts, id);
    return {};
  },
});

export const expire = operation({
  method: 'POST',
  path: '/grants/{grant}/expire',
  about: {
    vi: 'Hết hạn ngay, như đến giờ: token của quyền này hết hiệu lực, nhưng sự đồng ý vẫn còn và lần sau không hỏi lại.',
    en: 'Its time is over now: its tokens are refused, but the consent stays, and the next sign-in does not ask again.',
  },
  input: z.strictObject({ grant }),
  answer: done,
  errors: ['grant.unknown'],
  noted: (input) => handleOf(input.grant),
  async run(bench, input) {
    const { id } = await find(bench, input.grant);
    await expireNow(bench.artifacts, 'Grant', id, now(bench));
    return {};
  },
});

async function find(bench: Bench, handle: string) {
  const found = await byHandle(bench, 'Grant', handle);
  if (!found) throw problem('grant.unknown', { grant: handleOf(handle) });
  return found;
}

async function shown(bench: Bench, payload: Payload): Promise<z.input<typeof shape>> {
  const { jti, accountId, clientId, iat, exp, rejected, ...granted } = payload as unknown as Grant;
  const consent = await bench.consents.current(accountId, clientId);
  return {
    id: handleOf(jti),
    number: await numberOf(bench, accountId),
    client: clientId,
    granted: shared(granted),
    refused: shared(rejected),
    grantedAt: iso(iat * 1000),
    expiresAt: iso(exp * 1000),
    consent: consent?.grantId === jti ? consent.id : undefined,
  };
}

function shared({ openid, resources }: Share = {}): z.input<typeof share> {
  return { scope: openid?.scope, claims: openid?.claims, resources };
}

/** As the library keeps it. */
interface Grant extends Share {
  jti: string;
  accountId: string;
  clientId: string;
  iat: number;
  exp: number;
  rejected?: Share;
}
interface Share {
  openid?: { scope?: string; claims?: string[] };
  resources?: Record<string, string>;
}
