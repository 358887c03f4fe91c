import * as oidc from 'openid-client';
import { test } from 'vitest';
import type { Instance } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  newestCode,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { endless, refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';

/** What is refused of CIBA, of transactions and of a new phone, each also without its check. */
const cibaGrant = 'urn:openid:params:grant-type:ciba' as const;
const clients = [
  { ...testClient, authorization_details_types: ['vneid_transaction' as const] },
  { ...testClient, client_id: 'counter', grant_types: [cibaGrant] },
];
const details = JSON.stringify([{ type: 'vneid_transaction', text: 'Nộp lệ phí 200.000 đ' }]);

/** Somebody at a code page, a phone's or an app's, on a browser of their own. */
async function activating(vneid: Instance, number = an.number): Promise<Browser> {
  const browser = new Browser();
  await browser.open(`${vneid.issuer}/phone/activate`);
  await browser.submit({ login: number, password: an.password });
  await browser.submit({ otp: await newestCode(vneid, number) });
  return browser;
}

/** Whether this browser holds the phone now. */
const holds = (browser: Browser) => browser.page().url.pathname === '/phone';

async function approved(vneid: Instance) {
  const configuration = await relyingParty(vneid);
  const browser = new Browser();
  const request = await authorizationRequest(configuration, { authorization_details: details });
  await browser.open(request.url, { until: atCallback });
  await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
  await vneid.control.phone(an.number).approve();
  const asked = (action: string) => action.endsWith('/transaction');
  let page = await browser.submit({}, { form: asked, until: atCallback });
  if (!atCallback(page.url)) page = await browser.submit({ decision: 'allow' }, { until: atCallback });
  return { configuration, tokens: await redeem(configuration, { ...request, url: page.url }) };
}

const table: [string, Weakness[], (vneid: Instance) => Promise<boolean>][] = [
  [
    'a code to an address that was taken from the app in the middle of the sign-in',
    [
      {
        file: 'src/login/walk.ts',
        find: "if (!(await leadsBack(interaction.params))) throw problem('login.expired');",
        replace: 'void leadsBack;',
      },
    ],
    async (vneid) => {
      const { url } = await authorizationRequest(await relyingParty(vneid));
      const browser = new Browser();
      await browser.open(url);
      const move = (redirect_uris: string[]) => vneid.control.clients.change({ client: 'test-app', redirect_uris });
      await move(['http://localhost:9/elsewhere']);
      let page = await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
      if (page.html.includes('value="allow"'))
        page = await browser.submit({ decision: 'allow' }, { until: atCallback });
      await move(testClient.redirect_uris);
      return page.url.searchParams.has('code');
    },
  ],
  [
    'an app that polls as fast as it can',
    [
      {
        file: 'src/oidc/polling.ts',
        find: 'if (!ahead) throw new errors.SlowDown();',
        replace: 'void [next, artifacts];',
      },
    ],
    async (vneid) => {
      const configuration = await relyingParty(vneid, { id: 'counter' });
      const asked = await oidc.initiateBackchannelAuthentication(configuration, {
        scope: 'openid',
        login_hint: an.number,
      });
      const poll = () =>
        oidc
          .genericGrantRequest(configuration, cibaGrant, { auth_req_id: asked.auth_req_id })
          .catch(({ error }: oidc.ResponseBodyError) => error);
      return (await poll()) === 'authorization_pending' && (await poll()) === 'authorization_pending';
    },
  ],
  [
    'somebody without a phone who is asked all the same, so that an app learns who has an account',
    [
      {
        file: 'src/oidc/ciba.ts',
        find: 'return account && usable(account) && (await phones.active(account.id)) ? account : undefined;',
        replace: 'return account;',
      },
      {
        file: 'src/oidc/ciba.ts',
        find: "if (!(await phones.active(accountId))) throw new errors.UnknownUserId('could not identify end-user');",
        replace: '',
      },
    ],
    async (vneid) => {
      const configuration = await relyingParty(vneid, { id: 'counter' });
      const ask = { scope: 'openid', login_hint: '036155000005' };
      return oidc.initiateBackchannelAuthentication(configuration, ask).then(() => true);
    },
  ],
  [
    'a yes after the time that the app itself has set',
    endless,
    async (vneid) => {
      const configuration = await relyingParty(vneid, { id: 'counter' });
      const ask = { scope: 'openid', login_hint: an.number, requested_expiry: '30' };
      await oidc.initiateBackchannelAuthentication(configuration, ask);
      const phone = vneid.control.phone(an.number);
      const [asked] = await phone.approvals();
      vneid.clock.advance(31_000);
      return phone.approve({ approval: asked?.id }).then(() => true);
    },
  ],
  [
    'a transaction that nobody approved',
    [
      {
        file: 'src/login/order.ts',
        find: "if (transaction) return [approves ? 'transaction' : 'unmet'];",
        replace: '',
      },
    ],
    async (vneid) => {
      const browser = new Browser();
      const configuration = await relyingParty(vneid);
      await signIn(vneid, browser, (await authorizationRequest(configuration)).url);
      const request = await authorizationRequest(configuration, { authorization_details: details });
      return atCallback((await browser.open(request.url, { until: atCallback })).url);
    },
  ],
  [
    'an approval that a refresh carries on to the next token',
    [
      {
        file: 'src/oidc/transactions.ts',
        find: "['authorization_code', deviceGrant].includes(grantType)",
        replace: '[grantType, deviceGrant]',
      },
    ],
    async (vneid) => {
      const { configuration, tokens } = await approved(vneid);
      const refreshed = await oidc.refreshTokenGrant(configuration, String(tokens.refresh_token));
      return refreshed.authorization_details !== undefined;
    },
  ],
  [
    'a text that reads otherwise than it is',
    [
      {
        file: 'src/oidc/transactions.ts',
        find: "if (typeof text !== 'string' || !readable(text))",
        replace: "if (typeof text !== 'string')",
      },
    ],
    async (vneid) => {
      const hidden = JSON.stringify([{ type: 'vneid_transaction', text: 'Trả \u202E000.001 đ' }]);
      const request = await authorizationRequest(await relyingParty(vneid), { authorization_details: hidden });
      return !atCallback((await new Browser().open(request.url, { until: atCallback })).url);
    },
  ],
  [
    'a new phone that the old one did not agree to',
    [
      {
        file: 'src/phone/order.ts',
        find: "if (replaces && !proven.device) return 'device';",
        replace: 'void replaces;',
      },
    ],
    async (vneid) => {
      const browser = await activating(vneid);
      await browser.submit({ passcode: '246810' });
      return holds(browser);
    },
  ],
  [
    'a new phone by the card of somebody with another face',
    [
      {
        file: 'src/phone/activation.ts',
        find: "if (face !== 'matches') throw problem(face === 'no-camera' ? 'face.noCamera' : 'face.differs');",
        replace: '',
      },
    ],
    async (vneid) => {
      const browser = await activating(vneid);
      await browser.submit({ passcode: '246810' });
      await browser.submit({ face: 'differs' }, { form: (action) => action.endsWith('/card') });
      return holds(browser);
    },
  ],
  [
    'a new phone of whoever read the code and does not know the passcode',
    [
      {
        file: 'src/phone/order.ts',
        find: "if (passcode !== 'none' && !proven.passcode && !proven.forgotten) return 'passcode';",
        replace: 'void passcode;',
      },
    ],
    async (vneid) => {
      // who has no phone yet, so that no old one is asked
      const browser = await activating(vneid, '001165000029');
      await browser.submit({ passcode: '135791', again: '135791' });
      return holds(browser);
    },
  ],
];

test.each(table)('%s', { timeout: 60_000 }, (_name, weaknesses, attack) =>
  refusedOnlyByTheCheck(weaknesses, attack, { clients }),
);
