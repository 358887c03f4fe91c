import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject, randomUUID } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { encode, forge, signatureOf } from '../support/forge.ts';
import { createKey, type Key } from '../support/high-client.ts';
import { basic, post } from '../support/relying-party.ts';
import { json, type RelyingServer, relyingServer } from '../support/relying-server.ts';
import { privateRsa, rocaPrimes } from '../support/weak-keys.ts';

/**
 * What a forger does to a signed token, held against every place that takes one. Each change is made to a token that is
 * taken as it stands, and, wherever the change is not the signature, signed with the right key.
 */
let vneid: Instance;
let attacker: RelyingServer;
let mine: Key;
let theirs: Key;

const secret = 'a-secret-of-the-signing-app';
const callback = 'http://localhost:9/callback';
const now = () => Math.floor(Date.now() / 1000);
const privateOf = ({ privateKey }: Key) => KeyObject.from(privateKey);

beforeAll(async () => {
  [mine, theirs, attacker] = await Promise.all([createKey(), createKey(), relyingServer()]);
  const jwks = { keys: [mine.jwk] };
  attacker.answer = json({ keys: [theirs.jwk] });
  vneid = await startVneid({
    clients: [
      {
        client_id: 'signs',
        redirect_uris: [callback],
        grant_types: ['client_credentials', 'authorization_code'],
        jwks,
      },
      { client_id: 'asks', redirect_uris: [callback], client_secret: secret, jwks },
      { client_id: 'many', redirect_uris: [callback], client_secret: secret, grant_types: ['client_credentials'] },
    ],
  });
});
afterAll(async () => {
  await vneid.stop();
  await attacker[Symbol.asyncDispose]();
});

/** A token as it should be, the key that signs it, and whether the provider takes a text for one. */
interface Place {
  good(): { header: Record<string, unknown>; payload: Record<string, unknown>; key: KeyObject };
  taken(token: string): Promise<boolean>;
}

/** Taken, or refused in a way that an app can understand; anything else fails the test. */
function judged({ status, taken, text }: { status: number; taken: boolean; text: string }): boolean {
  expect(status, text.slice(0, 300)).toBeLessThan(500);
  expect(taken || status >= 400 || status === 303, text.slice(0, 300)).toBe(true);
  return taken;
}

const places: Record<string, Place> = {
  'a client assertion': {
    good: () => ({
      header: { alg: 'ES256', kid: mine.jwk.kid, typ: 'JWT' },
      payload: { iss: 'signs', sub: 'signs', aud: vneid.issuer, jti: randomUUID(), iat: now(), exp: now() + 60 },
      key: privateOf(mine),
    }),
    async taken(token) {
      const { status, text } = await post(vneid, '/token', {
        grant_type: 'client_credentials',
        client_id: 'signs',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: token,
      });
      return judged({ status, text, taken: status === 200 });
    },
  },
  'a request object': {
    good: () => ({
      header: { alg: 'ES256', kid: mine.jwk.kid, typ: 'oauth-authz-req+jwt' },
      payload: {
        iss: 'asks',
        aud: vneid.issuer,
        client_id: 'asks',
        iat: now(),
        nbf: now(),
        exp: now() + 60,
        response_type: 'code',
        redirect_uri: callback,
        scope: 'openid',
        nonce: randomUUID(),
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      },
      key: privateOf(mine),
    }),
    async taken(token) {
      const { status, text } = await post(vneid, '/par', { request: token }, basic('asks', secret));
      return judged({ status, text, taken: status === 201 });
    },
  },
  'a DPoP proof': {
    good: () => ({
      header: { alg: 'ES256', typ: 'dpop+jwt', jwk: publicOf(mine) },
      payload: { jti: randomUUID(), iat: now(), htm: 'POST', htu: `${vneid.issuer}/token` },
      key: privateOf(mine),
    }),
    async taken(token) {
      // what cannot be sent in a header cannot be presented
      if (/[^\x20-\x7e]/.test(token)) return false;
      const fields = { grant_type: 'client_credentials' };
      const { status, text, body } = await post(vneid, '/token', fields, { ...basic('many', secret), dpop: token });
      return judged({ status, text, taken: body.token_type === 'DPoP' });
    },
  },
  'an id_token_hint at /authorize': {
    good: idToken,
    async taken(token) {
      const query = new URLSearchParams({
        client_id: 'asks',
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
        nonce: 'n',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        prompt: 'none',
        id_token_hint: token,
      });
      const answer = await fetch(`${vneid.issuer}/authorize?${query}`, { redirect: 'manual' });
      const error = new URL(answer.headers.get('location') ?? 'x:').searchParams.get('error');
      // nobody is signed in, which is only told to who asks rightly
      return judged({ status: answer.status, text: await answer.text(), taken: error === 'login_required' });
    },
  },
  'an id_token_hint at /logout': {
    good: idToken,
    async taken(token) {
      const answer = await fetch(`${vneid.issuer}/logout?${new URLSearchParams({ id_token_hint: token })}`, {
        redirect: 'manual',
      });
      return judged({ status: answer.status, text: await answer.text(), taken: answer.status < 400 });
    },
  },
};

