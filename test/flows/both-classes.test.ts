import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser, type Visited } from '../support/browser.ts';
import {
  createHighClient,
  createKey,
  type HighClient,
  highParty,
  type Key,
  pushedRequest,
} from '../support/high-client.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  type Request,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** What OpenID Connect has for everyone, is there for both classes of relying party, and works the same. */
let vneid: Instance;
let high: HighClient;
const agreed = {
  redirect_uris: testClient.redirect_uris,
  post_logout_redirect_uris: testClient.post_logout_redirect_uris,
  grant_types: testClient.grant_types,
  scope: testClient.scope,
  authorization_details_types: ['vneid_transaction' as const],
};

beforeAll(async () => {
  high = await createHighClient(agreed);
  vneid = await startVneid({ sends: 1000, clients: [{ ...testClient, ...agreed }, high.registration] });
});
afterEach(() => vneid.clock.reset());
afterAll(() => vneid.stop());

interface Party {
  configuration: oidc.Configuration;
  /** A proof of the key goes along where there is one. */
  proof: oidc.DPoPOptions;
  begin(parameters?: Record<string, string>): Promise<Request>;
}

async function baseline(): Promise<Party> {
  const configuration = await relyingParty(vneid);
  return { configuration, proof: {}, begin: (parameters) => authorizationRequest(configuration, parameters) };
}

async function highClass(): Promise<Party> {
  const { configuration, dpop } = await highParty(vneid, high);
  return { configuration, proof: dpop, begin: (parameters) => pushedRequest(configuration, parameters) };
}

