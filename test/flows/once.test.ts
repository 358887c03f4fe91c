import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, importPKCS8, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  authorizationRequest,
  type Request,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/**
 * What may be used once is used once, however many try at the same moment. The library checks and then writes; with an
 * adapter that is not exact all 50 would win (the naive store in test/store/contract.ts shows it).
 */
const crowd = 50;
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });

describe.each(['memory', 'sqlite'] as const)('with artifacts in %s', (artifacts) => {
  let vneid: Instance;
  let configuration: oidc.Configuration;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vneid-once-'));
    const data = artifacts === 'memory' ? ':memory:' : folder;
    const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kty: 'EC', kid: 'k', alg: 'ES256', use: 'sig' }] };
    vneid = await startVneid({
      artifacts,
      data,
      clients: [
        testClient,
        {
          client_id: 'machine',
          jwks,
          token_endpoint_auth_method: 'private_key_jwt',
          grant_types: ['client_credentials'],
          scope: 'openid',
        },
        {
          client_id: 'bound',
          client_secret: 'a-secret-of-the-tests',
          grant_types: ['client_credentials'],
          scope: 'openid',
        },
      ],
    });
    configuration = await relyingParty(vneid);
  });
  afterAll(async () => {
    await vneid.stop();
    await rm(folder, { recursive: true });
  });

  async function codeInHand(): Promise<Request & { url: URL }> {
    const request = await authorizationRequest(configuration);
    return { ...request, url: (await signIn(vneid, new Browser(), request.url)).url };
  }

  test('a code in hand is good for nothing once its grant has ended', async () => {
    const [used, held] = [await codeInHand(), await codeInHand()];
    await redeem(configuration, used);
    await expect(redeem(configuration, used)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(redeem(configuration, held)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  /** Sends the same request many times at once and counts the answers by what they say. */
  async function rush(path: string, init: RequestInit): Promise<Record<string, number>> {
    const answers = await Promise.all(
      Array.from({ length: crowd }, async () => {
        const response = await fetch(`${vneid.issuer}${path}`, { ...init, method: 'POST' });
        const body = (await response.json()) as { access_token?: string; error?: string };
        return body.access_token ? 'won' : `${response.status} ${body.error}`;
      }),
    );
    return answers.reduce<Record<string, number>>(
      (count, answer) => ({ ...count, [answer]: (count[answer] ?? 0) + 1 }),
      {},
    );
  }

  const basic = { authorization: `Basic ${btoa(`${testClient.client_id}:${testClient.client_secret}`)}` };

  test('one code', async () => {
    const { url, verifier } = await codeInHand();
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: testClient.redirect_uris[0] ?? '',
    });
    expect(await rush('/token', { body, headers: basic })).toEqual({ won: 1, '400 invalid_grant': crowd - 1 });
  });

  test('one refresh token: many who ask at once get the same next one, and when they are late nobody gets any', async () => {
    const tokens = await redeem(configuration, await codeInHand());
    const next = new Set<string | undefined>();
    for (const answer of await Promise.all(
      Array.from({ length: crowd }, () => oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '')),
    ))
      next.add(answer.refresh_token);
    expect(next.size).toBe(1);

    vneid.clock.advance(11_000);
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    expect(await rush('/token', { body, headers: basic })).toEqual({ '400 invalid_grant': crowd });
    await expect(oidc.refreshTokenGrant(configuration, [...next][0] ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('one client assertion', async () => {
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('machine')
      .setSubject('machine')
      .setAudience(vneid.issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(await importPKCS8(privateKey, 'ES256'));
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'machine',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    expect(await rush('/token', { body })).toEqual({ won: 1, '401 invalid_client': crowd - 1 });
  });

  test('one DPoP proof', async () => {
    const jwk = await exportJWK(pair.publicKey);
    const proof = await new SignJWT({ jti: randomUUID(), htm: 'POST', htu: `${vneid.issuer}/token` })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(await importPKCS8(privateKey, 'ES256'));
    const headers = { authorization: `Basic ${btoa('bound:a-secret-of-the-tests')}`, dpop: proof };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    expect(await rush('/token', { body, headers })).toEqual({ won: 1, '400 invalid_grant': crowd - 1 });
  });

  test('a code that comes back takes the tokens with it', async () => {
    const code = await codeInHand();
    const tokens = await redeem(configuration, code);
    await expect(redeem(configuration, code)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')).rejects.toThrow();
  });

  test('an answer that got lost is given again, once more and no longer than ten seconds', async () => {
    const first = await redeem(configuration, await codeInHand());
    const lost = await oidc.refreshTokenGrant(configuration, first.refresh_token ?? '');
    const again = await oidc.refreshTokenGrant(configuration, first.refresh_token ?? '');
    expect(again.refresh_token).toBe(lost.refresh_token);
    expect(again.access_token).not.toBe(lost.access_token);
    const third = await oidc.refreshTokenGrant(configuration, again.refresh_token ?? '');
    expect(third.refresh_token).not.toBe(again.refresh_token);
  });

  test('a copy of a refresh token is noticed within the ten seconds too, once what followed it was used', async () => {
    const first = await redeem(configuration, await codeInHand());
    const second = await oidc.refreshTokenGrant(configuration, first.refresh_token ?? '');
    const third = await oidc.refreshTokenGrant(configuration, second.refresh_token ?? '');
    await expect(oidc.refreshTokenGrant(configuration, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.refreshTokenGrant(configuration, third.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('a refresh token that was used while the clock was ahead is used, also once it was set back', async () => {
    vneid.clock.advance(86_400_000);
    const first = await redeem(configuration, await codeInHand());
    await oidc.refreshTokenGrant(configuration, first.refresh_token ?? '');
    vneid.clock.reset();
    vneid.clock.advance(11_000);
    await expect(oidc.refreshTokenGrant(configuration, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('a refresh token that comes back takes its family with it', async () => {
    const first = await redeem(configuration, await codeInHand());
    const second = await oidc.refreshTokenGrant(configuration, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    vneid.clock.advance(11_000);
    await expect(oidc.refreshTokenGrant(configuration, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.refreshTokenGrant(configuration, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('consent outlives logout, replay and the grant: nobody is asked twice', async () => {
    const code = await codeInHand();
    await redeem(configuration, code);
    await redeem(configuration, code).catch(() => undefined);
    const browser = new Browser();
    const request = await authorizationRequest(configuration);
    await signIn(vneid, browser, request.url);
    expect(browser.history.filter((line) => line.includes('/consent'))).toEqual([]);
  });
});