/** An ID token as the provider makes it, with its own key: what is left to be wrong is its form. */
function idToken() {
  const jwk = vneid.keys.signingKeys().find(({ alg }) => alg === 'ES256') as JsonWebKey & { kid: string };
  return {
    header: { alg: 'ES256', kid: jwk.kid },
    payload: { iss: vneid.issuer, sub: 'someone', aud: 'asks', iat: now(), exp: now() + 60, auth_time: now() },
    key: createPrivateKey({ key: jwk, format: 'jwk' }),
  };
}

const publicOf = ({ jwk: { kty, crv, x, y, n, e } }: Key) =>
  Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));

type Good = ReturnType<Place['good']>;
/** The token with some members changed, signed with the right key. */
const withHeader = (good: Good, header: object) => forge({ ...good, header: { ...good.header, ...header } });
const withPayload = (good: Good, payload: object) => forge({ ...good, payload: { ...good.payload, ...payload } });
const text = (members: object, more: string) => JSON.stringify(members).replace(/}$/, `,${more}}`);
const parts = (good: Good) => forge(good).split('.') as [string, string, string];
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes, written with bits that no encoder leaves: four do not count at the end of 64 bytes. */
function otherEnd(part: string): string {
  const last = letters.indexOf(part.at(-1) ?? '');
  return part.slice(0, -1) + letters[last ^ 1];
}

/** What a careless verifier would key an HMAC with (CVE-2023-48223, CVE-2026-34950, CVE-2026-44699). */
function publicForms(key: KeyObject): (string | Uint8Array)[] {
  const known = createPublicKey(key);
  const pem = known.export({ type: 'spki', format: 'pem' });
  const { kty, crv, x, y } = known.export({ format: 'jwk' });
  return [
    pem,
    pem.trim(),
    ` ${pem}`,
    pem.replaceAll('\n', '\r\n'),
    known.export({ type: 'spki', format: 'der' }),
    JSON.stringify({ kty, crv, x, y }),
    JSON.stringify({ crv, kty, x, y }),
    String(x),
    Buffer.from(String(x), 'base64url'),
    '',
    'null',
    'undefined',
  ];
}

