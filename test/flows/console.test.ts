import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { columns } from '../../src/console/rows.ts';
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

test('whoever types /lab is led to it, in a tenant too', async () => {
  expect((await open('/lab')).page().url.href).toBe(`${vneid.issuer}/lab/console`);
  await using tenant = await vneid.control.tenant('led');
  expect((await open('/t/led/lab')).page().url.href).toBe(`${tenant.issuer}/lab/console`);
});

test('every operation is described, in all its skins, with a form to try it', async () => {
  const { html } = (await open('/lab/api')).page();
  for (const { name } of everyOperation) {
    const [entry = ''] = html.split(`<summary><code>${name}</code>`).slice(1);
    const [own = ''] = entry.split('</details>');
    expect(own).toContain(`<code>${name.replace('.', '_')}</code>`);
    // what takes nothing and changes nothing is a file
    expect(own).toMatch(new RegExp(`action="/lab/console/do/${name}"|download="${name}.json"`));
  }
});

test('a fault is switched on, seen while it is on, and switched off', async () => {
  const browser = await open('/lab/console/faults');
  const fields = { 'in.fault': 'id-token.wrong-iss', 'in.client': testClient.client_id, 'in.times': '2' };
  await browser.submit(fields, formOf('faults.set'));
  expect(browser.page().text).toContain('"fault": "id-token.wrong-iss"');
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

describe('in another language', () => {
  /** Presses the button of the header that has a page drawn in English which was posted. */
  async function inEnglish(browser: Browser): Promise<ReturnType<Browser['page']>> {
    const { url, html } = browser.page();
    const [languages = ''] = /<nav class="languages".*?<\/nav>/s.exec(html) ?? [];
    const [, address = ''] = /formaction="([^"]*lang=en[^"]*)"/.exec(languages) ?? [];
    const fields = new URLSearchParams(
      [...languages.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&'),
      ]),
    );
    await browser.post(new URL(address.replaceAll('&amp;', '&'), url), fields);
    return browser.page();
  }

  test('what was refused says why, and nothing typed is lost', async () => {
    const browser = await open('/lab/console/phones');
    await browser.submit(
      { 'in.number': '000000000000', 'in.name': 'Máy <b>"mới"</b> & cũ', back: '/lab/console' },
      formOf('phones.bind'),
    );
    expect(browser.page().text).toContain('Không có tài khoản');
    const { status, text, html } = await inEnglish(browser);
    expect([status, text]).toEqual([404, expect.stringContaining('There is no account')]);
    expect(html).toContain('value="000000000000"');
    expect(html).toContain('value="Máy &lt;b&gt;&quot;mới&quot;&lt;/b&gt; &amp; cũ"');
    // and when it is done at last it leads back to where it was begun
    await browser.submit({ 'in.number': '001187000002', 'in.name': 'Máy mới' }, formOf('phones.bind'));
    expect(browser.page().text).toContain('"name": "Máy mới"');
  });

  test('what was done is not done again, and what is told once is told', async () => {
    const browser = await open('/lab/console/clients');
    const redirect = { 'in.redirect_uris': 'https://a.example/cb', 'in.client_secret': 't'.repeat(32) };
    const before = (await vneid.control.clients.list({ limit: 200 })).clients.length;
    await browser.submit(redirect, formOf('clients.create'));
    const { text } = await inEnglish(browser);
    expect(text).toContain('"client_secret": "tttt');
    expect(text).toContain('Registers a client');
    expect((await vneid.control.clients.list({ limit: 200 })).clients).toHaveLength(before + 1);
  });

  test('asked for again by its address it is the page of the family', async () => {
    const browser = await open('/lab/console/clock');
    const { status, url } = await browser.submit({ 'in.seconds': 'x' }, formOf('clock.advance'));
    expect(status).toBe(422);
    const read = await browser.open(`${url.pathname}?lang=en`);
    expect([read.status, read.url.pathname]).toEqual([200, '/lab/console/clock']);
    expect(read.html).toContain('<html lang="en">');
  });

  test('a page that was posted elsewhere draws nothing', async () => {
    const browser = await open('/lab/console/clock');
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page().html)?.[1] ?? '';
    for (const shown of [
      '',
      'x',
      'null',
      '{}',
      '{"answer":1}',
      '{"code":"no.such","facts":{}}',
      '{"code":"constructor","facts":{}}',
    ]) {
      await browser.post(`${vneid.issuer}/lab/console/do/clock.freeze`, new URLSearchParams({ csrf, shown }));
      expect([shown, browser.page().status]).toEqual([shown, 400]);
    }
    expect(vneid.clock.state().frozen).toBe(false);
  });
});

