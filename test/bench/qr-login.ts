import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { atCallback, authorizationRequest, redeem, relyingParty, testClient } from '../support/relying-party.ts';
import { atMost, type Figures } from './figures.ts';
import { percentile } from './load.ts';

/** Milliseconds that a login by QR code may take a test, from the authorization request to the tokens. */
const longest = 100;
const people = ['001085000001', '001187000002', '001084000011', '001191000025', '038048000026', '001082000022'];

/** A tester's login by QR: everything in one process, the phone driven by functions, consent given before. */
export async function measureQrLogins(): Promise<Figures> {
  const vneid = await startVneid({ clients: [testClient] });
  const configuration = await relyingParty(vneid);
  const times: number[] = [];
  for (let turn = 0; turn < 50 * people.length; turn += 1) {
    const number = people[turn % people.length] as string;
    const started = performance.now();
    const request = await authorizationRequest(configuration);
    const browser = new Browser();
    await browser.open(request.url);
    const page = await browser.open(`${browser.page().url.pathname}?by=qr`);
    const phone = vneid.control.phone(number);
    await phone.scan(/data-code="([^"]+)"/.exec(page.html)?.[1] ?? '');
    await phone.approve();
    let back = await browser.submit({}, { form: (action) => action.endsWith('/qr'), until: atCallback });
    if (!atCallback(back.url)) back = await browser.submit({ decision: 'allow' }, { until: atCallback });
    await redeem(configuration, { ...request, url: back.url });
    // everybody agrees once
    if (turn >= people.length) times.push(performance.now() - started);
  }
  await vneid.stop();
  return {
    'a login by QR from a test: p50': atMost(longest, percentile(times, 0.5), 'ms'),
    'a login by QR from a test: p99': atMost(longest, percentile(times, 0.99), 'ms'),
  };
}