const forgeries: Record<string, (good: Good) => string[]> = {
  'alg none, however it is written': (good) =>
    ['none', 'None', 'NONE', 'nOnE', 'none ', '', 'null'].flatMap((alg) => {
      const bare = forge({ ...good, header: { ...good.header, alg }, key: undefined });
      return [bare, bare + parts(good)[2], bare.slice(0, -1)];
    }),
  'no alg, or one that is no text': (good) =>
    [undefined, null, 0, [], ['ES256'], {}, true].map((alg) =>
      forge({ ...good, header: { ...good.header, alg }, alg: 'ES256' }),
    ),
  'the signature of another token, or none': (good) => {
    const [header, payload] = parts(good);
    return [
      `${header}.${payload}.`,
      `${header}.${payload}.${parts({ ...good, payload: { ...good.payload, a: 1 } })[2]}`,
    ];
  },
  'HS256 keyed with the public key, or with nothing': (good) =>
    publicForms(good.key).flatMap((key) =>
      ['HS256', 'HS384', 'HS512'].map((alg) => forge({ ...good, header: { ...good.header, alg }, key })),
    ),
  'a signature of zeros (CVE-2022-21449), or of numbers that are none of the group': (good) => {
    const [header, payload] = parts(good);
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
    const zero = Buffer.alloc(32);
    return [
      [zero, zero],
      [order, order],
      [zero, order],
      [order, zero],
      [Buffer.alloc(64, 255), Buffer.alloc(0)],
    ].map((numbers) => `${header}.${payload}.${Buffer.concat(numbers).toString('base64url')}`);
  },
  'a signature in DER': (good) => {
    const [header, payload, signature] = parts(good);
    const bytes = Buffer.from(signature, 'base64url');
    const integer = (part: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), part]);
    const body = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
    return [`${header}.${payload}.${Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('base64url')}`];
  },
  'another algorithm than the key is for': (good) =>
    ['ES384', 'ES512', 'ES256K', 'EdDSA', 'RS256', 'PS256', 'RS1', 'Ed25519', 'ML-DSA-44'].map((alg) =>
      forge({ ...good, header: { ...good.header, alg }, alg: 'ES256' }),
    ),
  'a key of another curve': (good) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const jwk = publicKey.export({ format: 'jwk' });
    const header = { ...good.header, ...('jwk' in good.header && { jwk }) };
    return ['ES256', 'ES384'].map((alg) =>
      forge({ ...good, header: { ...header, alg }, key: privateKey, alg: 'ES384' }),
    );
  },
  'a critical extension': (good) => [
    withHeader(good, { crit: ['urn:unknown'], 'urn:unknown': true }),
    withHeader(good, { crit: ['exp'], exp: 1 }),
    withHeader(good, { crit: ['alg'] }),
    withHeader(good, { crit: [] }),
    withHeader(good, { crit: 'b64' }),
  ],
  'a payload that is not encoded (RFC 7797 §7)': (good) => {
    const header = { ...good.header, b64: false, crit: ['b64'] };
    const [, payload] = parts(good);
    // what is signed is the very text, so this one would verify
    const input = `${encode(header)}.${payload}`;
    return [
      `${input}.${signatureOf(input, good.key, 'ES256')}`,
      withHeader(good, { b64: false }),
      withHeader(good, { b64: true }),
    ];
  },
  'a compressed payload': (good) => [withHeader(good, { zip: 'DEF' })],
  'base64url as it should not be': (good) => {
    const [header, payload, signature] = parts(good);
    const whole = [header, payload, signature];
    const changed = (change: (part: string) => string) =>
      whole.map((_, index) => whole.map((part, at) => (at === index ? change(part) : part)).join('.'));
    return [
      ...changed((part) => `${part}=`),
      ...changed((part) => `${part}==`),
      ...changed((part) => part.replace(/.$/, '$&\n')),
      ...changed((part) => part.replace(/^./, '$& ')),
      ...changed((part) => `${part}%`),
      `${header}.${payload}.${otherEnd(signature)}`,
      // signed as it stands, so that nothing but its letters is wrong
      ...plainLetters(good),
    ];
  },
  'more or fewer parts': (good) => {
    const token = forge(good);
    return [
      `${token}.`,
      `.${token}`,
      `${token}.${token}`,
      token.replace('.', '..'),
      token.replaceAll('.', ''),
      '..',
      '.',
    ];
  },
  'a JSON serialisation (RFC 7515 §7.2)': (good) => {
    const [header, payload, signature] = parts(good);
    return [
      JSON.stringify({ protected: header, payload, signature }),
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ].flatMap((one) => [one, encode(one)]);
  },
  'a member twice': (good) => [
    forge({ ...good, header: text(good.header, '"alg":"ES256"') }),
    forge({ ...good, header: `{"alg":"none",${JSON.stringify(good.header).slice(1)}` }),
    forge({ ...good, payload: text(good.payload, `"iat":${now()}`) }),
    forge({ ...good, payload: `{"aud":"https://evil.example",${text(good.payload, '"aud":"x"').slice(1)}` }),
    forge({ ...good, payload: text(good.payload, '"x":{"a":1,"\\u0061":2}') }),
  ],
  'text that is no UTF-8 (RFC 8725 §3.7)': (good) => [
    forge({ ...good, payload: Buffer.from(text(good.payload, '"x":"\u00e9"'), 'latin1') }),
    forge({ ...good, payload: Buffer.from(`\ufeff${JSON.stringify(good.payload)}`) }),
    forge({ ...good, payload: Buffer.from(JSON.stringify(good.payload), 'utf16le') }),
  ],
  'parts that are no objects': (good) =>
    ['null', '[]', '1', '"x"', '', '{', 'true'].flatMap((part) => [
      forge({ ...good, header: part, alg: 'ES256' }),
      forge({ ...good, payload: part }),
    ]),
  'times that are no numbers, or none that anybody meant': (good) =>
    ['exp', 'iat', 'nbf'].flatMap((name) =>
      ['"9999999999"', 'NaN', '1e400', '-1e400', 'null', '[]', 'true', '1e300'].map((value) =>
        forge({ ...good, payload: text({ ...good.payload, [name]: undefined }, `"${name}":${value}`) }),
      ),
    ),
  'sixty-four kilobytes': (good) => [
    withPayload(good, { padding: 'x'.repeat(65_536) }),
    withHeader(good, { padding: 'x'.repeat(49_152) }),
  ],
};

