import { expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../src/config.ts';
import type { VneidError } from '../src/errors.ts';
import { readCommand } from '../src/lab/command-line.ts';
import { checkRegistration } from '../src/oidc/clients/clients-file.ts';
import { checkBody } from '../src/web/json.ts';

/** A sentence that says what would be right is in one language from its beginning to its end. */
function refusalOf(work: () => unknown): VneidError {
  try {
    work();
  } catch (thrown) {
    return thrown as VneidError;
  }
  throw new Error('it was taken');
}

/** Letters that Vietnamese has and English has not. */
const vietnamese = /[à-ỹđ]/i;

test.each<Record<string, string>>([
  { VNEID_MODE: 'x' },
  { VNEID_PORT: 'x' },
  { VNEID_CITY: 'x' },
  { VNEID_DATA: ' ' },
  { VNEID_ISSUER: 'x' },
  { VNEID_DATABASE_URL: 'x' },
  { VNEID_REDIS_URL: 'x' },
  { VNEID_TLS_CERT: '/nowhere' },
  { VNEID_TLS_KEY: '/nowhere' },
  { VNEID_CLIENT_CERT_HEADER: 'a b' },
  { VNEID_CLIENT_CERT_HEADER: 'x-cert' },
  { VNEID_CLIENT_CERT_PROXIES: 'x' },
  { VNEID_CLIENT_CERT_PROXIES: '10.0.0.0/8' },
  { VNEID_MTLS_PORT: '3444' },
  { VNEID_INTERNAL_URL: 'http://localhost:3000' },
  { VNEID_WORKERS: '2', VNEID_KEYS: ':memory:' },
  { VNEID_WORKERS: '2', VNEID_DATA: ':memory:' },
  { VNEID_WORKERS: '2', VNEID_ARTIFACTS: 'memory' },
  { VNEID_WORKERS: '2', VNEID_PORT: '0' },
  { VNEID_MODE: 'sandbox' },
  { VNEID_MODE: 'sandbox', VNEID_ISSUER: 'https://id.example', VNEID_OPERATOR_TOKEN: 'short' },
  { VNEID_MODE: 'sandbox', VNEID_PROFILE: 'conformance' },
])('an option: %j', (env) => {
  const refused = refusalOf(() => readConfig({}, env));
  const [vi, en] = [refused.explain('vi').next, refused.explain('en').next];
  expect(vi).toMatch(/^Giá trị đúng: /);
  expect(vi.slice('Giá trị đúng: '.length)).toMatch(vietnamese);
  expect(en).not.toMatch(vietnamese);
  expect(refused.message).toContain(en);
});

test.each<[string, unknown]>([
  ['nothing at all', {}],
  ['another kind', { name: 1 }],
  ['too short', { name: '' }],
  ['none of a few', { name: 'x', sex: 'x' }],
  ['no time', { name: 'x', at: 'x' }],
  ['a member that there is not', { name: 'x', y: 1 }],
])('a field: %s', (_what, body) => {
  const shape = z.strictObject({
    name: z.string().min(1),
    sex: z.enum(['male', 'female']).optional(),
    at: z.iso.datetime().optional(),
  });
  const { text } = refusalOf(() => checkBody(shape, body)).explain('vi');
  expect(text.replace(/^Trường "\w+" không đúng: /, '')).toMatch(vietnamese);
  expect(text).not.toMatch(/expected|Invalid|one of/);
});

test.each<[string, object]>([
  ['an unknown key', { client_id: 'a', redirect_uris: ['https://a.example/cb'], colour: 'red' }],
  ['a value of another kind', { client_id: 7, redirect_uris: ['https://a.example/cb'] }],
])('a client: %s', (_what, client) => {
  const { next } = refusalOf(() =>
    checkRegistration(client, () => ({ vi: 'clients.yaml', en: 'clients.yaml' })),
  ).explain('vi');
  expect(next.slice('Giá trị đúng: '.length)).toMatch(vietnamese);
});

test('what is typed is told the same as before', () => {
  const { operation, input } = readCommand(['clock', 'advance', '--seconds', 'soon']);
  expect(refusalOf(() => checkBody(operation.input, input)).explain('en').text).toBe(
    'The field "seconds" is not right: Invalid input: expected number, received string.',
  );
});