describe.each([
  ['baseline', baseline],
  ['high', highClass],
])('%s', (_name, partyOf) => {
  let party: Party;
  beforeAll(async () => {
    party = await partyOf();
  });

  async function tokensFor(parameters: Record<string, string> = {}, browser = new Browser()) {
    const request = await party.begin(parameters);
    const { url } = await signIn(vneid, browser, request.url);
    const tokens = await redeem(party.configuration, { ...request, url }, party.proof);
    return { browser, request, tokens, sub: tokens.claims()?.sub ?? '' };
  }
  const open = async (browser: Browser, parameters: Record<string, string>): Promise<Visited> =>
    browser.open((await party.begin(parameters)).url, { until: atCallback });

  test('a person signs in once and is the same person the next time, without a page', async () => {
    const { browser, sub } = await tokensFor();
    const request = await party.begin();
    const { url } = await browser.open(request.url, { until: atCallback });
    const tokens = await redeem(party.configuration, { ...request, url }, party.proof);
    expect(tokens.claims()).toMatchObject({ sub, acr: 'urn:vneid:loa:1', amr: ['pwd'] });
  });

  test('the claims of the scopes are at userinfo, and of no others', async () => {
    const { tokens, sub } = await tokensFor({ scope: 'openid profile' });
    const claims = await oidc.fetchUserInfo(party.configuration, tokens.access_token, sub, party.proof);
    expect(claims).toMatchObject({ sub, name: an.name });
    expect(claims).not.toHaveProperty('phone_number');
    expect(tokens.claims()).not.toHaveProperty('name');
  });

  test('a level is asked for and reached', async () => {
    const { tokens } = await tokensFor({ acr_values: 'urn:vneid:loa:2' });
    expect(tokens.claims()?.acr).toBe('urn:vneid:loa:2');
  });

  test('prompt and max_age are held to', async () => {
    const { browser } = await tokensFor();
    expect(said((await open(browser, { prompt: 'none' })).url)).toHaveProperty('code');
    expect((await open(browser, { prompt: 'login' })).html).toContain('name="password"');
    expect((await open(browser, { max_age: '0' })).html).toContain('name="password"');
    expect((await open(browser, { prompt: 'consent' })).html).toContain('value="allow"');
    const [nobody, more] = [new Browser(), 'openid profile family'];
    expect(said((await open(nobody, { prompt: 'none' })).url)).toMatchObject({ error: 'login_required' });
    expect(said((await open(browser, { prompt: 'none', scope: more })).url)).toMatchObject({
      error: 'consent_required',
    });
  });

  test('auth_time is of the sign-in, not of the answer', async () => {
    const { browser, tokens } = await tokensFor({ max_age: '3600' });
    const first = Number(tokens.claims()?.auth_time);
    const request = await party.begin({ max_age: '3600' });
    const { url } = await browser.open(request.url, { until: atCallback });
    const next = await redeem(party.configuration, { ...request, url }, party.proof);
    expect(next.claims()?.auth_time).toBe(first);
  });

  test('a hint of who it was before is held to', async () => {
    const { browser, tokens } = await tokensFor();
    const hint = { id_token_hint: tokens.id_token ?? '', prompt: 'none' };
    expect(said((await open(browser, hint)).url)).toHaveProperty('code');
    const other = new Browser();
    await signIn(vneid, other, (await party.begin()).url, { number: '001187000002', password: an.password });
    expect(said((await open(other, hint)).url)).toMatchObject({ error: 'login_required' });
  });

  test.each(['query', 'fragment', 'form_post'])('the answer comes by %s, with who it is from', async (mode) => {
    const { browser } = await tokensFor();
    const request = await party.begin({ response_mode: mode });
    const page = await browser.open(request.url, { until: atCallback });
    const fields =
      mode === 'form_post'
        ? Object.fromEntries([...page.html.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, k, v]) => [k, v]))
        : said(page.url);
    expect(fields).toEqual({ code: expect.any(String), state: request.state, iss: vneid.issuer });
    if (mode === 'fragment') expect(page.url.search).toBe('');
    const url = new URL(`http://localhost:9/callback?${new URLSearchParams(fields)}`);
    expect((await redeem(party.configuration, { ...request, url }, party.proof)).access_token).toBeTypeOf('string');
  });

  test('state comes back as it was, whatever stands in it', async () => {
    const { browser } = await tokensFor();
    const state = `ă "<>&=?#%2F+ ${'x'.repeat(500)}`;
    expect(said((await open(browser, { state })).url).state).toBe(state);
  });

  test.each([43, 64, 384])('a nonce of %i characters comes back as it was', async (length) => {
    const nonce = `${'n'.repeat(length - 2)}-_`;
    const request = await party.begin({ nonce });
    const { url } = await signIn(vneid, new Browser(), request.url);
    const tokens = await redeem(party.configuration, { ...request, nonce, url }, party.proof);
    expect(tokens.claims()?.nonce).toBe(nonce);
  });

  test('scopes have no order (RFC 6749 §3.3)', async () => {
    const { tokens } = await tokensFor({ scope: 'profile email openid' });
    expect(tokens.scope?.split(' ').toSorted()).toEqual(['email', 'openid', 'profile']);
  });

  test('a refresh narrows the scope and never widens it', async () => {
    const { tokens } = await tokensFor({ scope: 'openid profile phone' });
    const refresh = (scope: string, token = tokens.refresh_token ?? '') =>
      oidc.refreshTokenGrant(party.configuration, token, { scope }, party.proof);
    await expect(refresh('openid profile phone family')).rejects.toMatchObject({ error: 'invalid_scope' });
    const less = await refresh('openid');
    expect(less.scope).toBe('openid');
    expect((await refresh('openid profile phone', less.refresh_token)).scope).toBe('openid profile phone');
  });

  test('a refresh goes on for fourteen days from the consent, however often it is used', async () => {
    const { tokens } = await tokensFor({ scope: 'openid profile offline_access', prompt: 'consent' });
    const { configuration, proof } = party;
    let token = tokens.refresh_token ?? '';
    for (const day of [5, 10, 13]) {
      vneid.clock.reset();
      vneid.clock.advance(day * 86_400_000);
      const skewed = await atTheProvidersTime(configuration);
      token = (await oidc.refreshTokenGrant(skewed, token, undefined, proof)).refresh_token ?? '';
    }
    vneid.clock.advance(86_400_000 + 60_000);
    await expect(
      oidc.refreshTokenGrant(await atTheProvidersTime(configuration), token, undefined, proof),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  /** openid-client with the clock of the provider; a proof that seems old is asked for again with a nonce. */
  async function atTheProvidersTime(configuration: oidc.Configuration): Promise<oidc.Configuration> {
    if (configuration.clientMetadata().client_id === testClient.client_id) return configuration;
    const skew = Math.round((vneid.clock.now() - Date.now()) / 1000);
    return (await highParty(vneid, high, { [oidc.clockSkew]: skew })).configuration;
  }

  test.each(['access_token', 'refresh_token'] as const)(
    'who revokes one token ends all of the same grant: %s (RFC 7009 §2.1)',
    async (kind) => {
      const { configuration, proof } = party;
      const { tokens, sub } = await tokensFor();
      const next = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, proof);
      const alive = async (token: string) => (await oidc.tokenIntrospection(configuration, token)).active;
      expect([await alive(tokens.access_token), await alive(next.access_token)]).toEqual([true, true]);
      await oidc.tokenRevocation(configuration, next[kind] ?? '');
      expect([await alive(tokens.access_token), await alive(next.access_token)]).toEqual([false, false]);
      await expect(oidc.fetchUserInfo(configuration, next.access_token, sub, proof)).rejects.toThrow();
      await expect(
        oidc.refreshTokenGrant(configuration, next.refresh_token ?? '', undefined, proof),
      ).rejects.toMatchObject({ error: 'invalid_grant' });
      // what is not known any more is revoked already (RFC 7009 §2.2)
      await oidc.tokenRevocation(configuration, next[kind] ?? '');
    },
  );

  test('signing out ends the tokens and leads back', async () => {
    const { browser, tokens, sub } = await tokensFor();
    const out = oidc.buildEndSessionUrl(party.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://localhost:9/goodbye',
      state: 's',
    });
    await browser.open(out);
    const back = await browser.submit({ logout: 'yes' }, { until: atCallback });
    expect(back.url.href).toBe('http://localhost:9/goodbye?state=s');
    await expect(oidc.fetchUserInfo(party.configuration, tokens.access_token, sub, party.proof)).rejects.toThrow();
    expect((await open(browser, {})).html).toContain('name="password"');
  });

  test('a transaction is approved on the phone, and is in the tokens of this one request', async () => {
    const number = '001191000025';
    const text = 'Nộp lệ phí 200.000 đ cho hồ sơ H26.14-241125-0001';
    const browser = new Browser();
    await signIn(vneid, browser, (await party.begin()).url, { number, password: an.password });
    const request = await party.begin({
      authorization_details: JSON.stringify([{ type: 'vneid_transaction', text }]),
    });
    expect((await browser.open(request.url, { until: atCallback })).text).toContain(text);
    await vneid.control.phone(number).approve();
    const { url } = await browser.submit({}, { form: (action) => action.endsWith('/transaction'), until: atCallback });
    const tokens = await redeem(party.configuration, { ...request, url }, party.proof);
    expect(tokens.authorization_details).toMatchObject([{ type: 'vneid_transaction', text, acr: 'urn:vneid:loa:2' }]);
    const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '', undefined, party.proof);
    expect(next.authorization_details).toBeUndefined();
  });

  test('a no is told, and so is a request that cannot be', async () => {
    const browser = new Browser();
    await open(browser, { scope: 'openid profile background' });
    await browser.submit({ login: '030186000023', password: an.password }, { until: atCallback });
    const page = await browser.submit({ decision: 'deny' }, { until: atCallback });
    expect(said(page.url)).toMatchObject({ error: 'access_denied', iss: vneid.issuer });
  });
});

