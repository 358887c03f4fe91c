import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Account, type Accounts, createAccounts } from '../../src/accounts/accounts.ts';
import { passkeySubject } from '../../src/accounts/approval-factors.ts';
import { choicesOf } from '../../src/accounts/approval.ts';
import { type Approvals, createApprovals, type NewApproval } from '../../src/accounts/approvals.ts';
import { createPasscodes, type Passcodes } from '../../src/accounts/passcodes.ts';
import { createPasskeys, type Passkeys } from '../../src/accounts/passkeys.ts';
import { createPhones, type Phone, type Phones } from '../../src/accounts/phones.ts';
import type { Clock } from '../../src/clock.ts';
import { createEvents, type EventHub } from '../../src/events.ts';
import { createAuthenticator } from '../../src/lab/authenticator.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import type { Database } from '../../src/store/database.ts';
import { createSignals } from '../../src/store/signals.ts';
import { allAtOnce, farAway } from './far.ts';
import { addHolder, plainPasswords } from './people.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

const passcode = '246810';
const issuer = 'http://localhost:3000';
const app = { name: 'iHanoi', owner: { vi: 'Thành phố', en: 'The city' }, origin: 'https://ihanoi.example' };
const from = { address: '127.0.0.1', browser: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0' };

let clock: Clock;
let database: Database;
let events: EventHub;
let phones: Phones;
let passcodes: Passcodes;
let approvals: Approvals;
let accounts: Accounts;
let passkeys: Passkeys;
let an: Phone;
let binh: Phone;
let asked = 0;

beforeEach(async () => {
  clock = createStillClock();
  events = createEvents();
  database = await newDatabase();
  const { db } = database;
  phones = createPhones({ db, clock, events });
  passcodes = createPasscodes({ db, clock, events, secret: randomBytes(32) });
  const artifacts = farAway(createMemoryArtifacts({ clock }));
  accounts = createAccounts({ db, clock, events, passwords: plainPasswords() });
  passkeys = createPasskeys({ db, clock, events, artifacts, issuer, secret: randomBytes(32) });
  approvals = createApprovals({
    signals: createSignals(),
    db,
    clock,
    events,
    passcodes,
    passkeys,
    artifacts,
    accounts,
    secret: randomBytes(32),
  });
  an = await holder('citizen-an', '001085000001');
  binh = await holder('citizen-binh', '001187000002');
});
afterEach(() => database.close());

async function holder(id: string, number: string, level: 1 | 2 = 2): Promise<Phone> {
  const { account } = await addHolder(database.db, { id, number }, { level });
  await passcodes.set(account.id, passcode);
  return (await phones.bind(account.id, { name: 'x' })).phone;
}

function ask(own: Partial<NewApproval> = {}) {
  asked += 1;
  const reference = `walk-${asked}`;
  return approvals.ask({
    kind: 'push',
    reference,
    accountId: an.accountId,
    ask: { client: app, from },
    level: 2,
    numbered: true,
    ...own,
  });
}
const askQr = (own: Partial<NewApproval> = {}) => ask({ kind: 'qr', accountId: undefined, ...own });
const stateOf = async (id: string) => (await approvals.get(id))?.state;
const refused = (code: string) => expect.objectContaining({ code });

describe('a request', () => {
  test('says who asks, from where and for what, with a number of two digits, and is known by its reference', async () => {
    const request = await ask({ ask: { client: app, from, text: 'Nộp hồ sơ' }, clientId: 'ihanoi' });
    expect(request).toMatchObject({ state: 'waiting', level: 2, ask: { client: app, from, text: 'Nộp hồ sơ' } });
    expect(request.number).toMatch(/^[1-9]\d$/);
    expect(request.expiresAt - request.askedAt).toBe(300_000);
    expect(await approvals.byReference(request.reference)).toEqual(request);
    expect(await approvals.pending(an.accountId)).toEqual([request]);
    expect(await approvals.pending(binh.accountId)).toEqual([]);
  });

  test('offers three numbers, the right one among them and the same each time', async () => {
    for (let time = 0; time < 30; time += 1) {
      const request = { id: `request-${time}`, number: String(10 + time) };
      const choices = choicesOf(request);
      expect(new Set(choices).size).toBe(3);
      expect(choices).toContain(request.number);
      expect(choices).toEqual(choicesOf(request));
      expect(choices.every((choice) => /^\d\d$/.test(choice))).toBe(true);
    }
    expect(choicesOf({ id: 'x', number: undefined })).toEqual([]);
  });

  test('is confirmed on the phone with the number and a factor, and taken once', async () => {
    const heard: unknown[] = [];
    events.on('approval.answered', (fact) => heard.push(fact));
    const { id, number } = await ask({ clientId: 'ihanoi' });
    const answered = await approvals.confirm(id, an, { number, passcode });
    expect(answered).toMatchObject({ state: 'confirmed', methods: ['phone', 'passcode'], phoneId: an.id });
    expect(heard).toEqual([
      { approval: id, kind: 'push', state: 'confirmed', account: an.accountId, client: 'ihanoi' },
    ]);
    expect(await approvals.pending(an.accountId)).toEqual([]);
    expect((await approvals.use(id))?.state).toBe('used');
    expect(await approvals.use(id)).toBeUndefined();
  });

  test('is declined, and cannot be confirmed after that', async () => {
    const { id, number } = await ask();
    expect((await approvals.decline(id, an)).state).toBe('declined');
    await expect(approvals.confirm(id, an, { number, passcode })).rejects.toEqual(refused('approval.answered'));
    await expect(approvals.decline(id, an)).rejects.toEqual(refused('approval.answered'));
    expect(await approvals.use(id)).toBeUndefined();
  });

  test('with a wrong number is over: whoever sits at the other screen is not this person', async () => {
    const { id, number } = await ask();
    const other = String(Number(number) === 99 ? 10 : Number(number) + 1);
    await expect(approvals.confirm(id, an, { number: other, passcode })).rejects.toEqual(refused('approval.number'));
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'number' });
    await expect(approvals.confirm(id, an, { number, passcode })).rejects.toEqual(refused('approval.answered'));
    expect(await passcodes.state(an.accountId)).toBe('set');
  });

  test('that the account cannot reach any more is over, and the change of a phone, which is no sign-in, is not', async () => {
    const [request, change] = [await ask(), await ask({ kind: 'phone' })];
    await accounts.change(an.accountId, { level: 1 });
    const answer = { passcode, number: request.number };
    await expect(approvals.confirm(request.id, an, answer)).rejects.toThrow(refused('approval.level'));
    expect(await approvals.get(request.id)).toMatchObject({ state: 'refused', reason: 'level' });
    const agreed = await approvals.confirm(change.id, an, { passcode, number: change.number });
    expect(agreed.state).toBe('confirmed');
  });

  test('without a number of ours (CIBA) needs none', async () => {
    const { id, number } = await ask({ kind: 'ciba', numbered: false });
    expect(number).toBeUndefined();
    expect((await approvals.confirm(id, an, { passcode })).state).toBe('confirmed');
  });

  test('past its end is expired for everybody, also when it was confirmed and not taken', async () => {
    const [open, confirmed] = [await ask(), await ask()];
    await approvals.confirm(confirmed.id, an, { number: confirmed.number, passcode });
    clock.advance(299_000);
    expect(await stateOf(open.id)).toBe('waiting');
    clock.advance(1_000);
    expect([await stateOf(open.id), await stateOf(confirmed.id)]).toEqual(['expired', 'expired']);
    for (const answer of [
      approvals.confirm(open.id, an, { number: open.number, passcode }),
      approvals.decline(open.id, an),
    ])
      await expect(answer).rejects.toEqual(refused('approval.expired'));
    expect(await approvals.use(confirmed.id)).toBeUndefined();
    expect(await approvals.pending(an.accountId)).toEqual([]);
  });

  test('replaced by its asker is worth nothing, even when it was confirmed', async () => {
    const [open, confirmed] = [await ask(), await ask()];
    await approvals.confirm(confirmed.id, an, { number: confirmed.number, passcode });
    for (const { id } of [open, confirmed]) {
      await approvals.replace(id);
      expect(await stateOf(id)).toBe('replaced');
      expect(await approvals.use(id)).toBeUndefined();
    }
    await expect(approvals.confirm(open.id, an, { number: open.number, passcode })).rejects.toEqual(
      refused('approval.answered'),
    );
  });
});

