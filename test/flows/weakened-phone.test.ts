import { test } from 'vitest';
import { passkeySubject } from '../../src/accounts/approval-factors.ts';
import type { Instance } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { an, atCallback, authorizationRequest, relyingParty, testClient } from '../support/relying-party.ts';
import { endless, refusedOnlyByTheCheck, type Weakness } from '../support/weakened.ts';

/**
 * Each refusal of the phone twice: the attack works on a copy of the program without the check, and fails on the program.
 */
const [binh, cuc, khoa] = ['001187000002', '001195000006', '001084000011'];
type Attack = (vneid: Instance) => Promise<boolean>;
const [approvals, factors] = ['src/accounts/approvals.ts', 'src/accounts/approval-factors.ts'];

const showCode = async (vneid: Instance, browser = new Browser()) => {
  const { url } = await authorizationRequest(await relyingParty(vneid));
  await browser.open(url);
  const page = await browser.open(`${browser.page().url.pathname}?by=qr`);
  return { browser, code: /data-code="([^"]+)"/.exec(page.html)?.[1] ?? '' };
};
/** Whether something was let through. */
const worked = (work: Promise<unknown>) => work.then(() => true).catch(() => false);
const signedIn = async (browser: Browser) => {
  const page = await browser.submit({}, { form: (action) => /\/(qr|push)$/.test(action), until: atCallback });
  return atCallback(page.url) || page.html.includes('value="allow"');
};

