import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draw, summaryOf } from '../../../views/assets/inspector/draw.js';
import type { Drawn } from '../../../views/assets/inspector/tree.js';
import { encode, forge } from '../../support/forge.ts';
import { checksOf, look, made, own } from './made.ts';

/** Whatever is pasted, there is an answer in both languages, and nothing of it is markup or turns a line around. */
const hostile = '"><script>alert(1)</script>';
const turned = 'abc\u202Edef\u0000\u200B';
const signed = (payload: string, header = '{"alg":"ES256","kid":"own"}') =>
  forge({ header, payload, key: own.privateKey, alg: 'ES256' });
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('has an answer', () => {
  test.each([
    ['nothing', '', 'unreadable'],
    ['spaces', ' \n ', 'unreadable'],
    ['words', 'xin chào các bạn', 'unreadable'],
    ['markup', hostile, 'unreadable'],
    ['a number', '482913', 'opaque'],
    ['a code of a device', 'WDJB-MJHT', 'opaque'],
    ['a request_uri', 'urn:ietf:params:oauth:request_uri:abc', 'request-uri'],
    ['a whole answer of /token', '{"access_token":"x"}', 'unreadable'],
    ['half a token', made('id-token').split('.').slice(0, 2).join('.'), 'unreadable'],
    ['dots', '..', 'unreadable'],
    ['a header that is a list', `${encode('[]')}.${encode('{}')}.AA`, 'unreadable'],
    ['a header of null bytes', `${encode('\u0000\u0000')}.${encode('{}')}.AA`, 'unreadable'],
    ['a header without end', `${encode(`{"a":${nested(4000)}}`)}.${encode('{}')}.AA`, 'unreadable'],
    ['a header that is huge', 'e'.repeat(70_000), 'unreadable'],
    ['a JWE of nothing', `${encode('{}')}....`, 'jwe'],
    ['tildes', '~~~', 'unreadable'],
    ['an SD-JWT of nothing', `${encode('{}')}.${encode('{}')}.~~`, 'sd-jwt'],
  ])('%s', async (_name, text, kind) => {
    const { token } = await look(text);
    expect(token.kind).toBe(kind);
    expect(token.about.vi).not.toBe('');
    expect(token.about.en).not.toBe(token.about.vi);
  });

  test('what is copied along is not in the way', async () => {
    const token = made('id-token');
    for (const text of [
      `Bearer ${token}`,
      `DPoP: ${token}`,
      `Authorization: Bearer ${token}`,
      ` "${token}"\n`,
      `'${token}'`,
    ])
      expect((await look(text)).token.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  test('names that every object has are none of a header', async () => {
    const { token } = await look(
      signed(
        '{"__proto__":{"sub":"x"},"constructor":1,"toString":2}',
        '{"alg":"ES256","kid":"own","hasOwnProperty":1}',
      ),
    );
    expect(token.payload.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(token.payload.map(({ meaning }) => meaning)).toEqual([undefined, undefined, undefined]);
  });

  test('a value that is made like a text of ours is a value', async () => {
    const { token } = await look(made('id-token', { claims: { exp: { vi: turned, en: 7 } } }));
    const { because } = token.checks.find(({ check }) => check === 'exp') ?? {};
    expect(because?.en).toBe('{"vi":"abc\\u{202e}def\\u0000\\u{200b}","en":7} is no time.');
  });

  test('a kind that nobody knows is as if none was named', async () => {
    for (const as of ['constructor', '__proto__', 'no-such-kind', ''])
      expect((await look(made('id-token'), { as })).token.kind).toBe('id-token');
  });

  test.each([
    '{"keys":[{"kty":"EC"}]}',
    '{"keys":{}}',
    '[]',
    '{"kty":"oct","k":"AA"}',
    '{"kty":"RSA","n":"AQAB","e":"AQAB"}',
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----',
    `{"keys":[${Array.from({ length: 100 }, () => '{"kty":"EC"}').join()}]}`,
    '{"kty":"EC","crv":"P-256","x":"AA","y":"AA","alg":"__proto__"}',
    hostile,
    '\u0000',
  ])('a key such as %j', async (key) => {
    for (const token of [made('client-assertion'), made('id-token', { header: { alg: 'HS256' }, key: 'x' })]) {
      const { token: report } = await look(token, { key });
      expect(report.checks.find(({ check }) => check === 'signature')?.outcome).not.toBe('passed');
    }
  });

  test('any text at all', async () => {
    const text = fc.oneof(
      fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes)),
      fc.string({ unit: fc.constantFrom(...'eyJ.~-_{}":, \n'), maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ token: text, other: text, key: text, accessToken: text, request: text }),
        async (input) => {
          const found = await look(input.token, input);
          expect(said(draw(found, 'vi'))).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any header and any payload, of any kind', async () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const names = fc.constantFrom(
      'alg',
      'kid',
      'typ',
      'crit',
      'b64',
      'jwk',
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'nbf',
      'events',
      'cnf',
      'htu',
      'htm',
      'ath',
      '_sd',
      '_sd_alg',
      'sd_hash',
      'token_introspection',
      '__proto__',
    );
    const object = fc.dictionary(fc.oneof(names, fc.string()), json);
    await fc.assert(
      fc.asyncProperty(
        object,
        object,
        fc.boolean(),
        fc.constantFrom('', 'ES256', 'HS256', 'RS256', 'none'),
        async (header, payload, items, alg) => {
          const text = `${signed(JSON.stringify(payload), JSON.stringify({ ...header, ...(alg && { alg }) }))}${items ? '~WyJhIl0~' : ''}`;
          const found = await look(text, { accessToken: text, other: made('id-token'), nonce: 'n', audience: 'a' });
          // every hole of a sentence is filled
          const unsaid = checksOf(found.token).filter(({ because }) =>
            /undefined|\[object/.test(because.vi + because.en),
          );
          expect(unsaid).toEqual([]);
          for (const language of ['vi', 'en'] as const)
            expect(said(draw(found, language))).toContain(found.token.name[language]);
        },
      ),
      { numRuns: 120, examples: [[{}, { _sd: [{}, {}] }, true, '']] },
    );
  });
});

describe('what a token says', () => {
  test('is text wherever it stands, and every letter of it is seen', async () => {
    const claims = { [hostile]: hostile, sub: turned, [turned]: [turned], acr: turned };
    const found = await look(made('id-token', { header: { kid: turned }, claims }), {
      other: made('id-token', { claims: { [turned]: hostile } }),
    });
    for (const language of ['vi', 'en'] as const) {
      const drawn = draw(found, language);
      // tags and attributes are ours: no part of a token is among them
      expect(names(drawn).filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([]);
      expect(attributes(drawn).filter((value) => value.includes('script'))).toEqual([]);
      expect(said(drawn)).toContain(hostile);
      expect(said(drawn)).toContain('abc\\u{202e}def\\u{0}\\u{200b}');
      const shown = said(drawn) + attributes(drawn).join(' ') + summaryOf(found.token, language);
      expect([...turned.matchAll(/[^a-z]/g)].filter(([letter]) => shown.includes(letter))).toEqual([]);
    }
  });

  test.each([
    ['many members', 'jwt', () => signed(JSON.stringify(Object.fromEntries(numbered(3_000))))],
    [
      'many disclosures',
      'sd-jwt',
      () =>
        `${signed('{}')}~${numbered(2_000)
          .map(([name]) => encode(`["${name}"]`))
          .join('~')}~`,
    ],
    ['many tildes', 'unreadable', () => 'a~'.repeat(30_000)],
    // in a text that does not end every quotation mark might begin another
    ['a text without end', 'jws', () => signed(`"${'\\"'.repeat(23_000)}`)],
  ])('is not waited for: %s', async (_name, kind, make) => {
    const text = make();
    const begun = process.cpuUsage();
    expect((await look(text)).token.kind).toBe(kind);
    // microseconds of this process alone: others may be busy beside it
    expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
  });
});

function numbered(count: number): [name: string, value: number][] {
  return Array.from({ length: count }, (_, index) => [`claim${index}`, index]);
}

function every(drawn: Drawn[]): Exclude<Drawn, string>[] {
  return drawn.flatMap((one) => (typeof one === 'string' ? [] : [one, ...every(one.children)]));
}
function names(drawn: Drawn[]): string[] {
  return every(drawn).flatMap(({ tag, attributes }) => [tag, ...Object.keys(attributes)]);
}
function attributes(drawn: Drawn[]): string[] {
  return every(drawn).flatMap(({ attributes }) => Object.values(attributes));
}
function said(drawn: Drawn[]): string {
  return drawn.map((one) => (typeof one === 'string' ? one : said(one.children))).join('');
}