/** A signature in the letters of plain base64; until one of them is there, another token is made. */
function plainLetters(good: Good): string[] {
  for (;;) {
    const token = withPayload(good, { jti: randomUUID() });
    const plain = token.replaceAll('-', '+').replaceAll('_', '/');
    if (plain !== token) return [plain];
  }
}

describe.each(Object.entries(places))('%s', (_name, place) => {
  test('is taken as it should be', async () => {
    expect(await place.taken(forge(place.good()))).toBe(true);
  });

  test.each(Object.entries(forgeries))('with %s is refused', async (_forgery, make) => {
    for (const [index, token] of make(place.good()).entries())
      expect(await place.taken(token), `${index}: ${token.slice(0, 200)}`).toBe(false);
    expect(await place.taken(forge(place.good())), 'and the right one is still taken').toBe(true);
  });
});

describe.each(Object.entries(places).filter(([name]) => name !== 'a DPoP proof'))('%s', (_name, place) => {
  const byOther = (header: object) => {
    const good = place.good();
    return forge({ ...good, header: { ...good.header, ...header }, key: privateOf(theirs) });
  };

  test('of a key that it brings itself is refused (RFC 8725 §3.10)', async () => {
    const { kid } = theirs.jwk;
    for (const header of [
      { jwk: publicOf(theirs) },
      { jwk: publicOf(theirs), kid },
      { jwk: publicOf(theirs), kid: undefined },
    ])
      expect(await place.taken(byOther(header))).toBe(false);
  });

  test('that names an address to fetch its key is refused, and nothing is fetched', async () => {
    const uri = `${attacker.origin}/jwks`;
    attacker.asked.length = 0;
    for (const header of [
      { jku: uri },
      { x5u: uri },
      { jku: uri, kid: theirs.jwk.kid },
      { x5c: ['AAAA'] },
      { x5c: [uri] },
    ])
      expect(await place.taken(byOther(header))).toBe(false);
    expect(attacker.asked).toEqual([]);
  });

  test.each([
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    "' OR '1'='1",
    "x' UNION SELECT 'key'--",
    '; cat /etc/passwd',
    '__proto__',
    'constructor',
    '0',
    '',
    'kid\u0000',
    'ключ',
  ])('whose kid is %j is refused, by the right key as by an empty one', async (kid) => {
    const good = place.good();
    expect(await place.taken(withHeader(good, { kid }))).toBe(false);
    expect(await place.taken(forge({ ...good, header: { ...good.header, kid, alg: 'HS256' }, key: '' }))).toBe(false);
  });

  test('whose kid is no text is taken for one without, and by its own key alone', async () => {
    for (const kid of [{}, [], 5, null, true]) expect(await place.taken(byOther({ kid }))).toBe(false);
  });
});