describe('levels', () => {
  test.each([
    [2, { passcode }, ['phone', 'passcode']],
    [2, { face: true }, ['phone', 'face']],
    [3, { face: true }, ['phone', 'face']],
    [4, { passcode, face: true }, ['phone', 'passcode', 'face']],
    [1, { passcode }, ['phone', 'passcode']],
  ] as const)('%i is reached by %j', async (level, answer, methods) => {
    const { id, number } = await ask({ level });
    expect((await approvals.confirm(id, an, { number, ...answer })).methods).toEqual(methods);
  });

  test.each([
    [1, {}],
    [2, {}],
    [2, { passcode: '' }],
    [3, { passcode }],
    [4, { passcode }],
    [4, { face: true }],
  ] as const)('%i is not reached by %j, and the request stays open', async (level, answer) => {
    const { id, number } = await ask({ level });
    await expect(approvals.confirm(id, an, { number, ...answer })).rejects.toMatchObject({
      code: 'approval.factors',
      facts: { level },
    });
    expect(await stateOf(id)).toBe('waiting');
  });

  test('a wrong factor leaves the request open and is counted', async () => {
    const { id, number } = await ask({ level: 4 });
    await expect(approvals.confirm(id, an, { number, passcode: '111222', face: true })).rejects.toMatchObject({
      code: 'passcode.wrong',
      facts: { left: 4 },
    });
    for (const [face, code] of [
      ['differs', 'face.differs'],
      ['no-camera', 'face.noCamera'],
    ] as const)
      await expect(approvals.confirm(id, { ...an, face }, { number, passcode, face: true })).rejects.toEqual(
        refused(code),
      );
    expect((await approvals.confirm(id, an, { number, passcode, face: true })).state).toBe('confirmed');
  });
});

