import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Passwords } from '../../src/accounts/passwords.ts';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, authorizationRequest, relyingParty, signIn, testClient } from '../support/relying-party.ts';

const form = 'application/x-www-form-urlencoded';

/** Passwords that are looked at when the test says so: a server that gets nothing done. */
function slowPasswords(): Passwords & { goOn(): void } {
  let goOn = () => {};
  const going = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let free = true;
  return {
    hash: async () => 'x',
    async verify() {
      if (!free) await going;
      free = false;
      return true;
    },
    async close() {},
    goOn,
  };
}

/** An instance whose forty people have typed their passwords, which nobody comes to look at. */
async function crowded(begun: AsyncDisposableStack, options: Parameters<typeof startVneid>[0]) {
  const passwords = slowPasswords();
  const vneid = begun.use(await startVneid({ ...options, clients: [testClient], passwords }));
  const configuration = await relyingParty(vneid);
  const fresh = async () => (await authorizationRequest(configuration)).url;
  const member = new Browser();
  await signIn(vneid, member, await fresh());
  const browsers = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const browser = new Browser();
      await browser.open(await fresh());
      return browser;
    }),
  );
  const typed = browsers.map((browser, index) =>
    browser.submit({ login: `0010850${10_000 + index}`, password: an.password }, { until: atCallback }),
  );
  return { fresh, member, typed, goOn: passwords.goOn };
}

test('more people than can be served wait in line before they begin; nobody who has begun does', async () => {
  await using begun = new AsyncDisposableStack();
  const { fresh, member, typed, goOn } = await crowded(begun, { waitingRoom: true });

  const late = new Browser();
  await expect.poll(async () => (await late.open(await fresh())).status, { timeout: 10_000 }).toBe(503);
  const page = late.page();
  expect(page.text).toContain('Chỗ của bạn trong hàng 1');
  expect(Number(page.headers.get('refresh'))).toBeGreaterThanOrEqual(3);
  expect(page.headers.get('retry-after')).toBe(page.headers.get('refresh'));
  const later = await new Browser({ language: 'en' }).open(await fresh());
  expect([later.status, later.text.includes('Your place in line 2')]).toEqual([503, true]);
  // asked again, the place is kept
  expect((await late.open(await fresh())).text).toContain('Chỗ của bạn trong hàng 1');
  const program = await fetch(await fresh(), { headers: { accept: 'application/json' } });
  expect([program.status, await program.json()]).toMatchObject([503, { code: 'login.busy' }]);

  // who is signed in goes on
  const back = await member.open(await fresh(), { until: atCallback });
  expect(back.url.searchParams.get('code')).toBeTruthy();
  // also where the app wants the password again: to be signed in is not to have begun anew
  const asked = await member.open(`${await fresh()}&prompt=login`);
  expect([asked.status, asked.html.includes('name="password"')]).toEqual([200, true]);

  goOn();
  const answers = await Promise.all(typed);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  await expect
    .poll(async () => (await late.open(await fresh())).html, { timeout: 20_000 })
    .toContain('name="password"');
});

test('who sends slowly what is asked of the program keeps nobody else waiting', async () => {
  await using begun = new AsyncDisposableStack();
  const vneid = begun.use(await startVneid({ waitingRoom: true, clients: [testClient] }));
  const configuration = await relyingParty(vneid);
  const { port, hostname } = new URL(vneid.issuer);
  const head = [`POST /token HTTP/1.1`, `Host: localhost:${port}`, `Content-Type: ${form}`, 'Content-Length: 1000'];
  for (let one = 0; one < 30; one += 1) {
    const socket = begun.adopt(connect(Number(port), hostname), (open) => void open.destroy());
    await once(socket, 'connect');
    socket.write(`${head.join('\r\n')}\r\n\r\na`);
  }
  for (let time = 0; time < 40; time += 1)
    expect((await new Browser().open((await authorizationRequest(configuration)).url)).status).toBe(200);
});

test('without the option nobody waits in line', async () => {
  await using begun = new AsyncDisposableStack();
  const { fresh, typed, goOn } = await crowded(begun, {});
  // as long as it takes for the other to say no
  for (let time = 0; time < 40; time += 1) expect((await new Browser().open(await fresh())).status).toBe(200);
  goOn();
  await Promise.all(typed);
});
