import { test } from 'vitest';
import type { Instance } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, authorizationRequest, relyingParty, signIn, testClient } from '../support/relying-party.ts';
import { refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';

/** What may not be had with too little, or with what was proven for somebody else: each also without its check. */
const clients = [
  testClient,
  { ...testClient, client_id: 'careful', minimum_level: 2 as const },
  { ...testClient, client_id: 'fresh', fresh: true },
];
const policy = 'src/oidc/policy.ts';
const raisesNobody: Weakness = {
  file: policy,
  find: 'return result?.login ? reached < need.least : reached < need.wanted;',
  replace: 'void [result, need, reached]; return false;',
};
/** Of level 1. */
const cuc = { number: '001195000006', password: an.password };

/** The page on which a browser that has signed in by password arrives when an app asks for more. */
async function askedAgain(vneid: Instance, id: string, parameters: Record<string, string> = {}, later = 0) {
  const browser = new Browser();
  const simple = await authorizationRequest(await relyingParty(vneid));
  await signIn(vneid, browser, simple.url);
  vneid.clock.advance(later);
  const { url } = await authorizationRequest(await relyingParty(vneid, { id }), parameters);
  return browser.open(url, { until: atCallback });
}

type Page = Awaited<ReturnType<typeof askedAgain>>;
/** Whether nothing is left but to agree. */
const letThrough = (page: Page) => atCallback(page.url) || page.html.includes('value="allow"');

const table: [string, Weakness[], (vneid: Instance) => Promise<boolean>][] = [
  [
    'an earlier sign-in at an app that wants a fresh one',
    [{ file: policy, find: 'return Boolean(client?.fresh) && !ctx.oidc.result?.login;', replace: 'return !client;' }],
    async (vneid) => letThrough(await askedAgain(vneid, 'fresh')),
  ],
  [
    'a password alone at an app that was agreed to have level 2',
    [raisesNobody],
    async (vneid) => letThrough(await askedAgain(vneid, 'careful')),
  ],
  [
    'a password alone where a higher acr is essential',
    [raisesNobody],
    async (vneid) => {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:vneid:loa:3' } } });
      return letThrough(await askedAgain(vneid, testClient.client_id, { claims }));
    },
  ],
  [
    'a sign-in that is older than max_age',
    [
      {
        file: policy,
        find: "login?.checks.remove('essential_acrs');",
        replace: "login?.checks.remove('essential_acrs'); login?.checks.remove('max_age');",
      },
    ],
    async (vneid) => letThrough(await askedAgain(vneid, testClient.client_id, { max_age: '60' }, 3_600_000)),
  ],
  [
    'an account that cannot reach what an app insists on',
    [raisesNobody, { file: 'src/login/order.ts', find: "if (need.least > reach) return ['unmet'];", replace: '' }],
    async (vneid) => {
      const { url } = await authorizationRequest(await relyingParty(vneid, { id: 'careful' }));
      const browser = new Browser();
      await browser.open(url);
      return letThrough(await browser.submit({ login: cuc.number, password: cuc.password }, { until: atCallback }));
    },
  ],
];

test.each(table)('%s', { timeout: 60_000 }, (_name, weaknesses, attack) =>
  refusedOnlyByTheCheck(weaknesses, attack, { clients }),
);