test('what is told once is shown, and not lost on the way back', async () => {
  const browser = await open('/lab/console/initialAccessTokens');
  await browser.submit({ 'in.lifetime': '60' }, formOf('initialAccessTokens.create'));
  expect(browser.page().text).toMatch(/"token": "[\w-]{43,}"/);
  await browser.open('/lab/console/clients');
  await browser.submit(
    { 'in.client_id': 'from-console', 'in.redirect_uris': 'https://a.example/cb', 'in.client_secret': 's'.repeat(32) },
    formOf('clients.create'),
  );
  expect(browser.page().text).toContain('"client_secret": "ssss');
});

test('what is deeper is typed as JSON', async () => {
  const browser = await open('/lab/console/tenants');
  const clients = [
    { client_id: 'one', redirect_uris: ['http://localhost:9/a', 'http://localhost:9/b'] },
    { client_id: 'two', redirect_uris: ['http://localhost:9/c'] },
  ];
  await browser.submit({ 'in.name': 'deep', 'in.clients': JSON.stringify(clients) }, formOf('tenants.create'));
  expect(browser.page().text).toContain('"name": "deep"');
  await vneid.control.tenants.remove({ name: 'deep' });
});

test('all that is known is a file to keep, and is not drawn on a page in passing', async () => {
  const { html } = (await open('/lab/console/state')).page();
  expect(html).not.toContain('full_name');
  const address = /href="([^"]+)" download="([^"]+)"/.exec(html);
  expect(address?.slice(1)).toEqual(['/lab/api/state', 'state.export.json']);
  // and it is brought back by hand when it is small enough to type
  await using own = await startVneid();
  const kept = await own.control.state.export();
  const browser = new Browser();
  await browser.open(`${own.issuer}/lab/console/state`);
  const typed = ['version', 'secrets', 'clock', 'tables', 'artifacts'] as const;
  await browser.submit(
    Object.fromEntries(
      typed.map((name) => [
        `in.${name}`,
        typeof kept[name] === 'object' ? JSON.stringify(kept[name]) : `${kept[name]}`,
      ]),
    ),
    formOf('state.import'),
  );
  expect(browser.page().text).toContain('"citizens": 30');
});

test('a list without anything to search by has no search, and the first page is found again', async () => {
  await using own = await startVneid();
  for (let nth = 0; nth < 60; nth += 1) await own.control.tenant(`t-${nth}`);
  const browser = new Browser({ language: 'en' });
  await browser.open(`${own.issuer}/lab/console/tenants`);
  expect(browser.page().html).not.toContain('role="search"');
  const next = /href="(\?after=[^"]+)"/.exec(browser.page().html)?.[1] ?? '';
  await browser.open(next);
  expect(browser.page().html.match(/in\.name" value="t-/g)).toHaveLength(10);
  expect(browser.page().html).toContain('href="/lab/console/tenants">To the first page');
  // a button of a row leads back to the page it was on
  await browser.submit({}, formOf('tenants.remove'));
  expect(browser.page().url.search).toContain('after=');
  expect((await own.control.tenants.list({ limit: 100 })).tenants).toHaveLength(59);
});

describe('in a tenant', () => {
  test('nothing leads to tenants of its own, which it has not', async () => {
    await using tenant = await vneid.control.tenant('plain');
    const { html } = await new Browser().open(`${tenant.issuer}/lab/console`);
    expect(html).toContain('/t/plain/lab/console/clock');
    expect(html).not.toContain('/lab/console/tenants');
  });

  test('its forms act there, and lead back there', async () => {
    await using tenant = await vneid.control.tenant('inside');
    const browser = new Browser();
    await browser.open(`${tenant.issuer}/lab/console`);
    await tenant.control.faults.set({ fault: 'endpoint.500', client: testClient.client_id });
    await browser.open(`${tenant.issuer}/lab/console/faults`);
    await browser.submit({}, { form: (action) => action === '/t/inside/lab/console/do/faults.clear' });
    expect(browser.page().url.pathname).toBe('/t/inside/lab/console/faults');
    expect(browser.page().text).toContain('faults.clear');
    expect((await tenant.control.faults.list()).faults.filter(({ on }) => on)).toEqual([]);
  });

  test('what was typed is left as it is, also where it looks like an address', async () => {
    await using tenant = await vneid.control.tenant('typed');
    const browser = new Browser();
    await browser.open(`${tenant.issuer}/lab/console/phones/get?number=/x`);
    expect(browser.page().html).toContain('name="in.number" value="/x"');
  });
});