describe('an encrypted request object', () => {
  const place = places['a request object'] as Place;
  const encrypted = async (
    header: { alg: string; enc: string } & Record<string, unknown>,
    key: KeyObject | Uint8Array,
  ) => new CompactEncrypt(Buffer.from(forge(place.good()))).setProtectedHeader(header).encrypt(key);

  test('is refused before anything is worked out: PBES2, compressed, by a shared secret, or to a key of ours', async () => {
    const jwks = vneid.keys.signingKeys();
    const our = (alg: string) => {
      const { kty, n, e, crv, x, y } = jwks.find((key) => key.alg === alg) as JsonWebKey;
      return createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKey, format: 'jwk' });
    };
    const shared = Buffer.from(secret);
    const tokens = await Promise.all([
      encrypted({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM' }, shared),
      encrypted({ alg: 'RSA-OAEP-256', enc: 'A128GCM' }, our('RS256')),
      encrypted({ alg: 'RSA-OAEP', enc: 'A256GCM' }, our('PS256')),
      encrypted({ alg: 'ECDH-ES', enc: 'A128GCM' }, our('ES256')),
      encrypted({ alg: 'dir', enc: 'A128GCM' }, shared.subarray(0, 16)),
      encrypted({ alg: 'A128KW', enc: 'A128GCM' }, shared.subarray(0, 16)),
    ]);
    const [, ...rest] = (tokens[0] ?? '').split('.');
    const bomb = { alg: 'PBES2-HS512+A256KW', enc: 'A256CBC-HS512', p2c: 2_000_000_000, p2s: encode('salt') };
    const zipped = (tokens[1] ?? '')
      .split('.')
      .with(0, encode({ alg: 'RSA-OAEP-256', enc: 'A128GCM', zip: 'DEF' }))
      .join('.');
    for (const token of [...tokens, [encode(bomb), ...rest].join('.'), zipped])
      expect(await place.taken(token), token.slice(0, 80)).toBe(false);
  });
});

describe('a client assertion', () => {
  const place = places['a client assertion'] as Place;
  const minutes = 60;

  test.each<[string, () => Record<string, unknown>]>([
    ['over', () => ({ exp: now() - minutes })],
    ['over since 1970', () => ({ exp: -1 })],
    ['over at once', () => ({ exp: 0 })],
    ['good for ten years', () => ({ exp: now() + 315_360_000 })],
    ['good for two days', () => ({ exp: now() + 172_800 })],
    ['not good yet', () => ({ nbf: now() + 10 * minutes })],
    ['of someone else', () => ({ iss: 'asks' })],
    ['for someone else', () => ({ aud: 'https://other.example' })],
    ['for a list of others', () => ({ aud: ['https://other.example', 'https://third.example'] })],
    ['for a list of lists', () => ({ aud: [[vneid.issuer]] })],
    ['for an address that begins like ours', () => ({ aud: `${vneid.issuer}.evil.example` })],
    ['without an end', () => ({ exp: undefined })],
    ['without a name', () => ({ jti: undefined })],
  ])('that is %s is refused', async (_name, change) => {
    expect(await place.taken(withPayload(place.good(), change()))).toBe(false);
  });

  test('is good once, and its signature written another way is no other', async () => {
    const [header, payload, signature] = parts(place.good());
    expect(await place.taken(`${header}.${payload}.${signature}`)).toBe(true);
    expect(await place.taken(`${header}.${payload}.${signature}`)).toBe(false);
    // (r, n - s) is a signature as well (malleability), which is why it is the jti that counts
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const bytes = Buffer.from(signature, 'base64url');
    const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    expect(await place.taken(`${header}.${payload}.${other.toString('base64url')}`)).toBe(false);
  });
});

