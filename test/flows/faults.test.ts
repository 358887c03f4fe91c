import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultNames } from '../../src/lab/faults/vocabulary.ts';
import { type Instance, startVneid } from '../../src/index.ts';
import { rows } from '../support/fault-rows.ts';
import { clearFaults, faultsOf, lab, setFault, type Shown } from '../support/fault-world.ts';
import { an, testClient } from '../support/relying-party.ts';

/** Faults as they are switched on and off; what each of them does is in the files beside this one. */
let vneid: Instance;
let issuer: string;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
  ({ issuer } = vneid);
});
afterEach(() => clearFaults(issuer));
afterAll(() => vneid.stop());

test('every fault of the vocabulary has a row, and every family a file that goes through its rows', () => {
  expect(Object.keys(rows).toSorted()).toEqual(faultNames.toSorted());
  const files = readdirSync(import.meta.dirname).filter((name) => /^faults-.*\.test\.ts$/.test(name));
  const tried = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/everyFaultOf\(\[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => [...list.matchAll(/'([a-z-]+)'/g)].map(([, family = '']) => family),
    ),
  );
  expect(tried.toSorted()).toEqual([...new Set(faultNames.map((name) => name.split('.')[0] ?? ''))].toSorted());
});

test('the vocabulary says of each, in both languages, what it does and what has to be said with it', async () => {
  const { faults } = await lab<{
    faults: {
      name: string;
      about: { vi: string; en: string };
      needs: string[];
      takes: string[];
      forEveryone: boolean;
    }[];
  }>(issuer, 'GET', '/faults/vocabulary');
  expect(faults.map(({ name }) => name)).toEqual(faultNames);
  for (const { name, about } of faults) {
    expect(about.vi.length, name).toBeGreaterThan(10);
    expect(about.en.length, name).toBeGreaterThan(10);
    expect(about.vi, name).not.toBe(about.en);
  }
  const named = (name: string) => faults.find((one) => one.name === name);
  expect(named('id-token.missing-claim')).toMatchObject({ needs: ['claim'], takes: [], forEveryone: false });
  expect(named('endpoint.slow')).toMatchObject({ needs: [], takes: ['endpoint', 'seconds'] });
  expect(named('jwks.stale')).toMatchObject({ forEveryone: true });
});

test('what is on is listed, newest first, with all that was said, until it is cleared; the audit tells who did what', async () => {
  const first = await setFault(issuer, {
    fault: 'endpoint.slow',
    endpoint: 'token',
    seconds: 3,
    client: testClient.client_id,
    citizen: an.number,
    times: 2,
  });
  const second = await setFault(issuer, { fault: 'day.overload', share: 0.5 });
  const [newest, oldest, ...none] = await faultsOf(issuer);
  expect(none).toEqual([]);
  expect(newest).toEqual(second);
  expect(oldest).toEqual(first);
  expect(first).toMatchObject({
    fault: 'endpoint.slow',
    endpoint: 'token',
    seconds: 3,
    client: testClient.client_id,
    citizen: an.number,
    times: 2,
    on: true,
    met: 0,
    metAt: null,
  });
  await lab(issuer, 'DELETE', `/faults/${first.id}`);
  expect(await faultsOf(issuer)).toEqual([second]);
  await clearFaults(issuer);
  expect(await faultsOf(issuer)).toEqual([]);
  const [set] = await vneid.audit.list({ event: 'fault.set' });
  expect(set?.facts).toEqual({ setting: second.id, fault: 'day.overload' });
  const cleared = await vneid.audit.list({ event: 'fault.cleared' });
  expect(cleared.map(({ facts }) => facts.setting)).toEqual([second.id, first.id]);
});

