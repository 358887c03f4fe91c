import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import type { Clients } from './clients.ts';
import { flawOf, headerOf } from '../keys/jwt-form.ts';
import { weaknessOfKey } from '../keys/key-strength.ts';
import { errors } from '../library.ts';
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
export function assertionRules(clients: Clients, clock: Clock, issuer: string) {
  return async (
    ctx: KoaContextWithOIDC,
    claims: Claims,
    header: Header,
    client: { clientId: string },
  ): Promise<void> => {
    const flaw = flawOf(String(ctx.oidc.params?.client_assertion));
    if (flaw !== undefined) throw new errors.InvalidClientAuth(flaw);
    // RFC 7523 §3, 4: what is good for years is as good as a secret that somebody wrote down
    if (Number(claims.exp) > clock.now() / 1000 + day) throw new errors.InvalidClientAuth('exp is a day away at most');
    if (header.typ !== undefined && !['jwt', 'client-authentication+jwt'].includes(String(header.typ).toLowerCase()))
      throw new errors.InvalidClientAuth('typ names another kind of token (RFC 8725 section 3.11)');
    if (!isHigh(clients, client)) return;
    if (claims.aud !== issuer) throw new errors.InvalidClientAuth('aud has to be the issuer identifier, as a string');
    if (!(strongAlgorithms as readonly unknown[]).includes(header.alg))
      throw new errors.InvalidClientAuth(`alg has to be one of ${strongAlgorithms.join(', ')}`);
    if (isOfTheFuture(claims, clock)) throw new errors.InvalidClientAuth(ofTheFuture);
  };
}

/**
 * What a request object has to be beyond RFC 9101. Of a `high` client: strongly signed, young and soon over
 * (FAPI 2.0 Message Signing §5.3.1), and young from anyone when it asks a phone (FAPI-CIBA §5.2.2). Of anyone: not made for
 * another use (RFC 9101 §10.8).
 * @throws InvalidRequestObject
 */
export function requestObjectRules(clients: Clients, clock: Clock) {
  return async (
    ctx: KoaContextWithOIDC,
    claims: Claims,
    header: Header,
    client: { clientId: string },
  ): Promise<void> => {
    // looked at when it was pushed; what the library keeps of it since is a note of its own, and not signed
    if (ctx.oidc.entities.PushedAuthorizationRequest) return;
    const flaw = flawOf(String(ctx.oidc.params?.request));
    if (flaw !== undefined) throw new errors.InvalidRequestObject(flaw);
    if (header.typ !== undefined && !['jwt', 'oauth-authz-req+jwt'].includes(String(header.typ).toLowerCase()))
      throw new errors.InvalidRequestObject('typ names another kind of token (RFC 8725 section 3.11)');
    if (claims.sub === client.clientId)
      throw new errors.InvalidRequestObject('sub may not be the client (RFC 9101 section 10.8)');
    const asksPhone = ctx.oidc.route === 'backchannel_authentication';
    if (asksPhone) await checkOnce(ctx, claims, client);
    const high = isHigh(clients, client);
    if (high && !(strongAlgorithms as readonly unknown[]).includes(header.alg))
      throw new errors.InvalidRequestObject(`alg has to be one of ${strongAlgorithms.join(', ')}`);
    if (high && isOfTheFuture(claims, clock)) throw new errors.InvalidRequestObject(ofTheFuture);
    if (!high && !asksPhone) return;
    const { nbf, exp } = claims;
    if (typeof nbf !== 'number' || typeof exp !== 'number')
      throw new errors.InvalidRequestObject('nbf and exp have to be there (FAPI 2.0 Message Signing section 5.3.1)');
    if (exp - nbf > hour) throw new errors.InvalidRequestObject('exp has to be within 60 minutes of nbf');
    if (nbf < clock.now() / 1000 - hour) throw new errors.InvalidRequestObject('nbf may be 60 minutes ago at most');
  };
}

/**
 * A signed request that asks a person's phone is complete, and asks once (CIBA Core §7.1.1).
 * @throws InvalidRequestObject
 */
async function checkOnce({ oidc }: KoaContextWithOIDC, claims: Claims, client: { clientId: string }): Promise<void> {
  const { exp, jti } = claims;
  const missing = ['iat', 'nbf', 'exp'].find((name) => typeof claims[name] !== 'number');
  if (missing !== undefined || typeof exp !== 'number')
    throw new errors.InvalidRequestObject(`${missing} has to be there (CIBA Core section 7.1.1)`);
  if (typeof jti !== 'string' || jti === '')
    throw new errors.InvalidRequestObject('jti has to be there (CIBA Core section 7.1.1)');
  const replays = oidc.provider.ReplayDetection as unknown as Replays;
  // by another name than that of client assertions, which have a jti as well
  if (!(await replays.unique(`request of ${client.clientId}`, jti, exp + clockTolerance)))
    throw new errors.InvalidRequestObject('jti was already used');
}

/** Seconds that the library forgives the clocks of others. */
const clockTolerance = 15;

interface Replays {
  unique(issuer: string, jti: string, exp: number): Promise<boolean>;
}

/**
 * What a DPoP proof has to be beyond RFC 9449: in one text, and of a key that is worth something. Of an RSA key alone is
 * that to be asked; of others the library cannot make anything unless they are right.
 * @returns false: the library asks whether a nonce is needed, which is the moment before it looks at the proof
 * @throws InvalidDpopProof
 */
export function proofRules(ctx: KoaContextWithOIDC): boolean {
  const proof = ctx.get('DPoP');
  const flaw = flawOf(proof);
  if (flaw !== undefined) throw new errors.InvalidDpopProof(flaw);
  const { jwk } = headerOf(proof) as { jwk?: { kty?: unknown } };
  const weak = jwk?.kty === 'RSA' ? weaknessOfKey(jwk) : undefined;
  if (weak) throw new errors.InvalidDpopProof(`${weak.found}; ${weak.expected}`);
  return false;
}

const hour = 3600;
const day = 24 * hour;
const ofTheFuture = 'iat may be 60 seconds ahead at most (FAPI 2.0 section 5.3.2.1)';

/** The library forgives clocks that are a little fast, and looks at `nbf` and `exp` alone. */
function isOfTheFuture({ iat }: Claims, clock: Clock): boolean {
  return typeof iat === 'number' && iat > clock.now() / 1000 + 60;
}

type Claims = Record<string, unknown>;
type Header = Record<string, unknown>;

/** Which class a client is of, as the library hands it in. */
export function isHigh(clients: Clients, client: { clientId: string } | undefined): boolean {
  return client !== undefined && clients.get(client.clientId)?.profile === 'high';
}
