import { expect, test } from 'vitest';
import type { Passwords } from '../../src/accounts/passwords.ts';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, authorizationRequest, relyingParty, signIn, testClient } from '../support/relying-party.ts';

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

test('more people than can be served wait in line before they begin; nobody who has begun does', async () => {
  const passwords = slowPasswords();
  await using vneid = await startVneid({ waitingRoom: true, clients: [testClient], passwords });
  const configuration = await relyingParty(vneid);
  const fresh = async (more = {}) => (await authorizationRequest(configuration, more)).url;
  const member = new Browser();
  await signIn(vneid, member, await fresh());

  // forty who have begun, and whose passwords nobody comes to look at
  const begun = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const browser = new Browser();
      await browser.open(await fresh());
      return browser;
    }),
  );
  const numbers = Array.from({ length: 40 }, (_, index) => `0010850${String(10_000 + index)}`);
  const typed = begun.map((browser, index) =>
    browser.submit({ login: numbers[index] ?? '', password: an.password }, { until: atCallback }),
  );

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

  // who is signed in goes on, and so do tokens
  const back = await member.open(await fresh(), { until: atCallback });
  expect(back.url.searchParams.get('code')).toBeTruthy();

  passwords.goOn();
  const answers = await Promise.all(typed);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  await expect
    .poll(async () => (await late.open(await fresh())).html, { timeout: 20_000 })
    .toContain('name="password"');
});

test('without the option nobody waits in line', async () => {
  const passwords = slowPasswords();
  await using vneid = await startVneid({ clients: [testClient], passwords });
  const configuration = await relyingParty(vneid);
  const pages = await Promise.all(
    Array.from({ length: 60 }, async () => new Browser().open((await authorizationRequest(configuration)).url)),
  );
  expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
});
