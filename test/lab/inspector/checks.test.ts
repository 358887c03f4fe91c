import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { catalogue } from '../../../views/assets/inspector/checks/catalogue.js';
import { leftHalf } from '../../../views/assets/inspector/hashes.js';
import type { Input, Jwk, World } from '../../../views/assets/inspector/report.js';
import { encode, forge } from '../../support/forge.ts';
import {
  client,
  disclosure,
  ended,
  holder,
  issuer,
  look,
  made,
  own,
  ownRsa,
  seconds,
  sealed,
  selective,
  sha256,
  stranger,
} from './made.ts';

/**
 * Every way that every check can end, each reached by a token: the attack beside what is right. Names are those of the
 * catalogue, and a test holds that none is left out.
 */
interface Case {
  token: string | Promise<string>;
  input?: Partial<Input>;
  world?: Partial<World>;
}

const idToken = made('id-token');
const [head = '', body = '', mark = ''] = idToken.split('.');
const proof = made('dpop-proof');
const privateJwk = (): Jwk => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...(privateKey.export({ format: 'jwk' }) as Jwk), kid: 'mine' };
};
const mine = privateJwk();
const publicPem = (jwk: Jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
const accessToken = (claims = {}) => made('access-token', { claims });
const thumbprint = async (jwk: Jwk) => (await import('jose')).calculateJwkThumbprint(jwk);
const secret = 'a-secret-that-an-app-shares-with-the-provider';
const family = disclosure('family_name', 'Nguyễn');
const named = (claims: object, header = {}) => ({ token: made('id-token', { claims: { ...claims }, header }) });
const bound = async () => accessToken({ cnf: { jkt: await thumbprint(holder.jwk) } });
const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const deepDisclosures = () => {
  let inner = disclosure('last', 1);
  const all = [inner];
  for (let level = 0; level < 33; level += 1) all.push((inner = disclosure(`level${level}`, { _sd: [inner.digest] })));
  return { payload: { _sd: [inner.digest] }, disclosed: all.map(({ text }) => text) };
};

const cases: Record<string, () => Case | Promise<Case>> = {
  'form:good': () => ({ token: idToken }),
  'form:spaces': () => ({ token: `${head}.${body.slice(0, 9)}\n ${body.slice(9)}.${mark}` }),
  'form:padding': () => ({ token: `${head}.${body}.${mark}==` }),
  'form:alphabet': () => ({ token: `${head}.${body}.${'+/'.repeat(43)}` }),
  // 64 bytes of a signature leave four bits over, which are not looked at by a decoder
  'form:bits': () => ({ token: `${head}.${body}.${mark.slice(0, -1)}${nextLetter(mark)}` }),
  'form:utf8': () => ({
    token: forge({
      header: { alg: 'ES256', kid: 'own' },
      payload: Buffer.from([0x22, 0xff, 0x22]),
      key: own.privateKey,
    }),
  }),
  'form:deep': () => ({
    token: forge({ header: { alg: 'ES256', kid: 'own' }, payload: deep(40), key: own.privateKey }),
  }),
  'form:text': () => ({
    token: forge({ header: { alg: 'ES256', kid: 'own' }, payload: 'just words', key: own.privateKey }),
  }),
  'unique:good': () => ({ token: idToken }),
  'unique:twice': () => ({
    token: forge({
      header: { alg: 'ES256', kid: 'own' },
      payload: `{"iss":"${issuer}","sub":"a","\\u0073ub":"b"}`,
      key: own.privateKey,
    }),
  }),
  'crit:unknown': () => named({}, { crit: ['exp'], exp: 1 }),
  'crit:malformed': () => named({}, { crit: [] }),
  'b64:present': () => named({}, { b64: false, crit: ['b64'] }),
  'zip:present': () => named({}, { zip: 'DEF' }),
  'source:named': () => named({}, { jku: 'https://evil.example/jwks' }),
  'typ:good': () => ({ token: accessToken() }),
  'typ:absent': () => ({ token: idToken }),
  'typ:recommended': () => ({ token: made('logout-token', { header: { typ: undefined } }) }),
  'typ:missing': () => ({ token: made('access-token', { header: { typ: undefined } }) }),
  // an access token, shown to an app as an ID token (RFC 8725 §2.8)
  'typ:wrong': () => ({ token: accessToken(), input: { as: 'id-token' } }),

  'alg:good': () => ({ token: idToken }),
  'alg:older': () => ({
    token: made('id-token', { header: { alg: 'RS256', kid: 'own-rsa' }, key: ownRsa.privateKey }),
  }),
  'alg:shared': () => ({ token: made('client-assertion', { header: { alg: 'HS256', kid: undefined }, key: secret }) }),
  'alg:none': () => ({ token: made('id-token', { header: { alg: 'none' }, key: undefined }) }),
  'alg:symmetric': () => ({ token: made('id-token', { header: { alg: 'HS256' }, key: secret }) }),
  'alg:foreign': () => ({ token: made('id-token', { header: { alg: 'ES256K' }, alg: 'ES256' }) }),
  'alg:missing': () => ({ token: made('id-token', { header: { alg: 7 }, alg: 'ES256' }) }),
  'signature:good': () => ({ token: idToken }),
  'signature:among': () => ({ token: idToken, world: { keys: [{ ...stranger.jwk, kid: 'own' }, own.jwk] } }),
  'signature:secret': () => ({
    token: made('client-assertion', { header: { alg: 'HS256', kid: undefined }, key: secret }),
    input: { key: secret },
  }),
  'signature:wrong': () => ({ token: `${head}.${encode(JSON.stringify({ iss: issuer, sub: 'another' }))}.${mark}` }),
  'signature:none': () => ({ token: `${head}.${body}.` }),
  'signature:unknown': () => ({ token: made('id-token', { header: { kid: 'of-nobody' }, key: stranger.privateKey }) }),
  // an RSA key where the header says ES256
  'signature:unfit': () => named({}, { kid: 'own-rsa' }),
  // the oldest forgery: the key that everybody may read, taken for a secret
  'signature:public': () => ({ token: made('id-token', { header: { alg: 'HS256' }, key: publicPem(own.jwk) }) }),
  'signature:issuer': () => ({
    token: made('id-token', { claims: { iss: 'https://other.example' }, header: { kid: 'theirs' } }),
  }),
  'signature:client': () => ({ token: made('client-assertion') }),
  'signature:share': () => ({ token: made('client-assertion', { header: { alg: 'HS256' }, key: secret }) }),
  'signature:holder': () => ({ token: made('key-binding') }),
  'signature:unreachable': () => ({ token: idToken, world: { keys: undefined } as unknown as Partial<World> }),
  'signature:unsupported': () => ({
    token: made('id-token', { header: { alg: 'XS256' }, alg: 'ES256' }),
    input: { key: JSON.stringify({ kty: 'EC', crv: 'P-256', x: own.jwk.x, y: own.jwk.y }) },
  }),
  'signature:unread': () => ({ token: idToken, input: { key: '{"kty": 7}' } }),

  'complete:good': () => ({ token: idToken }),
  'complete:missing': () => named({ sub: undefined }),
  'exp:good': () => ({ token: idToken }),
  'exp:over': () => named({ exp: seconds - 1 }),
  'exp:strange': () => named({ exp: '2099' }),
  'nbf:good': () => named({ nbf: seconds - 5 }),
  'nbf:early': () => named({ nbf: seconds + 300 }),
  'nbf:strange': () => named({ nbf: 1e300 }),
  'iat:good': () => ({ token: idToken }),
  'iat:future': () => named({ iat: seconds + 3600 }),
  'iat:old': () => ({ token: made('dpop-proof', { claims: { iat: seconds - 900 } }) }),
  'iat:strange': () => named({ iat: null }),
  'lifetime:good': () => ({ token: made('logout-token') }),
  'lifetime:long': () => ({ token: made('client-assertion', { claims: { exp: seconds + 9e6 } }) }),
  'iss:good': () => ({ token: idToken }),
  'iss:other': () => named({ iss: `${issuer}/` }),
  'aud:good': () => ({ token: idToken, input: { audience: 'app' } }),
  'aud:wrong': () => ({ token: idToken, input: { audience: 'another-app' } }),
  'aud:unasked': () => ({ token: idToken }),
  'aud:endpoint': () => ({ token: made('client-assertion', { claims: { aud: `${issuer}/token` } }) }),
  'aud:strange': () => named({ aud: { app: true } }),
  'nonce:good': () => ({ token: idToken, input: { nonce: 'n' } }),
  'nonce:wrong': () => ({ token: idToken, input: { nonce: 'of another request' } }),
  'nonce:missing': () => ({ ...named({ nonce: undefined }), input: { nonce: 'n' } }),
  'nonce:unasked': () => ({ token: idToken }),
  'once:server': () => ({ token: proof }),

  'sub:good': () => ({ token: idToken }),
  'sub:strange': () => named({ sub: 'x'.repeat(256) }),
  'sub:client': () => ({ token: made('request-object', { claims: { sub: 'app' } }) }),
  'azp:good': () => named({ azp: 'app' }),
  'azp:wrong': () => ({ ...named({ azp: 'another' }), input: { audience: 'app' } }),
  'azp:missing': () => named({ aud: ['app', 'another'] }),
  'acr:good': () => ({ token: idToken }),
  'acr:strange': () => named({ acr: 'urn:vneid:loa:5' }),
  'at_hash:good': async () => ({ ...named({ at_hash: await leftHalf('at', 'ES256') }), input: { accessToken: 'at' } }),
  'at_hash:wrong': async () => ({
    ...named({ at_hash: await leftHalf('at', 'ES256') }),
    input: { accessToken: 'of another' },
  }),
  'at_hash:unasked': () => named({ at_hash: 'x' }),
  'at_hash:unsupported': () => ({
    token: made('id-token', { claims: { at_hash: 'x' }, header: { alg: 'ML-DSA-44' }, alg: 'ES256' }),
    input: { accessToken: 'at' },
  }),
  'c_hash:good': async () => ({ ...named({ c_hash: await leftHalf('code', 'ES256') }), input: { code: 'code' } }),
  'c_hash:wrong': async () => ({ ...named({ c_hash: await leftHalf('code', 'ES256') }), input: { code: 'injected' } }),
  'c_hash:unasked': () => named({ c_hash: 'x' }),
  'c_hash:unsupported': () => ({
    token: made('id-token', { claims: { c_hash: 'x' }, header: { alg: 'ML-DSA-44' }, alg: 'ES256' }),
    input: { code: 'code' },
  }),

  'jwk:good': () => ({ token: proof }),
  'jwk:missing': () => ({ token: made('dpop-proof', { header: { jwk: undefined } }) }),
  'jwk:private': () => ({ token: made('dpop-proof', { header: { jwk: mine } }) }),
  'jwk:unread': () => ({ token: made('dpop-proof', { header: { jwk: { kty: 'EC' } } }) }),
  'htm:good': () => ({ token: proof, input: { request: `POST ${issuer}/token` } }),
  'htm:wrong': () => ({ token: proof, input: { request: `GET ${issuer}/token` } }),
  'htm:unasked': () => ({ token: proof }),
  'htm:strange': () => ({ token: made('dpop-proof', { claims: { htm: 'post it' } }) }),
  // query and fragment are no part of the comparison, and neither is how the host is written (RFC 9449 §4.3)
  'htu:good': () => ({
    token: proof,
    input: { request: `POST ${issuer.toUpperCase().replace('HTTPS', 'https')}:443/token?x=1#y` },
  }),
  'htu:wrong': () => ({ token: proof, input: { request: `POST ${issuer}/userinfo` } }),
  'htu:unasked': () => ({ token: proof }),
  'htu:query': () => ({ token: made('dpop-proof', { claims: { htu: `${issuer}/token?x=1` } }) }),
  'htu:strange': () => ({ token: made('dpop-proof', { claims: { htu: '/token' } }) }),
  'ath:good': async () => ({
    token: made('dpop-proof', { claims: { ath: sha256('at') } }),
    input: { accessToken: 'at' },
  }),
  'ath:wrong': async () => ({
    token: made('dpop-proof', { claims: { ath: sha256('at') } }),
    input: { accessToken: 'stolen' },
  }),
  'ath:missing': () => ({ token: proof, input: { accessToken: 'at' } }),
  'ath:unasked': () => ({ token: made('dpop-proof', { claims: { ath: 'x' } }) }),
  'jkt:good': async () => ({ token: proof, input: { accessToken: await bound() } }),
  'jkt:wrong': async () => ({
    token: proof,
    input: { accessToken: accessToken({ cnf: { jkt: await thumbprint(stranger.jwk) } }) },
  }),
  'jkt:unbound': () => ({ token: proof, input: { accessToken: accessToken() } }),
  'jkt:opaque': () => ({ token: proof, input: { accessToken: 'x'.repeat(43) } }),
  'bound:dpop': async () => ({ token: await bound() }),
  'bound:tls': () => ({ token: accessToken({ cnf: { 'x5t#S256': 'x' } }) }),
  'bound:bearer': () => ({ token: accessToken() }),
  'self:good': () => ({ token: made('client-assertion') }),
  'self:differ': () => ({
    token: made('client-assertion', { claims: { sub: 'another' } }),
    input: { as: 'client-assertion' },
  }),
  'client:good': () => ({ token: made('request-object') }),
  'client:differ': () => ({ token: made('request-object', { claims: { client_id: 'another' } }) }),
  'client:absent': () => ({ token: made('request-object', { claims: { client_id: undefined } }) }),
  'nested:good': () => ({ token: made('request-object') }),
  'nested:present': () => ({ token: made('request-object', { claims: { request_uri: 'https://evil.example' } }) }),
  'answer:code': () => ({ token: made('authorization-response') }),
  'answer:error': () => ({
    token: made('authorization-response', { claims: { code: undefined, error: 'access_denied' } }),
  }),
  'answer:none': () => ({
    token: made('authorization-response', { claims: { code: undefined } }),
    input: { as: 'authorization-response' },
  }),
  'events:good': () => ({ token: made('logout-token') }),
  'events:wrong': () => ({ token: made('logout-token', { claims: { events: { 'https://other.example': {} } } }) }),
  'whom:good': () => ({ token: made('logout-token') }),
  'whom:none': () => ({ token: made('logout-token', { claims: { sub: undefined } }) }),
  'no-nonce:good': () => ({ token: made('logout-token') }),
  'no-nonce:present': () => ({ token: made('logout-token', { claims: { nonce: 'n' } }) }),
  'told:active': () => ({ token: made('introspection') }),
  'told:inactive': () => ({ token: made('introspection', { claims: { token_introspection: { active: false } } }) }),
  'told:strange': () => ({ token: made('introspection', { claims: { token_introspection: { active: 'yes' } } }) }),

  'key-alg:good': () => ({ token: sealed(idToken, mine) }),
  // a password that a client chose, or a cost that an attacker did (GHSA-jv3g-j58f-9mq9)
  'key-alg:weak': () => ({
    token: [encode('{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2000000000}'), 'AA', 'AA', 'AA', 'AA'].join('.'),
  }),
  'key-alg:foreign': () => ({ token: [encode('{"alg":"A128KW","enc":"A128GCM"}'), 'AA', 'AA', 'AA', 'AA'].join('.') }),
  'enc:good': () => ({ token: sealed(idToken, mine) }),
  'enc:foreign': () => ({ token: sealed(idToken, mine, { enc: 'A192GCM' }) }),
  'decryption:good': () => ({ token: sealed(idToken, mine, { kid: 'mine' }), input: { key: JSON.stringify(mine) } }),
  'decryption:wrong': () => ({ token: sealed(idToken, mine), input: { key: JSON.stringify(privateJwk()) } }),
  'decryption:unasked': () => ({ token: sealed(idToken, mine) }),
  'decryption:refused': () => ({
    token: [
      encode('{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAAAAAAAAA","p2c":2000000000}'),
      'AA',
      'AA',
      'AA',
      'AA',
    ].join('.'),
    input: { key: 'a password' },
  }),
  'decryption:unread': () => ({ token: sealed(idToken, mine), input: { key: JSON.stringify(own.jwk) } }),
  'nesting:good': () => ({ token: sealed(idToken, mine), input: { key: JSON.stringify(mine) } }),
  'nesting:unsigned': () => ({ token: sealed('{"sub":"anybody"}', mine), input: { key: JSON.stringify(mine) } }),
  'nesting:deep': async () => ({
    token: sealed(await sealed(await sealed(idToken, mine), mine), mine),
    input: { key: JSON.stringify(mine) },
  }),
  'sd-alg:good': () => ({ token: selective() }),
  'sd-alg:foreign': () => ({ token: selective({ payload: { _sd_alg: 'md5' } }) }),
  'disclosures:good': () => ({ token: selective({ payload: { _sd: [family.digest] }, disclosed: [family.text] }) }),
  'disclosures:stray': () => ({
    token: selective({ payload: { _sd: [family.digest] }, disclosed: [disclosure('family_name', 'Trần').text] }),
  }),
  'disclosures:malformed': () => ({
    token: selective({ payload: { nationalities: [{ '...': family.digest }] }, disclosed: [family.text] }),
  }),
  'disclosures:reserved': () => {
    const hidden = disclosure('_sd', ['x']);
    return { token: selective({ payload: { _sd: [hidden.digest] }, disclosed: [hidden.text] }) };
  },
  'disclosures:exists': () => ({
    token: selective({ payload: { _sd: [family.digest], family_name: 'Trần' }, disclosed: [family.text] }),
  }),
  'disclosures:twice': () => ({
    token: selective({
      payload: { _sd: [family.digest], address: { _sd: [family.digest] } },
      disclosed: [family.text],
    }),
  }),
  'disclosures:deep': () => ({ token: selective(deepDisclosures()) }),
  'binding:present': () => ({ token: selective() }),
  'binding:absent': () => ({ token: selective({ binding: 'absent' }) }),
  'binding:unread': () => ({ token: `${selective({ binding: 'absent' })}nothing` }),
  'sd-hash:good': () => ({ token: selective() }),
  // what was shown to one verifier, with more disclosed than its holder agreed to
  'sd-hash:wrong': () => {
    const shown = selective({ payload: { _sd: [family.digest] }, disclosed: [] });
    const [issued = '', binding = ''] = shown.split('~');
    return { token: [issued, family.text, binding].join('~') };
  },
  'sd-hash:alone': () => ({ token: made('key-binding') }),
};

test.each(Object.entries(cases))('%s', async (name, make) => {
  const { token, input, world } = await make();
  const { token: report } = await look(await token, input, world);
  expect(ended(report)).toContain(name);
});

test('nothing of the catalogue is without a token that reaches it', () => {
  const all = Object.entries(catalogue).flatMap(([name, { reasons }]) =>
    Object.keys(reasons).map((reason) => `${name}:${reason}`),
  );
  expect(Object.keys(cases).toSorted()).toEqual(all.toSorted());
});

test('every text of a public key that somebody might take for a secret', async () => {
  const pem = publicPem(stranger.jwk);
  const der = createPublicKey({ key: own.jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const symmetric = (key: string | Uint8Array) => made('id-token', { header: { alg: 'HS256' }, key });
  for (const secret of [publicPem(own.jwk).trim(), der, JSON.stringify(own.jwk), String(ownRsa.jwk.n)])
    expect(ended((await look(symmetric(secret))).token)).toContain('signature:public');
  // of a key that was pasted, too
  expect(ended((await look(symmetric(pem), { key: pem })).token)).toContain('signature:public');
  expect(ended((await look(symmetric(pem), { key: JSON.stringify(stranger.jwk) })).token)).toContain(
    'signature:public',
  );
  expect(ended((await look(symmetric('guessed'), { key: pem })).token)).toContain('signature:share');
});

test.each([
  ['a JWK', JSON.stringify(client.jwk)],
  ['a private JWK', JSON.stringify(client.privateKey.export({ format: 'jwk' }))],
  ['a JWK Set', JSON.stringify({ keys: [stranger.jwk, client.jwk] })],
  ['a list', JSON.stringify([client.jwk])],
  ['PEM', publicPem(client.jwk)],
])('a key is pasted as %s', async (_name, key) => {
  expect(ended((await look(made('client-assertion'), { key })).token)).toContain('signature:good');
  const { token } = await look(made('client-assertion', { key: own.privateKey }), { key });
  expect(ended(token)).toContain('signature:wrong');
});

test('a request is addressed to the issuer and not to an endpoint, which an assertion may be', async () => {
  const { token } = await look(made('request-object', { claims: { aud: `${issuer}/token` } }));
  expect(ended(token)).toContain('aud:wrong');
});

test('a key that is there to decrypt says nothing of a signature that the instance can verify', async () => {
  const [good, changed] = [idToken, `${head}.${encode(JSON.stringify({ iss: issuer, sub: 'another' }))}.${mark}`];
  for (const [token, outcome] of [
    [good, 'signature:good'],
    [changed, 'signature:wrong'],
  ] as const) {
    const { token: report } = await look(await sealed(token, mine), { key: JSON.stringify(mine) });
    expect(ended(report)).toContain(outcome);
    expect(report.inside?.[0]?.checks.find(({ check }) => check === 'signature')?.because.en).toContain('/jwks');
  }
});

test('whoever is right fails nothing', async () => {
  const told = { audience: 'app', nonce: 'n', key: JSON.stringify({ keys: [client.jwk, own.jwk] }) };
  for (const kind of [
    'id-token',
    'logout-token',
    'introspection',
    'request-object',
    'client-assertion',
    'authorization-response',
    'userinfo',
    'jwt',
  ])
    expect(ended((await look(made(kind), told)).token, 'failed'), kind).toEqual([]);
  expect(ended((await look(selective(), {})).token, 'failed')).toEqual([]);
});

/** Another last letter that decodes to the same bytes. */
function nextLetter(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(text.slice(-1)) + 1] ?? 'B';
}
