import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { hasNoBody } from '../../src/lab/operation.ts';
import { everyOperation } from '../../src/lab/operations.ts';
import { an, testClient } from '../support/relying-party.ts';

/** Whatever an operator does, and whatever leaves the house with them, stands in the audit afterwards. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

type Made = { number: string; document: string; taxCode: string; passkey: string } & Left;
type Left = Record<'session' | 'grant' | 'refresh', string>;

/** What each takes here, and what has to be done before. */
const deeds: [name: string, input: (made: Made) => object, first?: (made: Made) => Promise<unknown>][] = [
  ['inbox.clear', ({ number }) => ({ number })],
  ['phones.bind', ({ number }) => ({ number })],
  ['phones.face', ({ number }) => ({ number, face: 'differs' })],
  ['phones.lock', ({ number }) => ({ number })],
  ['phones.unlock', ({ number }) => ({ number }), ({ number }) => vneid.control.phones.lock({ number })],
  ['phones.lose', ({ number }) => ({ number })],
  ['accounts.setPassword', ({ number }) => ({ number, password: 'mưa rơi trên mái ngói' })],
  ['accounts.setPasscode', ({ number }) => ({ number, passcode: '135790' })],
  ['accounts.unlockPasscode', ({ number }) => ({ number })],
  ['accounts.removePasskey', ({ number, passkey }) => ({ number, passkey })],
  ['accounts.change', ({ number }) => ({ number, level: 1 })],
  ['accounts.remove', ({ number }) => ({ number })],
  ['accounts.create', ({ number }) => ({ number }), ({ number }) => vneid.control.accounts.remove({ number })],
  ['citizens.change', ({ number }) => ({ number, otherName: 'Bê' })],
  ['documents.create', ({ number }) => ({ number, kind: 'health-insurance' })],
  ['documents.change', ({ document }) => ({ document, state: 'revoked' })],
  ['documents.remove', ({ document }) => ({ document })],
  ['organisations.create', () => ({ name: 'Công ty giả lập' })],
  ['organisations.change', ({ taxCode }) => ({ taxCode, name: 'Công ty khác' })],
  ['organisations.addMandate', ({ taxCode, number }) => ({ taxCode, number, role: 'representative' })],
  ['organisations.endMandate', ({ taxCode, number }) => ({ taxCode, number, role: 'officer' })],
  ['organisations.removeMandate', ({ taxCode, number }) => ({ taxCode, number, role: 'officer' })],
  ['organisations.remove', ({ taxCode }) => ({ taxCode })],
  ['clients.create', () => ({ client_id: 'a-client', redirect_uris: ['https://a.example/cb'] })],
  ['clients.change', () => ({ client: testClient.client_id, client_name: 'Ứng dụng' })],
  [
    'clients.remove',
    () => ({ client: 'other' }),
    () => vneid.control.clients.create({ client_id: 'other', redirect_uris: ['https://a.example/cb'] }),
  ],
  ['tokens.expire', ({ refresh }) => ({ token: refresh })],
  ['tokens.end', ({ refresh }) => ({ token: refresh })],
  ['grants.expire', ({ grant }) => ({ grant })],
  ['grants.end', ({ grant }) => ({ grant })],
  ['sessions.expire', ({ session }) => ({ session })],
  ['sessions.end', ({ session }) => ({ session })],
  ['initialAccessTokens.create', () => ({ lifetime: 60 })],
  ['operatorLinks.create', () => ({})],
  ['tenants.create', () => ({ name: 'noted' })],
  ['tenants.remove', () => ({ name: 'other' }), () => vneid.control.tenants.create({ name: 'other' })],
  ['clock.advance', () => ({ seconds: 1 })],
  ['clock.freeze', () => ({})],
  ['clock.resume', () => ({})],
  ['clock.reset', () => ({})],
  ['faults.set', () => ({ fault: 'endpoint.500', client: testClient.client_id })],
  ['faults.clearAll', () => ({}), () => vneid.control.faults.set({ fault: 'endpoint.500' })],
  ['timelines.clear', () => ({})],
  ['state.export', () => ({})],
  ['citizens.renumber', ({ number }) => ({ number, reason: 'wrong-registration' })],
  ['citizens.create', () => ({ name: 'Trần Văn B', sex: 'male', birthDate: '1990-01-01' })],
];

