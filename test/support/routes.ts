import { everyOperation } from '../../src/lab/operations.ts';

const all = everyOperation.map(({ operation: { method, path } }) => ({
  method,
  address: `/lab/api${path.replaceAll(/\{\w+\}/g, 'x')}`,
  /** `/faults/vocabulary` is also one of `/faults/{id}`. */
  fits: new RegExp(`^/lab/api${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Every address of the control API with the methods it takes; `x` stands for whatever is named in a path. */
export const labRoutes: Record<string, string[]> = {
  '/lab/api/openapi.json': ['GET', 'HEAD'],
  ...Object.fromEntries(
    all.map(({ address }) => {
      const taken = all.flatMap(({ method, fits }) => (fits.test(address) ? method : []));
      return [address, taken.includes('GET') ? [...new Set(taken), 'HEAD'] : [...new Set(taken)]];
    }),
  ),
};

const [read, post, both] = [['GET', 'HEAD'], ['POST'], ['GET', 'HEAD', 'POST']];
/** What the provider's server answers; `x` stands for whatever is named in a path. */
export const providerRoutes: Record<string, string[]> = {
  '/': read,
  '/health/live': read,
  '/health/ready': read,
  '/metrics': read,
  '/assets/vneid.css': read,
  '/lab/inbox/001085000001': read,
  '/lab/logouts': read,
  '/lab/api': read,
  '/lab': read,
  '/lab/console': read,
  '/lab/console/clock': read,
  '/lab/console/clock/get': read,
  '/lab/console/do/clock.get': both,
  '/lab/inspector': read,
  '/lab/inspector/x': read,
  '/lab/inspector/x/follow': read,
  '/lab/inspector/token': both,
  '/assets/console.js': read,
  ...labRoutes,
  '/apps/x': read,
  '/phone': read,
  '/phone/cast': both,
  '/phone/activate': both,
  '/phone/activate/x': read,
  '/phone/activate/x/follow': both,
  '/phone/activate/x/code': both,
  '/phone/approvals/x': both,
  '/phone/scan': both,
  '/phone/notices': read,
  '/phone/history': read,
  '/phone/follow': read,
  '/phone/devices': read,
  '/phone/devices/lost': both,
  '/phone/shared': read,
  '/phone/shared/x/withdraw': both,
  '/phone/me': read,
  '/phone/me/passcode': both,
  '/phone/me/lock': both,
  '/phone/me/remove': both,
  '/phone/me/face': both,
  '/phone/wallet': read,
  '/phone/wallet/card': read,
  '/phone/dependants/x': read,
  '/phone/dependants/x/card': read,
  '/assets/phone.js': read,
  '/assets/qr/decode.js': read,
  '/verify': both,
  '/verify/x': read,
  '/assets/follow.js': read,
  '/assets/phone-unlock.js': read,
  '/login/x': read,
  '/login/x/qr/follow': read,
  '/login/x/password': both,
  '/login/x/passkey': both,
  '/passkeys': both,
  '/passkeys/back': read,
  '/passkeys/rename': both,
  '/passkeys/revoke': both,
  '/assets/passkey.js': read,
  '/login/x/cancel': both,
  '/login/x/enough': both,
  '/.well-known/openid-configuration': read,
  '/.well-known/oauth-authorization-server': read,
  '/jwks': read,
  '/authorize': both,
  '/authorize/x': read,
  '/token': post,
  '/userinfo': both,
  '/introspect': post,
  '/revoke': post,
  '/par': post,
  '/ciba': post,
  '/device': both,
  '/device/authorize': post,
  '/device/x': read,
  '/register': post,
  '/register/x': ['GET', 'HEAD', 'PUT', 'DELETE'],
  '/logout': both,
  '/logout/confirm': both,
  '/logout/success': read,
};
/** What the city's server answers. */
export const cityRoutes: Record<string, string[]> = {
  '/ihanoi': read,
  '/ihanoi/login': read,
  '/ihanoi/start': both,
  '/ihanoi/callback': read,
  '/ihanoi/me': read,
  '/ihanoi/goodbye': read,
  '/ihanoi/logout': both,
  '/ihanoi/backchannel-logout': post,
  '/assets/city.css': read,
};
/** An answer that goes on for as long as somebody listens. */
export const liveRoutes: Record<string, string[]> = { '/lab/inspector/follow': read };
