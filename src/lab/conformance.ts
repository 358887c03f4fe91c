import Router from '@koa/router';
import type { Context, Next } from 'koa';
import type { Provider } from 'oidc-provider';
import type { Accounts } from '../accounts/accounts.ts';
import type { Approvals } from '../accounts/approvals.ts';
import { problem } from '../errors.ts';
import type { KeyRing } from '../oidc/keys/keys.ts';
import type { PhoneControl } from './phone.ts';

/**
 * What the suite of the OpenID Foundation needs and no person does, from this machine only:
 *
 *     POST /lab/conformance/ciba?authReqId=…&action=allow|deny    an answer on the phone (CIBA)
 *     POST /lab/conformance/rotate-keys                           new signing keys, in use at once
 */
export function conformanceRoutes({
  accounts,
  approvals,
  keys,
  phoneOf,
  provider,
}: {
  accounts: Accounts;
  approvals: Approvals;
  keys: KeyRing;
  phoneOf: (number: string) => PhoneControl;
  provider: () => Provider;
}): Router {
  const router = new Router();

  router.post('/lab/conformance/ciba', onThisMachine, async (ctx) => {
    const { authReqId, action } = ctx.query;
    if (action !== 'allow' && action !== 'deny')
      throw problem('request.badField', { field: 'action', expected: 'allow, deny' });
    const request = await provider().BackchannelAuthenticationRequest.find(String(authReqId));
    const account = request?.accountId === undefined ? undefined : await accounts.byId(request.accountId);
    const waiting = account ? await approvals.pending(account.id) : [];
    const asked = waiting.find(({ reference }) => reference === authReqId);
    if (!account || !asked) throw problem('approval.unknown');
    const phone = phoneOf(account.number);
    if (action === 'allow') await phone.approve({ approval: asked.id });
    else await phone.decline({ approval: asked.id });
    ctx.body = { action };
  });

  router.post('/lab/conformance/rotate-keys', onThisMachine, async (ctx) => {
    await keys.rotate({ announce: 0, retire: 3_600_000 });
    ctx.body = { keys: keys.list() };
  });

  return router;
}

/** Whatever a proxy says: it is the connection that counts. And no page in a browser, which says where it is from. */
export async function onThisMachine(ctx: Context, next: Next): Promise<void> {
  const { headers, socket } = ctx.req;
  if (headers.origin !== undefined || !/^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? ''))
    throw problem('request.notFound');
  ctx.set('Cache-Control', 'no-store');
  await next();
}

/** What of OIDC Core §5.1 a registry does not know of anyone; whom the suite signs in has to have all of it. */
export const conformanceClaims = () => ({
  nickname: 'An',
  preferred_username: 'an.nguyen',
  profile: 'https://dancu.example/an',
  picture: 'https://dancu.example/an.png',
  website: 'https://dancu.example',
});
