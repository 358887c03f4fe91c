import type { ClientRegistration } from './registration.ts';

/**
 * VNeID's own pages for a citizen are a client of VNeID: they have people sign in the way every app does, and get
 * nothing for it but a session of this browser. Nobody is asked to agree to share with VNeID what VNeID has.
 */
export const ownClientId = 'vneid';

/** @param paths where a sign-in may lead back to */
export function ownClient(issuer: string, paths: readonly string[]): ClientRegistration {
  return {
    client_id: ownClientId,
    client_name: 'VNeID',
    client_uri: issuer,
    redirect_uris: paths.map((path) => `${issuer}${path}`),
    token_endpoint_auth_method: 'none',
    scope: 'openid',
    owner: {
      vi: 'Cục Cảnh sát quản lý hành chính về trật tự xã hội (giả lập)',
      en: 'Police Department for Administrative Management of Social Order (synthetic)',
    },
    purposes: [],
    minimum_level: 2,
    fresh: true,
  };
}