describe('whose it is', () => {
  test('a phone that is ended while its answer is looked at has not answered', async () => {
    const { id, number } = await ask();
    const { check } = passcodes;
    passcodes.check = async (...typed) => {
      await check(...typed);
      await phones.end(an.id, 'lost');
    };
    await expect(approvals.confirm(id, an, { number, passcode })).rejects.toThrow(refused('approval.answered'));
    expect([await stateOf(id), await approvals.use(id)]).toEqual(['waiting', undefined]);
  });

  test('another person’s phone does not learn that it exists', async () => {
    const { id, number } = await ask();
    for (const answer of [
      () => approvals.confirm(id, binh, { number, passcode }),
      () => approvals.decline(id, binh),
      () => approvals.decline('nothing', an),
    ])
      await expect(answer()).rejects.toMatchObject({ code: 'approval.unknown', status: 404 });
    expect(await stateOf(id)).toBe('waiting');
  });

  test('a phone that was ended, and an account that was locked, answer nothing', async () => {
    const [{ id, number }, qr] = [await ask(), await askQr()];
    const ended = { ...an, endedAt: clock.now() };
    await expect(approvals.confirm(id, ended, { number, passcode })).rejects.toEqual(refused('account.barred'));
    await database.db.updateTable('accounts').set({ state: 'locked' }).where('id', '=', an.accountId).execute();
    for (const answer of [
      () => approvals.confirm(id, an, { number, passcode }),
      () => approvals.decline(id, an),
      () => approvals.scan(approvals.ticketOf(qr.id), an),
    ])
      await expect(answer()).rejects.toMatchObject({ code: 'account.barred', status: 403 });
    expect([await stateOf(id), await stateOf(qr.id)]).toEqual(['waiting', 'waiting']);
  });
});