/** They need somebody who asks, and are told of where that is tested; the last reads what it is handed. */
const elsewhere = [
  'citizens.remove',
  'faults.clear',
  'logins.create',
  'phones.approve',
  'phones.decline',
  'phones.expire',
  'phones.scan',
  'state.import',
  'state.reset',
  'tokens.inspect',
];

test('no operation that changes something is left out here', () => {
  const changing = everyOperation.filter(({ operation }) => operation.method === 'DELETE' || !hasNoBody(operation));
  const named = [...deeds.map(([name]) => name), ...elsewhere].filter((name) => name !== 'state.export');
  expect(named.toSorted()).toEqual(changing.map(({ name }) => name).toSorted());
});

/** Somebody new, who has everything that something can be done to; a new sign-in each, for what ends takes others along. */
async function prepared(): Promise<Made> {
  const { control } = vneid;
  const told = { name: 'Trần Văn A', sex: 'male', birthDate: '1980-01-01', account: { phone: true } } as const;
  const { number } = (await control.citizens.create(told)).citizen;
  const { document } = await control.documents.create({ number, kind: 'vehicle' });
  const { organisation } = await control.organisations.create({ name: 'Hợp tác xã' });
  await control.organisations
    .addMandate({ taxCode: organisation.taxCode, number, role: 'officer' })
    .catch(() => undefined);
  await control.passkey(number);
  const [passkey] = (await control.accounts.passkeys({ number })).passkeys;
  const options = { client: testClient.client_id, scope: 'openid offline_access', tokens: true } as const;
  const { tokens } = await control.login(number, { ...options, parameters: { prompt: 'consent' } });
  const [session] = (await control.sessions.list({ number })).sessions;
  const [grant] = (await control.grants.list({ number })).grants;
  return {
    number,
    document: document.id,
    taxCode: organisation.taxCode,
    passkey: passkey?.id ?? '',
    session: session?.id ?? '',
    grant: grant?.id ?? '',
    refresh: String(tokens.refresh_token),
  };
}

test.each(deeds)('%s', async (name, input, first) => {
  const made = await prepared();
  await first?.(made);
  const before = (await vneid.audit.list({ limit: 1 }))[0]?.id ?? '';
  const [family = '', verb = ''] = name.split('.');
  const control = vneid.control as unknown as Record<string, Record<string, (told: object) => Promise<unknown>>>;
  await control[family]?.[verb]?.(input(made));
  const told = (await vneid.audit.list({ limit: 100 })).filter(({ id }) => id > before);
  expect(told.map(({ event }) => event)).not.toEqual([]);
  await vneid.control.faults.clearAll();
  // and no secret with it, nor who it was by number
  expect(JSON.stringify(told)).not.toContain(made.number);
  expect(JSON.stringify(told)).not.toContain(made.refresh);
});

test('an act that no other event tells of is told by its name, and of what it was done to', async () => {
  await vneid.control.tenants.create({ name: 'told' });
  await vneid.control.tenants.remove({ name: 'told' });
  await vneid.control.inbox.clear({ number: an.number });
  const [third, second, first] = await vneid.audit.list({ event: 'operator.acted', limit: 3 });
  expect([first, second, third].map((entry) => entry?.facts)).toEqual([
    { operation: 'tenants.create', about: 'told' },
    { operation: 'tenants.remove', about: 'told' },
    { operation: 'inbox.clear', about: `${an.number.slice(0, 6)}******` },
  ]);
});

test('what was refused is not told as done', async () => {
  await expect(vneid.control.tenants.remove({ name: 'nobody' })).rejects.toMatchObject({ code: 'tenant.unknown' });
  const told = await vneid.audit.list({ event: 'operator.acted' });
  expect(told.map(({ facts }) => facts.about)).not.toContain('nobody');
});
