import { METHODS } from 'node:http';
import Router from '@koa/router';
import { createRemoteJWKSet, errors, type JWK, jwtVerify } from 'jose';
import type { Context } from 'koa';
import * as oidc from 'openid-client';
import { ihanoiGoodbye, ihanoiHome, ihanoiMe, ihanoiProblem } from '../../views/city/ihanoi.ts';
import { problem } from '../errors.ts';
import { readForm } from '../web/forms.ts';
import { type Page, pageOf } from '../web/language.ts';
import { allowFormsTo } from '../web/security.ts';
import { hearLogouts } from './backchannel-logout.ts';
import type { Visits } from './visits.ts';

/**
 * iHanoi, "Công dân Thủ đô số": the city's app, signing people in the way any stranger's app would. It knows the
 * provider by its address only, and believes nothing that openid-client (a certified library) and jose have not verified.
 *
 *     /ihanoi           home        /ihanoi/callback   back from the provider
 *     /ihanoi/login     to the provider                /ihanoi/me         who am I
 *     /ihanoi/start     likewise, sent by somebody     /ihanoi/logout     sign out here and there
 *     /ihanoi/goodbye   back from signing out          /ihanoi/backchannel-logout   signed out elsewhere
 */
export interface IhanoiParts {
  /** Address of the provider. */
  issuer: string;
  /** Where a program reads of it, when that is another; may be empty. */
  internalUrl: string;
  /** Address of the city, without a final slash. */
  origin: string;
  /** Private key of private_key_jwt. */
  key: JWK;
  visits: Visits;
}

const scope = 'openid profile identity phone residence';