describe('a QR code', () => {
  test('is nobody’s until it is scanned, then the scanning phone’s', async () => {
    const { id, number } = await askQr();
    expect(await approvals.pending(an.accountId)).toEqual([]);
    await expect(approvals.confirm(id, an, { number, passcode })).rejects.toEqual(refused('approval.unknown'));
    const text = `http://localhost:3000/phone/scan#${approvals.ticketOf(id)}`;
    expect(await approvals.scan(text, an)).toMatchObject({ state: 'scanned', phoneId: an.id, accountId: an.accountId });
    expect((await approvals.pending(an.accountId)).map((one) => one.id)).toEqual([id]);
    expect((await approvals.scan(approvals.ticketOf(id), an)).state).toBe('scanned');
    expect((await approvals.confirm(id, an, { number, passcode })).state).toBe('confirmed');
    await expect(approvals.scan(text, an)).rejects.toEqual(refused('approval.answered'));
  });

  test('is not this person’s on another phone of theirs', async () => {
    const { id, number } = await askQr();
    await approvals.scan(approvals.ticketOf(id), an);
    const { phone } = await phones.bind(an.accountId, { name: 'mới' });
    await expect(approvals.confirm(id, phone, { number, passcode })).rejects.toEqual(refused('approval.unknown'));
  });

  test('waits for nobody once the phone that scanned it has ended: the next one has only what it can answer', async () => {
    const { id } = await askQr();
    await approvals.scan(approvals.ticketOf(id), an);
    const request = await ask();
    await phones.bind(an.accountId, { name: 'y' });
    expect((await approvals.pending(an.accountId)).map((one) => one.id)).toEqual([request.id]);
    expect((await approvals.history(an.accountId)).map((one) => one.id)).toEqual([request.id, id]);
  });

  test.each(['', 'nothing', 'https://evil.example/#x.y', '#', '.', 'a.b.c'])(
    'that is not ours (%j) is unknown',
    async (text) => {
      await expect(approvals.scan(text, an)).rejects.toEqual(refused('approval.unknown'));
    },
  );

  test('cannot be made from a request’s id, nor of a request of another kind', async () => {
    const [qr, push] = [await askQr(), await ask()];
    for (const forged of [qr.id, `${qr.id}.`, `${qr.id}.${'A'.repeat(22)}`, approvals.ticketOf(push.id)])
      await expect(approvals.scan(forged, an)).rejects.toEqual(refused('approval.unknown'));
    expect(await stateOf(qr.id)).toBe('waiting');
  });

  test('scanned by a second phone is over for both', async () => {
    const { id, number } = await askQr();
    await approvals.scan(approvals.ticketOf(id), an);
    await expect(approvals.scan(approvals.ticketOf(id), binh)).rejects.toEqual(refused('approval.secondScan'));
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'second-scan' });
    await expect(approvals.confirm(id, an, { number, passcode })).rejects.toEqual(refused('approval.answered'));
  });

  test('for one person, scanned by another, is over', async () => {
    const { id } = await askQr({ accountId: an.accountId });
    await expect(approvals.scan(approvals.ticketOf(id), binh)).rejects.toEqual(refused('approval.otherPerson'));
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'other-person' });
  });

  test('scanned with an account of level 1 is over, and says why', async () => {
    const low = await holder('citizen-cuc', '001195000006', 1);
    const { id } = await askQr({ level: 1 });
    await expect(approvals.scan(approvals.ticketOf(id), low)).rejects.toEqual(refused('approval.level'));
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'level' });
  });

  test('past its end, or replaced, is refused', async () => {
    const [late, old] = [await askQr(), await askQr()];
    await approvals.replace(old.id);
    await expect(approvals.scan(approvals.ticketOf(old.id), an)).rejects.toEqual(refused('approval.answered'));
    clock.advance(300_000);
    await expect(approvals.scan(approvals.ticketOf(late.id), an)).rejects.toEqual(refused('approval.expired'));
  });

  test('that nobody scanned is in nobody’s history, and is forgotten', async () => {
    const { id } = await askQr();
    const scanned = await askQr();
    await approvals.scan(approvals.ticketOf(scanned.id), an);
    clock.advance(2 * 86_400_000);
    await askQr();
    expect(await approvals.get(id)).toBeUndefined();
    expect((await approvals.history(an.accountId)).map((one) => one.id)).toEqual([scanned.id]);
  });
});