test.each(['q=Nguyen+Van', "q=%C4%90%E1%BB%97!~*'()&limit=2", 'q=a:b@c/d,$;?'])(
  'a button leads back to where it was: ?%s',
  async (query) => {
    const back = `/lab/console/citizens?${query}`;
    const browser = await open('/lab/console/timelines');
    await browser.submit({ back }, formOf('timelines.clear'));
    expect(browser.page().url.pathname).toBe('/lab/console/citizens');
    const [given, led] = [new URLSearchParams(query), browser.page().url.searchParams];
    expect([...given].map(([name]) => led.get(name))).toEqual([...given].map(([, value]) => value));
  },
);

test('what was refused leads back all the same, when it is done at last', async () => {
  const browser = await open('/lab/console/phones');
  await browser.submit({ 'in.number': '000000000000', back: '/lab/console' }, formOf('phones.lock'));
  expect(browser.page().status).toBe(404);
  await browser.submit({ 'in.number': an.number }, formOf('phones.lock'));
  expect(browser.page().url.pathname).toBe('/lab/console');
  await vneid.control.phones.unlock({ number: an.number });
});

test('a row has buttons for what needs no more than the row', async () => {
  const one = await vneid.control.tenant('row');
  const browser = await open('/lab/console/tenants');
  await browser.submit({}, formOf('tenants.remove'));
  expect(browser.page().text).toContain('tenants.remove');
  await expect(vneid.control.tenants.remove({ name: 'row' })).rejects.toMatchObject({ code: 'tenant.unknown' });
  expect(one.issuer).toContain('/t/row');
});

test('also where the row has its name by another name', async () => {
  await vneid.control.clients.create({ client_id: 'a-row', redirect_uris: ['https://a.example/cb'] });
  const browser = await open('/lab/console/clients');
  expect(browser.page().html).toContain('href="/lab/console/clients/get?client=a-row"');
  // one form for each row, and that of the family at the end
  const removing = browser.page().html.match(/name="in\.client" value="a-row"/g);
  expect(removing).toHaveLength(1);
});

test('every column is a member of what the list answers', () => {
  for (const [family, names] of Object.entries(columns)) {
    const { answer } = everyOperation.find(({ name }) => name === `${family}.list`)?.operation ?? {};
    const members = JSON.stringify(answer && z.toJSONSchema(answer, { io: 'input', unrepresentable: 'any' }));
    for (const name of names) expect([family, members]).toEqual([family, expect.stringContaining(`"${name}":`)]);
  }
});

test('an address is a link, and no other word', async () => {
  await using tenant = await vneid.control.tenant('linked');
  expect((await open('/lab/console/tenants')).page().html).toContain(`href="${tenant.issuer}"`);
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

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/lab/console/../../evil',
    '/lab/console\n',
    '/lab/console?a\r\nSet-Cookie:b=c',
    '/lab/console?\u2028',
    '/lab/console@evil.example',
    '/lab/consolers',
    'javascript:1',
  ])('a form does not lead to %j', async (back) => {
    const browser = await open('/lab/console/timelines');
    await browser.submit({ back }, formOf('timelines.clear'));
    expect(browser.page().url.pathname).toBe('/lab/console/do/timelines.clear');
  });

  test.each(['nothing', 'clock', 'clock.constructor', 'constructor', '__proto__'])(
    '%s is no operation',
    async (name) => {
      expect((await post(`/lab/console/do/${name}`, {})).status).toBe(404);
      expect((await open(`/lab/console/${name}x`)).page().status).toBe(404);
      expect((await open(`/lab/console/clock/${name}`)).page().status).toBe(404);
    },
  );

  test('to look at something does nothing', async () => {
    await vneid.control.tenant('looked-at');
    expect((await open('/lab/console/tenants/remove?name=looked-at')).page().status).toBe(404);
    expect((await open('/lab/console/do/tenants.remove?name=looked-at')).page().url.pathname).toBe(
      '/lab/console/tenants',
    );
    await vneid.control.tenants.remove({ name: 'looked-at' });
  });

  test('what was typed comes back as text', async () => {
    const evil = '"><script>alert(1)</script>';
    const { html } = (await open(`/lab/console/phones/get?number=${encodeURIComponent(evil)}`)).page();
    expect(html).not.toContain('<script>alert');
  });
});