describe('a public client that binds its tokens to a key (RFC 9449 §5)', () => {
  let key: Key;
  let stranger: Key;
  let own: Instance & AsyncDisposable;
  beforeAll(async () => {
    [key, stranger] = await Promise.all([createKey(), createKey()]);
    own = await startVneid({
      clients: [
        {
          client_id: 'app',
          application_type: 'native',
          redirect_uris: ['http://localhost:9/callback'],
          grant_types: ['authorization_code', 'refresh_token'],
          dpop_bound_access_tokens: true,
        },
      ],
    });
  });
  afterAll(() => own.stop());

  test('has a refresh token that is worth nothing without the key, also for the ten seconds of a retry', async () => {
    const configuration = await oidc.discovery(new URL(own.issuer), 'app', undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
    const [mine, theirs] = [key, stranger].map((pair) => ({ DPoP: oidc.getDPoPHandle(configuration, pair) }));
    const request = await authorizationRequest(configuration);
    const { url } = await signIn(own, new Browser(), request.url);
    await expect(redeem(configuration, { ...request, url })).rejects.toMatchObject({ error: 'invalid_grant' });
    const tokens = await redeem(configuration, { ...request, url }, mine);
    const first = tokens.refresh_token ?? '';
    const refresh = (token: string, by?: oidc.DPoPOptions) =>
      oidc.refreshTokenGrant(configuration, token, undefined, by);
    for (const by of [undefined, theirs])
      await expect(refresh(first, by)).rejects.toMatchObject({ error: 'invalid_grant' });
    const next = await refresh(first, mine);
    expect(next.refresh_token).not.toBe(first);
    for (const by of [undefined, theirs])
      await expect(refresh(first, by)).rejects.toMatchObject({ error: 'invalid_grant' });
    const again = await refresh(first, mine);
    expect(again.refresh_token).toBe(next.refresh_token);
  });
});
