import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import type { Clients } from './clients.ts';
import { errors } from './library.ts';
import { strongAlgorithms } from './profile.ts';

/** Which profile of FAPI the library holds a client to. */
export function fapiProfile(clients: Clients) {
  return (_ctx: unknown, client: { clientId: string } | undefined): '2.0' | undefined =>
    isHigh(clients, client) ? '2.0' : undefined;
}

/**
 * RFC 9700 §2.1.1: PKCE for everyone but confidential clients that use a nonce and check it.
 * @param lenient true where the suite of the OpenID Foundation is run, whose plain OpenID Connect plans send neither
 */
export function pkceRequired(clients: Clients, { lenient }: { lenient: boolean }) {
  return (
    { oidc }: KoaContextWithOIDC,
    client: { clientId: string; tokenEndpointAuthMethod?: string | undefined },
  ): boolean => {
    if (client.tokenEndpointAuthMethod === 'none' || isHigh(clients, client)) return true;
    return !lenient && typeof oidc.params?.nonce !== 'string';
  };
}

/**
 * What a signed client assertion has to be beyond RFC 7523. Of a `high` client: addressed to this issuer alone, so that
 * none can be played on to another provider (FAPI 2.0 §5.3.2.1), and strongly signed. Of anyone: not made for another use.
 * @throws InvalidClientAuth
 */
export function assertionRules(clients: Clients, issuer: string) {
  return async (_ctx: unknown, claims: Claims, header: Header, client: { clientId: string }): Promise<void> => {
    if (header.typ !== undefined && !['jwt', 'client-authentication+jwt'].includes(String(header.typ).toLowerCase()))
      throw new errors.InvalidClientAuth('typ names another kind of token (RFC 8725 §3.11)');
    if (!isHigh(clients, client)) return;
    if (claims.aud !== issuer) throw new errors.InvalidClientAuth('aud has to be the issuer identifier, as a string');
    if (!(strongAlgorithms as readonly unknown[]).includes(header.alg))
      throw new errors.InvalidClientAuth(`alg has to be one of ${strongAlgorithms.join(', ')}`);
  };
}

/**
 * What a request object has to be beyond RFC 9101. Of a `high` client: strongly signed, young and soon over
 * (FAPI 2.0 Message Signing §5.3.1). Of anyone: not made for another use (RFC 9101 §10.8).
 * @throws InvalidRequestObject
 */
export function requestObjectRules(clients: Clients, clock: Clock) {
  return async (_ctx: unknown, claims: Claims, header: Header, client: { clientId: string }): Promise<void> => {
    if (header.typ !== undefined && !['jwt', 'oauth-authz-req+jwt'].includes(String(header.typ).toLowerCase()))
      throw new errors.InvalidRequestObject('typ names another kind of token (RFC 8725 §3.11)');
    if (claims.sub === client.clientId)
      throw new errors.InvalidRequestObject('sub may not be the client (RFC 9101 §10.8)');
    if (!isHigh(clients, client)) return;
    if (!(strongAlgorithms as readonly unknown[]).includes(header.alg))
      throw new errors.InvalidRequestObject(`alg has to be one of ${strongAlgorithms.join(', ')}`);
    const { nbf, exp } = claims;
    if (typeof nbf !== 'number' || typeof exp !== 'number')
      throw new errors.InvalidRequestObject('nbf and exp have to be there (FAPI 2.0 Message Signing §5.3.1)');
    if (exp - nbf > hour) throw new errors.InvalidRequestObject('exp has to be within 60 minutes of nbf');
    if (nbf < clock.now() / 1000 - hour) throw new errors.InvalidRequestObject('nbf may be 60 minutes ago at most');
  };
}

const hour = 3600;

type Claims = Record<string, unknown>;
type Header = Record<string, unknown>;

function isHigh(clients: Clients, client: { clientId: string } | undefined): boolean {
  return client !== undefined && clients.get(client.clientId)?.profile === 'high';
}