const table: [string, Weakness[], Attack][] = [
  [
    'a code scanned by a second phone, whose holder answers in the place of the first',
    [
      { file: approvals, find: "if (state === 'scanned' && row.phone_id !== phone.id) {", replace: 'if (false) {' },
      { file: approvals, find: "if (state === 'scanned') return read(row);", replace: '' },
      {
        file: approvals,
        find: 'if (row.account_id !== null && row.account_id !== phone.accountId) {',
        replace: 'if (false) {',
      },
      {
        file: approvals,
        find: "if (state !== 'waiting') throw problem('approval.answered');",
        replace: '',
      },
      {
        file: approvals,
        find: "if (await rows.move(id, ['waiting'], to)) return",
        replace: "if (await rows.move(id, ['waiting', 'scanned'], to)) return",
      },
    ],
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      await vneid.control.phone(an.number).scan(code);
      const { id } = await vneid.control.phone(binh).scan(code);
      await vneid.control.phone(binh).approve({ approval: id });
      return signedIn(browser);
    },
  ],
  [
    "another person's phone that answers what one has scanned",
    [
      {
        file: approvals,
        find: "if (row?.account_id !== phone.accountId) throw problem('approval.unknown');",
        replace: "if (!row) throw problem('approval.unknown');",
      },
      {
        file: approvals,
        find: "if (row.kind === 'qr' && row.phone_id !== phone.id) throw problem('approval.unknown');",
        replace: '',
      },
    ],
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      const { id } = await vneid.control.phone(an.number).scan(code);
      await vneid.control.phone(binh).approve({ approval: id });
      return signedIn(browser);
    },
  ],
  [
    'a new phone of the same person that answers what the lost one has scanned',
    [
      {
        file: approvals,
        find: "if (row.kind === 'qr' && row.phone_id !== phone.id) throw problem('approval.unknown');",
        replace: '',
      },
    ],
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      const phone = vneid.control.phone(an.number);
      const { id: approval } = await phone.scan(code);
      await phone.lose();
      await phone.bind();
      await phone.approve({ approval });
      return signedIn(browser);
    },
  ],
  [
    'a code that anyone can make from what they see in an address',
    [
      {
        file: approvals,
        find: "if (!seal.fits(id, given.join('.'), sealed)) throw problem('approval.unknown');",
        replace: '',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const [id = ''] = (code.split('#')[1] ?? '').split('.');
      return worked(vneid.control.phone(an.number).scan(`${id}.forged`));
    },
  ],
  [
    'a code that was refreshed, scanned from a photograph',
    [
      {
        file: 'src/accounts/approvals.ts',
        find: 'for (const older of await rows.replaceOlder(reference)) await changed(older);',
        replace: '',
      },
    ],
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      await browser.submit({ renew: 'yes' }, { form: (action) => action.endsWith('/qr') });
      return worked(vneid.control.phone(an.number).scan(code));
    },
  ],
  [
    'a yes after the time is over',
    endless,
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      const phone = vneid.control.phone(an.number);
      const { id } = await phone.scan(code);
      vneid.clock.advance(301_000);
      await phone.approve({ approval: id });
      return signedIn(browser);
    },
  ],
  [
    'a yes to a number that nobody saw on the page',
    [
      {
        file: approvals,
        find: 'if (row.number !== null && row.number !== answer.number?.trim()) {',
        replace: 'if (false) {',
      },
    ],
    async (vneid) => {
      const { browser, code } = await showCode(vneid);
      const phone = vneid.control.phone(an.number);
      await phone.scan(code);
      await phone.approve({ number: '00' });
      return signedIn(browser);
    },
  ],
  [
    'the answer taken by a browser that did not ask',
    [{ file: 'src/login/ask.ts', find: 'return `${kind}:${uid}`;', replace: 'return `${kind}:${uid.slice(0, 0)}`;' }],
    async (vneid) => {
      const thief = await showCode(vneid);
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(an.number);
      await phone.scan(code);
      await phone.approve();
      return signedIn(thief.browser);
    },
  ],
  [
    'an answer that signs in twice',
    [
      {
        file: approvals,
        find: "if (!(await rows.move(id, ['confirmed'], { state: 'used' }))) return undefined;",
        replace: '',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(an.number);
      await phone.scan(code);
      const { id } = await phone.approve();
      return (await vneid.approvals.use(id)) !== undefined && (await vneid.approvals.use(id)) !== undefined;
    },
  ],
  [
    'an account of level 1 that signs in by QR code',
    [
      {
        file: approvals,
        find: 'if (account.level === 1 || ceilingOf(account.level) < row.level) {',
        replace: 'if (false) {',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      return worked(vneid.control.phone(cuc).scan(code));
    },
  ],
  [
    'a locked account whose phone still answers',
    [
      {
        file: approvals,
        find: "if (!account || !usable(account) || phone.endedAt !== null) throw problem('account.barred');",
        replace: "if (!account) throw problem('account.barred');",
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(khoa);
      await phone.scan(code);
      await phone.lock();
      return worked(phone.approve());
    },
  ],
  [
    'the phone from before a change, which still answers what it was asked',
    [
      {
        file: approvals,
        find: "if (!account || !usable(account) || phone.endedAt !== null) throw problem('account.barred');",
        replace: "if (!account || !usable(account)) throw problem('account.barred');",
      },
      // and once more when the answer is written
      {
        file: approvals,
        find: ', methods: JSON.stringify(methods) }, phone.id)',
        replace: ', methods: JSON.stringify(methods) })',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(khoa);
      const { id, number } = await phone.scan(code);
      const { accountId } = await phone.phone();
      await phone.bind();
      const [, before] = await vneid.phones.history(accountId);
      if (before?.endedBecause !== 'replaced') throw new Error('no phone was replaced');
      return worked(vneid.approvals.confirm(id, before, { number, passcode: '246810' }));
    },
  ],
  [
    'a passcode that is guessed for as long as it takes',
    [
      { file: 'src/accounts/passcodes.ts', find: ".where('failures', '<', mostPasscodeTries)", replace: '' },
      {
        file: 'src/accounts/passcodes.ts',
        find: "if (left > 0) throw problem('passcode.wrong', { left });",
        replace: "if (left > -99) throw problem('passcode.wrong', { left });",
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(khoa);
      await phone.scan(code);
      for (let guess = 0; guess < 7; guess += 1) await worked(phone.approve({ passcode: `13579${guess}` }));
      return worked(phone.approve());
    },
  ],
  [
    'somebody else’s face before the camera, and no passcode',
    [
      {
        file: factors,
        find: "if (face && phone.face === 'differs') throw problem('face.differs');",
        replace: '',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(khoa);
      await phone.face('differs');
      await phone.scan(code);
      return worked(phone.approve({ factors: ['face'] }));
    },
  ],
  [
    'a yes with fewer factors than the level takes',
    [
      {
        file: factors,
        find: "if (brought.length === 1 || levelOf(brought) < level) throw problem('approval.factors', { level });",
        replace: '',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const phone = vneid.control.phone(khoa);
      await phone.scan(code);
      return worked(phone.approve({ factors: [] }));
    },
  ],
  [
    "the passkey of somebody else on the holder's phone",
    [
      {
        file: factors,
        find: "if (shown.account.id !== phone.accountId) throw problem('passkey.foreign', { account: shown.account.id });",
        replace: '',
      },
    ],
    async (vneid) => {
      const { code } = await showCode(vneid);
      const thief = await vneid.control.passkey(binh);
      const phone = await vneid.control.phone(khoa).phone();
      const { id, number } = await vneid.control.phone(khoa).scan(code);
      const passkey = JSON.stringify(thief.get(vneid.passkeys.requestOptions(passkeySubject(id))));
      return worked(vneid.approvals.confirm(id, phone, { number, passkey }));
    },
  ],
  [
    'a phone that is lit up until its holder gives in',
    [
      {
        file: approvals,
        find: "if (accountId && kind !== 'qr') await allowance.take(accountId);",
        replace: '',
      },
    ],
    async (vneid) => {
      for (let time = 0; time < 12; time += 1) {
        const browser = new Browser();
        await browser.open(
          (await authorizationRequest(await relyingParty(vneid), { acr_values: 'urn:vneid:loa:2' })).url,
        );
        await browser.submit({ login: khoa, password: an.password });
        await browser.open(`${browser.page().url.pathname}?by=push`);
      }
      return (await vneid.control.phone(khoa).approvals()).length > 5;
    },
  ],
];

test.each(table)('%s', { timeout: 60_000 }, (_name, weaknesses, attack) =>
  refusedOnlyByTheCheck(weaknesses, attack, { clients: [testClient] }),
);
