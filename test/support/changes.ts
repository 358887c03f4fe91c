import fc from 'fast-check';
import { form, type Sent } from './raw.ts';

/** Markup that no page may hand back. */
export const marker = '<i data-evil>';
const value = fc.oneof(
  fc.constantFrom(
    '',
    marker,
    `"${marker}`,
    `'${marker}`,
    `</title>${marker}`,
    'null',
    '[object Object]',
    '-1',
    '9'.repeat(400),
    '%',
    '%00',
    '%FF%FE',
    '%0d%0aSet-Cookie:%20a=b',
    '../../..',
    '//evil.example',
    'javascript:alert(1)',
    'https://evil.example@localhost',
    '{"a":{"b":1}}',
    '{"id_token":{"sub":{"value":1}}}',
    'eyJhbGciOiJub25lIn0.e30.',
    'urn:ietf:params:oauth:request_uri:x',
    'openid offline_access',
    'S256',
    'none login consent',
    '١٢٣',
    '００１',
    'ﬃ',
    '\u0000',
    '\u2028',
    'a'.repeat(5000),
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const name = fc.oneof(
  fc.constantFrom(
    'client_id',
    'redirect_uri',
    'scope',
    'claims',
    'request',
    'request_uri',
    'registration',
    'response_mode',
    'prompt',
    'max_age',
    'id_token_hint',
    'acr_values',
    'login_hint',
    'ui_locales',
    'lang',
    'display',
    'dpop_jkt',
    'resource',
    'authorization_details',
    'client_assertion',
    'client_secret',
    'csrf',
    'login',
    'otp',
    'purpose',
    'decision',
    'token',
    'state',
    'code[]',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 10 }),
);
const header = fc.constantFrom(
  'accept',
  'accept-language',
  'accept-encoding',
  'authorization',
  'cookie',
  'content-type',
  'content-encoding',
  'dpop',
  'origin',
  'referer',
  'if-none-match',
  'if-modified-since',
  'x-forwarded-for',
  'x-forwarded-host',
  'forwarded',
  'x-http-method-override',
  'expect',
  'upgrade',
);

/** Something that is done to a request; `at` counts parameters, or bytes, and begins again at the end. */
export type Change =
  | { kind: 'drop' | 'twice'; at: number }
  | { kind: 'set'; at: number; value: string }
  | { kind: 'add'; name: string; value: string }
  | { kind: 'header'; name: string; value: string }
  | { kind: 'cookie'; at: number }
  | { kind: 'byte'; at: number; value: number }
  | { kind: 'method'; value: string }
  | { kind: 'type'; value: string }
  | { kind: 'path'; value: string };

const at = fc.nat({ max: 60 });
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('drop' as const, 'twice' as const), at }),
  fc.record({ kind: fc.constant('set' as const), at, value }),
  fc.record({ kind: fc.constant('add' as const), name, value }),
  fc.record({
    kind: fc.constant('header' as const),
    name: header,
    value: value.map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
  }),
  fc.record({ kind: fc.constant('cookie' as const), at: fc.nat({ max: 400 }) }),
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat({ max: 400 }), value: fc.nat({ max: 255 }) }),
  fc.record({
    kind: fc.constant('method' as const),
    value: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'QUERY'),
  }),
  fc.record({
    kind: fc.constant('type' as const),
    value: fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=x',
      `${form}; charset=utf-16`,
      `${form}; charset=bogus`,
      'text/plain',
      'x',
      ';',
    ),
  }),
  fc.record({
    kind: fc.constant('path' as const),
    value: fc.constantFrom('/', '//', '/..', '/%2e', ';a=b', '%00', '%', '/x', '?', '#'),
  }),
);

/** The parameters of a query or form, changed and written as one again. */
function changed(text: string, { kind, ...how }: Change): string {
  const pairs = [...new URLSearchParams(text)];
  const index = 'at' in how && pairs.length > 0 ? how.at % pairs.length : 0;
  const [key = '', old = ''] = pairs[index] ?? [];
  if (kind === 'drop') pairs.splice(index, 1);
  if (kind === 'twice') pairs.push([key, old]);
  if (kind === 'set' && 'value' in how) pairs[index] = [key, String(how.value)];
  if (kind === 'add' && 'name' in how) pairs.push([how.name, how.value]);
  return pairs.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('=')).join('&');
}

/** The request with the change made. */
export function apply(sent: Sent, how: Change): Sent {
  const headers = { ...sent.headers };
  const body = sent.body === undefined ? undefined : Buffer.from(sent.body);
  switch (how.kind) {
    case 'header':
      return { ...sent, headers: { ...headers, [how.name]: how.value } };
    case 'type':
      return { ...sent, headers: { ...headers, 'content-type': how.value } };
    case 'method':
      return { ...sent, method: how.value };
    case 'path':
      return { ...sent, path: sent.path.replace(/(?=\?|$)/, how.value) };
    case 'cookie': {
      const cookie = String(headers.cookie ?? 'a=b');
      const place = how.at % cookie.length;
      return { ...sent, headers: { ...headers, cookie: `${cookie.slice(0, place)}x${cookie.slice(place + 1)}` } };
    }
    case 'byte':
      if (!body || body.length === 0) return sent;
      body[how.at % body.length] = how.value;
      return { ...sent, body };
    default: {
      if (body) return { ...sent, body: changed(String(sent.body), how) };
      const [path = '', query = ''] = sent.path.split('?');
      return { ...sent, path: `${path}?${changed(query, how)}` };
    }
  }
}