export function ihanoiRoutes({ issuer, internalUrl, origin, key, visits }: IhanoiParts): Router {
  const router = new Router({ methods: METHODS });
  let provider: Promise<oidc.Configuration> | undefined;
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  /** The provider as it describes itself; asked once, and again after a failure. */
  async function discover(): Promise<oidc.Configuration> {
    provider ??= (async () => {
      const privateKey = await crypto.subtle.importKey(
        'jwk',
        key as JsonWebKey,
        { name: 'ECDSA', namedCurve: 'P-256' },
        false,
        ['sign'],
      );
      const authentication = oidc.PrivateKeyJwt({ key: privateKey, kid: String(key.kid) });
      const at = internalUrl || issuer;
      // it is who it says it is; only the way to it is another
      const otherwise = (address: string, options: RequestInit) =>
        fetch(address.startsWith(`${issuer}/`) ? at + address.slice(issuer.length) : address, options);
      return oidc.discovery(new URL(issuer), 'ihanoi', { id_token_signed_response_alg: 'ES256' }, authentication, {
        ...(at.startsWith('http:') && { execute: [oidc.allowInsecureRequests] }),
        ...(at !== issuer && { [oidc.customFetch]: otherwise as oidc.CustomFetch }),
      });
    })();
    return provider.catch((cause) => {
      provider = undefined;
      throw cause;
    });
  }

  /** The provider's keys, read again where a token names one that is not among them. */
  async function providerKeys() {
    const { jwks_uri: address } = (await discover()).serverMetadata();
    keys ??= createRemoteJWKSet(new URL(String(address)), { cooldownDuration: 1000 });
    return keys;
  }

  router.redirect('/', '/ihanoi', 302);

  router.get('/ihanoi', async (ctx) => {
    const citizen = await visits.citizen(ctx);
    draw(ctx, (page) => ihanoiHome(page, citizen ? { loggedIn: { name: citizen.name } } : {}));
  });

  router.get('/ihanoi/login', (ctx) => begin(ctx));

  // a sign-in that somebody else has begun (OIDC Core §4); whoever it is does not choose the provider
  router.get('/ihanoi/start', (ctx) => {
    if (ctx.query.iss !== issuer) throw problem('city.foreignIssuer', { issuer });
    const { login_hint: hint } = ctx.query;
    return begin(ctx, typeof hint === 'string' ? { login_hint: hint } : {});
  });

  // Dynamic Client Registration §2 has it take both; a post from another site comes without our cookie, so it is sent on
  router.post('/ihanoi/start', async (ctx) => {
    const { fields } = await readForm(ctx);
    go(ctx, `/ihanoi/start?${new URLSearchParams([...fields])}`);
  });

  async function begin(ctx: Context, hint: { login_hint?: string } = {}): Promise<void> {
    const configuration = await discover();
    const [codeVerifier, nonce, state] = [oidc.randomPKCECodeVerifier(), oidc.randomNonce(), oidc.randomState()];
    await visits.begin(ctx, { codeVerifier, nonce, state });
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${origin}/ihanoi/callback`,
      scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      nonce,
      state,
      ui_locales: pageOf(ctx).language,
      ...hint,
    });
    go(ctx, address.href);
  }

  router.get('/ihanoi/callback', async (ctx) => {
    const configuration = await discover();
    // whatever comes of it, it is not tried again: two at once would redeem one code twice, and lose what it was good for
    const pending = await visits.take(ctx);
    // a way back or a reload comes here again once the code has done its work
    if (!pending && (await visits.citizen(ctx))) return go(ctx, '/ihanoi/me');
    if (!pending) return failed(ctx, 400, { error: 'no sign-in was begun in this browser' });
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(ctx.url, origin), {
        pkceCodeVerifier: pending.codeVerifier,
        expectedNonce: pending.nonce,
        expectedState: pending.state,
        idTokenExpected: true,
      });
      // openid-client leaves the signature to TLS (OIDC Core §3.1.3.7 (6)), which there need not be here
      // and a session that has no name could not be ended from there
      await jwtVerify(String(tokens.id_token), await providerKeys(), {
        algorithms: ['ES256'],
        requiredClaims: ['sid'],
      });
      const idToken = tokens.claims() as oidc.IDToken;
      const claims = await oidc.fetchUserInfo(configuration, tokens.access_token, idToken.sub);
      const [name, rawIdToken] = [String(claims.name), String(tokens.id_token)];
      await visits.signIn(ctx, { name, claims, idToken, rawIdToken });
      go(ctx, '/ihanoi/me');
    } catch (cause) {
      const refused = cause instanceof oidc.AuthorizationResponseError;
      const known = [oidc.ResponseBodyError, oidc.ClientError, errors.JOSEError];
      if (!refused && !known.some((kind) => cause instanceof kind)) throw cause;
      failed(
        ctx,
        refused ? 200 : 400,
        refused || cause instanceof oidc.ResponseBodyError
          ? { error: cause.error, description: cause.error_description ?? '' }
          : { error: (cause as Error).message },
      );
    }
  });

  router.get('/ihanoi/me', async (ctx) => {
    const citizen = await visits.citizen(ctx);
    if (!citizen) return go(ctx, '/ihanoi');
    allowFormsTo(ctx, [issuer]);
    const { acr, amr, ...rest } = citizen.idToken;
    draw(ctx, (page) =>
      ihanoiMe(page, {
        name: citizen.name,
        claims: facts(citizen.claims),
        idToken: facts(rest),
        acr: String(acr),
        amr: Array.isArray(amr) ? amr.map(String) : [],
      }),
    );
  });

  router.post('/ihanoi/logout', async (ctx) => {
    const citizen = await visits.citizen(ctx);
    // the cookie is SameSite=Lax, so a post from another site comes without it and ends nothing
    await visits.end(ctx);
    // also where the visit has ended before, as when the button is pressed twice: at VNeID they may be signed in still
    const address = oidc.buildEndSessionUrl(await discover(), {
      ...(citizen && { id_token_hint: citizen.rawIdToken }),
      post_logout_redirect_uri: `${origin}/ihanoi/goodbye`,
    });
    go(ctx, address.href);
  });

  // where it failed, its page is asked for again in another language
  router.get('/ihanoi/logout', (ctx) => go(ctx, '/ihanoi'));

  router.post('/ihanoi/backchannel-logout', hearLogouts({ discover, keys: providerKeys, visits }));

  router.get('/ihanoi/goodbye', (ctx) => draw(ctx, (page) => ihanoiGoodbye(page)));

  return router;
}

/** The sign-in did not happen: what the provider said, and how to try again. */
function failed(ctx: Context, status: number, details: Record<string, string>): void {
  ctx.status = status;
  draw(ctx, (page) =>
    ihanoiProblem(page, {
      text: page.language === 'vi' ? 'Bạn chưa đăng nhập.' : 'You are not signed in.',
      next:
        page.language === 'vi'
          ? 'Bạn có thể thử lại từ trang chủ iHanoi.'
          : 'You can try again from the iHanoi home page.',
      details: facts(details),
    }),
  );
}

function draw(ctx: Context, make: (page: Page) => unknown): void {
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = String(make(pageOf(ctx)));
}

function facts(values: Record<string, unknown>): { label: string; value: string }[] {
  return Object.entries(values).map(([label, value]) => ({
    label,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

function go(ctx: Context, address: string): void {
  ctx.redirect(address);
  ctx.status = 303;
}
