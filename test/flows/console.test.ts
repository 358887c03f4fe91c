import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { everyOperation, familyNames } from '../../src/lab/operations.ts';
import { Browser } from '../support/browser.ts';
import { asPage, form, send } from '../support/raw.ts';
import { an, testClient } from '../support/relying-party.ts';

/** The console is the operations as pages: what a program does with them, a person does here, without JavaScript too. */
let vneid: Instance;
beforeAll(async () => {
  vneid = await startVneid({ clients: [testClient] });
});
afterAll(() => vneid.stop());

const open = async (path: string, language = 'vi') => {
  const browser = new Browser({ language });
  await browser.open(`${vneid.issuer}${path}`);
  return browser;
};
const formOf = (operation: string) => ({ form: (action: string) => action === `/lab/console/do/${operation}` });

describe.each(['vi', 'en'])('in %s', (language) => {
  test.each(['', ...familyNames.map((family) => `/${family}`)])('/lab/console%s', async (path) => {
    const { status, text } = (await open(`/lab/console${path}`, language)).page();
    expect(status, text).toBe(200);
    expect(text).toContain('SYNTHETIC DATA');
  });
});

test('every operation is described, in all its skins, with a form to try it', async () => {
  const { html } = (await open('/lab/api')).page();
  for (const { name } of everyOperation) {
    expect(html).toContain(`<code>${name}</code>`);
    expect(html).toContain(`action="/lab/console/do/${name}"`);
  }
});

test('a fault is switched on, seen while it is on, and switched off', async () => {
  const browser = await open('/lab/console/faults');
  const fields = { 'in.fault': 'id-token.wrong-iss', 'in.client': testClient.client_id, 'in.times': '2' };
  await browser.submit(fields, formOf('faults.set'));
  expect(browser.page().url.pathname).toBe('/lab/console/faults');
  expect(browser.page().text).toContain('faults.set');
  const on = async () => (await vneid.control.faults.list()).faults.filter((one) => one.on);
  expect(await on()).toMatchObject([{ fault: 'id-token.wrong-iss', client: testClient.client_id, times: 2 }]);
  await browser.open('/lab/console');
  expect(browser.page().text).toContain('id-token.wrong-iss');
  await browser.submit({}, formOf('faults.clearAll'));
  expect(browser.page().url.pathname).toBe('/lab/console');
  expect(await on()).toEqual([]);
});

test('what is refused says why above the form, and nothing typed is lost', async () => {
  const browser = await open('/lab/console/tenants', 'en');
  await browser.submit({ 'in.name': 'Not A Name', 'in.citizens': '3' }, formOf('tenants.create'));
  const { status, text, html } = browser.page();
  expect([status, text]).toEqual([422, expect.stringContaining('The field "name" is not right')]);
  expect(html).toContain('value="Not A Name"');
  expect(html).toContain('value="3"');
  await browser.submit({ 'in.name': 'a-name', 'in.citizens': '3' }, formOf('tenants.create'));
  expect(browser.page().text).toContain(`${vneid.issuer}/t/a-name`);
  await vneid.control.tenants.remove({ name: 'a-name' });
});

test('a row has buttons for what needs no more than the row', async () => {
  const one = await vneid.control.tenant('row');
  const browser = await open('/lab/console/tenants');
  await browser.submit({}, formOf('tenants.remove'));
  expect(browser.page().text).toContain('tenants.remove');
  await expect(vneid.control.tenants.remove({ name: 'row' })).rejects.toMatchObject({ code: 'tenant.unknown' });
  expect(one.issuer).toContain('/t/row');
});

test('one of a family is looked at by its name, and what there is not is told', async () => {
  const browser = await open(`/lab/console/phones/get?number=${an.number}`);
  expect(browser.page().text).toContain(`Điện thoại của ${an.name}`);
  await browser.open('/lab/console/phones/get?number=000000000000');
  expect([browser.page().status, browser.page().text]).toEqual([404, expect.stringContaining('000000000000')]);
  // the forms of the family are filled in with it
  await browser.open(`/lab/console/phones/get?number=${an.number}`);
  expect(browser.page().html).toContain(`name="in.number" value="${an.number}"`);
  await browser.submit({ 'in.number': an.number }, formOf('phones.lose'));
  await expect(vneid.control.phones.get({ number: an.number })).rejects.toMatchObject({ code: 'phone.unknown' });
});

describe('from elsewhere', () => {
  const post = (path: string, body: Record<string, string>) =>
    send(vneid, {
      method: 'POST',
      path,
      headers: { ...asPage, 'content-type': form },
      body: String(new URLSearchParams(body)),
    });

  test('a form of another site does nothing', async () => {
    const { status } = await post('/lab/console/do/clock.freeze', { csrf: 'x', back: '/lab/console' });
    expect(status).toBe(403);
    expect(vneid.clock.state().frozen).toBe(false);
  });

  test.each(['https://evil.example/', '//evil.example', '/lab/console/../../evil', '/lab/console\n', 'javascript:1'])(
    'a form does not lead to %j',
    async (back) => {
      const browser = await open('/lab/console/clock');
      await browser.submit({ back }, formOf('clock.reset'));
      expect(browser.page().url.pathname).toBe('/lab/console/do/clock.reset');
    },
  );

  test.each(['nothing', 'clock', 'clock.constructor', 'constructor', '__proto__'])(
    '%s is no operation',
    async (name) => {
      expect((await post(`/lab/console/do/${name}`, {})).status).toBe(404);
      expect((await open(`/lab/console/${name}x`)).page().status).toBe(404);
    },
  );

  test('what was typed comes back as text', async () => {
    const evil = '"><script>alert(1)</script>';
    const { html } = (await open(`/lab/console/phones/get?number=${encodeURIComponent(evil)}`)).page();
    expect(html).not.toContain('<script>alert');
  });
});