describe('fifty at once', () => {
  test('confirm once', async () => {
    const { id, number } = await ask();
    const answers: string[] = [];
    events.on('approval.answered', ({ state }) => answers.push(state));
    const { through } = await allAtOnce(50, () => approvals.confirm(id, an, { number, passcode }));
    expect(through).toBe(1);
    expect(answers).toEqual(['confirmed']);
    expect(await passcodes.state(an.accountId)).toBe('set');
  });

  test('half yes, half no: one of them counts', async () => {
    const { id, number } = await ask();
    const { through } = await allAtOnce(50, (index) =>
      index % 2 ? approvals.decline(id, an) : approvals.confirm(id, an, { number, face: true }),
    );
    expect(through).toBe(1);
    expect(['confirmed', 'declined']).toContain(await stateOf(id));
  });

  test('ask, as who presses twice does at two instances: one request is on the phone, the one that the page shows', async () => {
    const reference = 'walk-of-a-double-click';
    await approvals.confirm((await ask({ reference, numbered: false })).id, an, { passcode });
    expect(await allAtOnce(4, () => ask({ reference }))).toEqual({ through: 4, refused: {} });
    const shown = await approvals.byReference(reference);
    expect(shown?.state).toBe('waiting');
    expect(await approvals.pending(an.accountId)).toEqual([shown]);
    const states = (await approvals.history(an.accountId)).map(({ state }) => state);
    expect(states).toEqual(['waiting', 'replaced', 'replaced', 'replaced', 'replaced']);
  });

  test('take an answer once', async () => {
    const { id, number } = await ask();
    await approvals.confirm(id, an, { number, passcode });
    const taken = await Promise.all(Array.from({ length: 50 }, () => approvals.use(id)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('guess the passcode five times', async () => {
    const { id, number } = await ask();
    const { through, refused } = await allAtOnce(50, (index) =>
      approvals.confirm(id, an, { number, passcode: String(300_000 + index * 7) }),
    );
    expect(through).toBe(0);
    expect(refused).toEqual({ 'passcode.wrong': 4, 'passcode.locked': 46 });
    expect(await passcodes.state(an.accountId)).toBe('locked');
  });

  test('guess the number once', async () => {
    const { id, number } = await ask();
    const { through, refused } = await allAtOnce(50, (index) =>
      approvals.confirm(id, an, { number: String(10 + index) === number ? '99' : String(10 + index), passcode }),
    );
    expect(through).toBe(0);
    expect(refused['approval.number']).toBeGreaterThan(0);
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'number' });
  });

  test('scan with one phone, as an impatient thumb does: it is theirs', async () => {
    const { id } = await askQr();
    const outcome = await allAtOnce(50, () => approvals.scan(approvals.ticketOf(id), an));
    expect(outcome).toEqual({ through: 50, refused: {} });
    expect(await approvals.get(id)).toMatchObject({ state: 'scanned', phoneId: an.id });
  });

  test('scan with two phones: the first has it for a moment, and then nobody', async () => {
    const { id, number } = await askQr();
    const outcome = await allAtOnce(50, (index) => approvals.scan(approvals.ticketOf(id), index % 2 ? an : binh));
    expect(await approvals.get(id)).toMatchObject({ state: 'refused', reason: 'second-scan' });
    expect(outcome.refused['approval.secondScan']).toBeGreaterThan(0);
    for (const phone of [an, binh])
      await expect(approvals.confirm(id, phone, { number, passcode })).rejects.toMatchObject({
        code: expect.stringMatching(/^approval\.(answered|unknown)$/) as string,
      });
  });

  test('light up a phone five times in ten minutes, whoever asks', async () => {
    expect(await allAtOnce(50, () => ask())).toEqual({ through: 5, refused: { 'login.slowDown': 45 } });
    await expect(ask({ accountId: binh.accountId })).resolves.toBeDefined();
    await expect(askQr()).resolves.toBeDefined();
    clock.advance(601_000);
    await expect(ask()).resolves.toBeDefined();
  });

  test('with the clock half a month ahead, and it is set back: nobody waits half a month', async () => {
    const today = clock.state();
    clock.advance(15 * 86_400_000);
    for (let time = 0; time < 5; time += 1) await ask();
    clock.stand(today);
    for (let time = 0; time < 5; time += 1) await ask();
    // by less than a period nobody can tell it from the clock of another instance
    clock.advance(300_000);
    await expect(ask()).rejects.toMatchObject({ facts: { seconds: 300 } });
  });
});

describe('who waits', () => {
  test('hears of every change, and stops hearing', async () => {
    const heard: string[] = [];
    const stopAccount = approvals.watchAccount(an.accountId, () => heard.push('account'));
    const { id, number } = await ask();
    const stop = approvals.watch(id, () => heard.push('request'));
    await approvals.confirm(id, an, { number, passcode });
    await approvals.use(id);
    stop();
    stopAccount();
    await ask();
    expect(heard).toEqual(['account', 'request', 'account', 'request', 'account']);
  });

  test('whoever has to know first is told before anybody else', async () => {
    const order: string[] = [];
    approvals.onAnswer(async ({ state }) => {
      await Promise.resolve();
      order.push(`listener ${state}`);
    });
    events.on('approval.answered', ({ state }) => order.push(`event ${state}`));
    const { id, number } = await ask();
    approvals.watch(id, () => order.push('watcher'));
    await approvals.confirm(id, an, { number, passcode });
    expect(order).toEqual(['listener confirmed', 'event confirmed', 'watcher']);
  });
});

test('a short secret is refused at the start', () => {
  const { db } = database;
  const artifacts = createMemoryArtifacts({ clock });
  expect(() =>
    createApprovals({
      db,
      artifacts,
      clock,
      events,
      accounts,
      passcodes,
      passkeys,
      signals: createSignals(),
      secret: Buffer.alloc(31),
    }),
  ).toThrow(/31 bytes/);
});

describe('with a passkey of this device instead of the passcode', () => {
  async function passkeyOf({ accountId }: Phone, synced = false) {
    const account = (await accounts.byId(accountId)) as Account;
    const authenticator = createAuthenticator({ origin: issuer, synced });
    const response = JSON.stringify(authenticator.create(await passkeys.creationOptions(account)));
    await passkeys.register(account, { response, name: 'x' });
    return (id: string) => JSON.stringify(authenticator.get(passkeys.requestOptions(passkeySubject(id))));
  }

  test.each([
    [false, 'passkey'],
    [true, 'synced-passkey'],
  ])('synced: %s', async (synced, method) => {
    const sign = await passkeyOf(an, synced);
    const { id, number } = await ask({ accountId: an.accountId });
    const approval = await approvals.confirm(id, an, { number, passkey: sign(id) });
    expect(approval).toMatchObject({ state: 'confirmed', methods: ['phone', method] });
  });

  test('it is no face: level 3 wants that beside it', async () => {
    const sign = await passkeyOf(an);
    const { id, number } = await ask({ accountId: an.accountId, level: 3 });
    await expect(approvals.confirm(id, an, { number, passkey: sign(id) })).rejects.toMatchObject({
      code: 'approval.factors',
    });
    const approval = await approvals.confirm(id, an, { number, passkey: sign(id), face: true });
    expect(approval.methods).toEqual(['phone', 'passkey', 'face']);
  });

  test('an answer to another request, or somebody else’s, is none, and the request stays open', async () => {
    const [sign, theirs] = [await passkeyOf(an), await passkeyOf(binh)];
    const [{ id, number }, other] = [await ask({ accountId: an.accountId }), await ask({ accountId: an.accountId })];
    for (const [passkey, code] of [
      [sign(other.id), 'passkey.wrongChallenge'],
      [theirs(id), 'passkey.foreign'],
      ['{}', 'passkey.malformed'],
    ])
      await expect(approvals.confirm(id, an, { number, passkey })).rejects.toMatchObject({ code });
    expect((await approvals.get(id))?.state).toBe('waiting');
  });
});