describe('an algorithm that was registered', () => {
  test.each([
    ['RS256', 'PS256'],
    ['PS256', 'RS256'],
  ])('%s is not %s, though the key could', async (registered, other) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'RSA' };
    await using again = await startVneid({
      clients: [
        {
          client_id: 'one',
          grant_types: ['client_credentials'],
          token_endpoint_auth_signing_alg: registered,
          jwks: { keys: [jwk] },
        },
      ],
    });
    const ask = async (alg: string) => {
      const payload = { iss: 'one', sub: 'one', aud: again.issuer, jti: randomUUID(), exp: now() + 60 };
      const { status } = await post(again, '/token', {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: forge({ header: { alg }, payload, key: privateKey }),
      });
      return status;
    };
    expect(await ask(registered)).toBe(200);
    expect(await ask(other)).toBe(401);
  });
});

describe('a DPoP proof', () => {
  const place = places['a DPoP proof'] as Place;
  const byRsa = (key: JsonWebKey) => {
    const { kty, n, e } = key;
    const good = place.good();
    const header = { ...good.header, alg: 'PS256', jwk: { kty, n, e } };
    return forge({ ...good, header, key: createPrivateKey({ key, format: 'jwk' }) });
  };
  const ordinary = (options: object) =>
    generateKeyPairSync('rsa', { modulusLength: 2048, ...options }).privateKey.export({ format: 'jwk' });

  test('of an RSA key is taken, unless the key is weak', async () => {
    expect(await place.taken(byRsa(ordinary({})))).toBe(true);
    expect(await place.taken(byRsa(ordinary({ modulusLength: 1024 })))).toBe(false);
    expect(await place.taken(byRsa(ordinary({ publicExponent: 3 })))).toBe(false);
    const [p, q] = rocaPrimes();
    expect(await place.taken(byRsa(privateRsa(p, q)))).toBe(false);
  });

  test('with a private key in it is refused, and with a shared one', async () => {
    const good = place.good();
    const whole = privateOf(mine).export({ format: 'jwk' });
    for (const jwk of [whole, { kty: 'oct', k: 'AAAA' }, {}, null, 'x', [publicOf(mine)]])
      expect(await place.taken(withHeader(good, { jwk }))).toBe(false);
    const oct = { kty: 'oct', k: encode('secret') };
    expect(
      await place.taken(forge({ ...good, header: { ...good.header, alg: 'HS256', jwk: oct }, key: 'secret' })),
    ).toBe(false);
  });
});

describe('an access token', () => {
  test('that somebody made is refused at /userinfo, whoever signed it and for whatever', async () => {
    const claims = {
      iss: vneid.issuer,
      sub: 'someone',
      aud: vneid.issuer,
      client_id: 'asks',
      scope: 'openid',
      iat: now(),
      exp: now() + 60,
      jti: randomUUID(),
    };
    const header = { alg: 'ES256', typ: 'at+jwt' };
    const own = idToken();
    const tokens = [
      forge({ header: { ...header, alg: 'none' }, payload: claims }),
      forge({ header, payload: claims, key: privateOf(theirs) }),
      forge({ header: { ...header, kid: own.header.kid }, payload: claims, key: own.key }),
      ...publicForms(own.key).map((key) => forge({ header: { ...header, alg: 'HS256' }, payload: claims, key })),
      '../../x',
      "' OR 1=1--",
      'x'.repeat(8_000),
    ];
    for (const token of tokens)
      for (const scheme of ['Bearer', 'DPoP']) {
        const answer = await fetch(`${vneid.issuer}/userinfo`, { headers: { authorization: `${scheme} ${token}` } });
        expect([400, 401], `${scheme} ${token.slice(0, 80)}`).toContain(answer.status);
      }
  });
});
