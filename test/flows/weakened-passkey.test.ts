import { generateKeyPairSync } from 'node:crypto';
import { test } from 'vitest';
import type { Instance } from '../../src/index.ts';
import { createAuthenticator, type Lie, type Make } from '../../src/lab/authenticator.ts';
import { Browser } from '../support/browser.ts';
import { addPasskey, openOwnPasskeys, optionsOn, requestOn, usePasskey } from '../support/passkeys.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  signIn,
  testClient,
} from '../support/relying-party.ts';
import { refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';

/**
 * Each refusal of passkeys twice: the attack works on a copy of the program without the check, and fails on the program.
 */
type Attack = (vneid: Instance) => Promise<boolean>;
const binh = { number: '001187000002', password: an.password };
const minute = 60_000;

const [answers, ceremonies, challenges, passkeys, own] = [
  'src/accounts/passkey-answers.ts',
  'src/accounts/passkey-ceremonies.ts',
  'src/accounts/passkey-challenges.ts',
  'src/accounts/passkeys.ts',
  'src/login/own-passkeys.ts',
];
const without = (file: string, find: string, replace = ''): Weakness => ({ file, find, replace });

async function enrolled(vneid: Instance, make: Partial<Make> = {}, number = an.number) {
  const account = await vneid.accounts.byNumber(number);
  if (!account) throw new Error(`no account ${number}`);
  const authenticator = createAuthenticator({ origin: vneid.issuer, ...make });
  const response = JSON.stringify(authenticator.create(await vneid.passkeys.creationOptions(account)));
  const { id } = await vneid.passkeys.register(account, { response, name: 'Điện thoại' });
  return { account, authenticator, id };
}

async function walk(vneid: Instance) {
  const configuration = await relyingParty(vneid);
  const request = await authorizationRequest(configuration);
  const browser = new Browser();
  await browser.open(request.url);
  return { browser, configuration, request };
}

/** Whether a passkey that says this gets in. */
function gotIn(lie: Lie, make: Partial<Make> = {}): Attack {
  return async (vneid) => {
    const { authenticator } = await enrolled(vneid, make);
    const { browser } = await walk(vneid);
    return isIn(await usePasskey(browser, authenticator, lie));
  };
}
const isIn = ({ url, html }: { url: URL; html: string }) => atCallback(url) || html.includes('value="allow"');

const table: [string, Weakness[], Attack][] = [
  [
    'a page of another origin that passes the challenge on',
    [without(answers, "if (data.origin !== origin) throw problem('passkey.wrongOrigin', { origin });")],
    gotIn({ origin: 'https://vneid.example' }),
  ],
  [
    'what was made for another site',
    [
      without(
        answers,
        "if (!site.equals(data.subarray(0, 32))) throw problem('passkey.wrongOrigin', { ...facts, origin });",
      ),
    ],
    gotIn({ rpId: 'example.org' }),
  ],
  [
    'a page that frames ours',
    [
      without(
        answers,
        "if (data.crossOrigin === true || data.topOrigin !== undefined) throw problem('passkey.embedded');",
      ),
    ],
    gotIn({ crossOrigin: true }),
  ],
  [
    'a challenge of another walk, answered for the attacker',
    [without(challenges, "if (!right) throw problem('passkey.wrongChallenge');")],
    async (vneid) => {
      const { authenticator } = await enrolled(vneid);
      const [victim, thief] = [await walk(vneid), await walk(vneid)];
      const credential = JSON.stringify(authenticator.get(requestOn(victim.browser.page())));
      const form = (action: string) => action.endsWith('/passkey');
      return isIn(await thief.browser.submit({ credential }, { form, until: atCallback }));
    },
  ],
  [
    'a challenge that has grown old',
    [
      without(
        challenges,
        "if (endOf(open) * 1000 <= clock.now()) throw problem('passkey.expired', { minutes: challengeMinutes });",
      ),
      without(challenges, "await artifacts.add('passkey.used', open, {}, endOf(open))", 'true'),
    ],
    async (vneid) => {
      const { authenticator } = await enrolled(vneid);
      const { browser } = await walk(vneid);
      vneid.clock.advance(6 * minute);
      return isIn(await usePasskey(browser, authenticator));
    },
  ],
  [
    'one answer sent many times',
    [without(challenges, "await artifacts.add('passkey.used', open, {}, endOf(open))", 'true')],
    async (vneid) => {
      const { authenticator } = await enrolled(vneid);
      const options = vneid.passkeys.requestOptions('walk');
      const response = JSON.stringify(authenticator.get(options));
      const uses = Array.from({ length: 5 }, () => vneid.passkeys.authenticate({ subject: 'walk', response }));
      return (await Promise.allSettled(uses)).filter(({ status }) => status === 'fulfilled').length > 1;
    },
  ],
  [
    'a device that verified nobody',
    [without(answers, 'if (!present || !verified) throw', 'if (!present) throw')],
    gotIn({ verified: false }),
  ],
  [
    'a signature by another key',
    [without(ceremonies, "if (!verified) throw problem('passkey.wrongSignature', facts);")],
    gotIn({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
  ],
  [
    'an answer in the name of somebody else',
    [
      without(
        passkeys,
        "if (userHandle !== handleOf(holder)) throw problem('passkey.foreign', { account: holder.id });",
      ),
    ],
    gotIn({ userHandle: Buffer.from('somebody').toString('base64url') }),
  ],
  [
    'a passkey that was bound and is synced now',
    [without(ceremonies, "if (synced !== known.synced) throw problem('passkey.changed', facts);")],
    gotIn({ synced: true }),
  ],
  [
    'a copy whose counter went back',
    [without(passkeys, 'if (numAffectedRows === 1n) return;', 'if (numAffectedRows !== undefined) return;')],
    async (vneid) => {
      const { authenticator } = await enrolled(vneid, { counts: true });
      await usePasskey((await walk(vneid)).browser, authenticator, { counter: 10 });
      return isIn(await usePasskey((await walk(vneid)).browser, authenticator, { counter: 9 }));
    },
  ],
  [
    'an account that is locked',
    [without('src/accounts/accounts.ts', 'return barOf(account) === undefined;', 'return barOf(account) !== null;')],
    async (vneid) => {
      const { account, authenticator } = await enrolled(vneid);
      await vneid.accounts.setState(account.id, 'locked', 'a test');
      return isIn(await usePasskey((await walk(vneid)).browser, authenticator));
    },
  ],
  [
    'an account of level 1 that reaches level 2',
    [
      without('src/levels.ts', 'return earned < ceiling ? earned : ceiling;', 'return earned;'),
      // a session and a code that say more than their account can are not believed either
      without('src/levels.ts', '<= ceilingOf(accountLevel)', '<= 4'),
    ],
    async (vneid) => {
      const { account, authenticator } = await enrolled(vneid);
      await vneid.accounts.change(account.id, { level: 1 });
      const { browser, configuration, request } = await walk(vneid);
      await usePasskey(browser, authenticator);
      const { url } = await browser.submit({ decision: 'allow' }, { until: atCallback });
      return (await redeem(configuration, { ...request, url })).claims()?.acr === 'urn:vneid:loa:2';
    },
  ],
  [
    'guessing without an end',
    [
      without(
        'src/login/passkey.ts',
        'wrong ? throttle.failed(attempt) : throttle.released(attempt)',
        'throttle.released(attempt)',
      ),
    ],
    async (vneid) => {
      const { authenticator } = await enrolled(vneid);
      const { browser } = await walk(vneid);
      const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      for (let guess = 0; guess < 6; guess += 1) await usePasskey(browser, authenticator, { key });
      return browser.page().status === 401;
    },
  ],
  [
    'one added in an open session that has grown old',
    [without(own, 'age > freshMinutes * 60 || ')],
    async (vneid) => {
      const browser = new Browser();
      await openOwnPasskeys(vneid, browser);
      vneid.clock.advance(20 * minute);
      const page = await browser.open('/passkeys');
      return optionsOn(page) !== undefined;
    },
  ],
  [
    'one added by whoever knows the password alone',
    [without(own, ' || (levelOfAcr(acr) ?? 0) < leastLevel')],
    async (vneid) => {
      const { browser, request } = await walk(vneid);
      await signIn(vneid, browser, request.url);
      const page = await browser.open(`${vneid.issuer}/passkeys`);
      if (optionsOn(page) === undefined) return false;
      return (await addPasskey(browser, createAuthenticator({ origin: vneid.issuer }))).text.includes('Đã thêm');
    },
  ],
  [
    'a form of another person',
    [without(own, "formTokens.check(visit.subject, fields.get('csrf'));")],
    async (vneid) => {
      const { id } = await enrolled(vneid);
      const browser = new Browser();
      await openOwnPasskeys(vneid, browser);
      const page = await browser.post('/passkeys/revoke', new URLSearchParams({ passkey: id, csrf: 'x' }));
      return page.text.includes('Đã thu hồi');
    },
  ],
  [
    'a passkey of another person, revoked',
    [
      without(
        passkeys,
        ".deleteFrom('passkeys')\n        .where('id', '=', id)\n        .where('account_id', '=', accountId)",
        ".deleteFrom('passkeys')\n        .where('id', '=', id)",
      ),
    ],
    async (vneid) => {
      const { id } = await enrolled(vneid, {}, binh.number);
      const { account } = await enrolled(vneid);
      return vneid.passkeys.revoke(account.id, id).then(
        () => true,
        () => false,
      );
    },
  ],
];

test.each(table)('%s', { timeout: 60_000 }, (_name, weaknesses, attack) =>
  refusedOnlyByTheCheck(weaknesses, attack, { clients: [testClient] }),
);