test('one that has struck as often as it should is remembered, and can be cleared as well', async () => {
  const { id } = await setFault(issuer, { fault: 'endpoint.500', endpoint: 'jwks', times: 1 });
  expect((await fetch(`${issuer}/jwks`)).status).toBe(500);
  expect((await fetch(`${issuer}/jwks`)).status).toBe(200);
  expect(await faultsOf(issuer)).toMatchObject([{ id, on: false, met: 1 }]);
  await lab(issuer, 'DELETE', `/faults/${id}`);
  expect(await faultsOf(issuer)).toEqual([]);
  // but not for ever: a test bench that runs for weeks keeps the newest
  for (let round = 0; round < 101; round += 1) {
    await setFault(issuer, { fault: 'endpoint.500', endpoint: 'jwks', times: 1 });
    await fetch(`${issuer}/jwks`);
  }
  expect(await faultsOf(issuer)).toHaveLength(100);
});

describe('what is not right is told, with what would be', () => {
  const refusal = async (fault: object) => {
    const thrown = await setFault(issuer, fault).catch(
      (error: { status: number; said: Record<string, unknown> }) => error,
    );
    return { status: (thrown as { status?: number }).status, ...(thrown as { said?: object }).said } as {
      status: number;
      code: string;
      message: { vi: string; en: string };
      next: { vi: string; en: string };
    };
  };

  test.each([
    ['id-token.wrong-issuer', /id-token\.wrong-iss\b/],
    ['wrong-nonce', /id-token\.wrong-nonce/],
    ['endpoint.timeout', /endpoint\.slow/],
    ['otp', /otp\.late, otp\.lost, otp\.old-phone/],
    ['???', /discovery\.wrong-issuer/],
  ])('a name that there is not: %s', async (fault, near) => {
    const { status, code, next } = await refusal({ fault });
    expect([status, code]).toEqual([422, 'fault.unknown']);
    expect(next.vi).toMatch(near);
    expect(next.en).toMatch(near);
  });

  test.each<[string, object, string]>([
    ['what is needed', { fault: 'id-token.missing-claim' }, 'claim'],
    ['what it does not take', { fault: 'id-token.wrong-iss', endpoint: 'token' }, 'endpoint'],
    ['what it does not take', { fault: 'endpoint.500', seconds: 3 }, 'seconds'],
    ['an endpoint that there is not', { fault: 'endpoint.500', endpoint: 'tokens' }, 'endpoint'],
    ['no times', { fault: 'endpoint.500', times: 0 }, 'times'],
    ['no share', { fault: 'day.overload', share: 0 }, 'share'],
    ['a word too much', { fault: 'endpoint.500', tenant: 'x' }, 'tenant'],
  ])('%s', async (_what, fault, field) => {
    const { status, code, message } = await refusal(fault);
    expect([status, code]).toEqual([422, 'request.badField']);
    expect(message.en).toContain(`"${field}"`);
  });

  test.each<[object, number, string]>([
    [{ fault: 'id-token.wrong-iss', client: 'nobody' }, 404, 'client.unknown'],
    [{ fault: 'id-token.wrong-iss', citizen: '001085999999' }, 404, 'citizen.unknown'],
    [{ fault: 'id-token.wrong-iss', citizen: '031090000007' }, 404, 'account.unknown'],
    [{ fault: 'endpoint.500', endpoint: 'jwks', client: testClient.client_id }, 422, 'fault.forEveryone'],
    [{ fault: 'endpoint.500', endpoint: 'discovery', citizen: an.number }, 422, 'fault.forEveryone'],
  ])('%o', async (fault, status, code) => {
    expect(await refusal(fault)).toMatchObject({ status, code });
    expect(await faultsOf(issuer)).toEqual([]);
  });

  test('one that is not on', async () => {
    await expect(lab(issuer, 'DELETE', '/faults/nothing')).rejects.toMatchObject({
      status: 404,
      said: { code: 'fault.gone' },
    });
  });
});

test('from a test in the same process', async () => {
  const { id } = await vneid.control.faults.set({ fault: 'endpoint.503', endpoint: 'discovery', times: 1 });
  expect((await fetch(`${issuer}/.well-known/openid-configuration`)).status).toBe(503);
  const { faults } = await vneid.control.faults.list();
  expect(faults.find((one) => one.id === id)).toMatchObject({ met: 1, on: false } satisfies Partial<Shown>);
  await vneid.control.faults.clear({ id });
  await vneid.control.faults.clearAll();
  expect(await vneid.control.faults.list()).toEqual({ faults: [] });
});
