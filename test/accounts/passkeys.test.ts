import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Account, type Accounts, createAccounts } from '../../src/accounts/accounts.ts';
import { createPasskeys, longestPasskeyName, mostPasskeys, type Passkeys } from '../../src/accounts/passkeys.ts';
import type { Clock } from '../../src/clock.ts';
import { VneidError } from '../../src/errors.ts';
import { createEvents, type EventHub, type Events } from '../../src/events.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import type { Database } from '../../src/store/database.ts';
import type { AccountRow } from '../../src/store/schema.ts';
import {
  algorithms,
  type Authenticator,
  coseKey,
  createAuthenticator,
  type Lie,
  type Make,
} from '../../src/lab/authenticator.ts';
import { allAtOnce, farAway } from './far.ts';
import { addHolder, plainPasswords } from './people.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

const issuer = 'http://localhost:3000';
const secret = randomBytes(32);
const uid = 'walk-1';
const minute = 60_000;

let clock: Clock;
let events: EventHub;
let heard: { name: string; payload: unknown }[];
let database: Database;
let artifacts: ArtifactStore;
let accounts: Accounts;
let passkeys: Passkeys;
let an: Account;

beforeEach(async () => {
  clock = createStillClock();
  events = createEvents();
  heard = [];
  events.onAny((name, payload) => heard.push({ name, payload }));
  database = await newDatabase();
  artifacts = createMemoryArtifacts({ clock });
  accounts = createAccounts({ db: database.db, clock, events, passwords: plainPasswords() });
  passkeys = made();
  an = await holder();
});
afterEach(async () => {
  await artifacts.close();
  await database.close();
});

const made = (own: { issuer?: string; secret?: Buffer } = {}) =>
  createPasskeys({ db: database.db, clock, artifacts: farAway(artifacts), events, secret, issuer, ...own });

async function holder(id = 'citizen-an', number = '001085000001', own: Partial<AccountRow> = {}): Promise<Account> {
  const { account } = await addHolder(database.db, { id, number }, own);
  return (await accounts.byId(account.id)) as Account;
}

const device = (make: Partial<Make> = {}) => createAuthenticator({ origin: issuer, ...make });

/** Makes a passkey on a device and adds it. */
async function enrol(
  authenticator: Authenticator,
  { account = an, lie = {}, name = 'Điện thoại' }: { account?: Account; lie?: Lie; name?: string } = {},
) {
  const response = authenticator.create(await passkeys.creationOptions(account), lie);
  return passkeys.register(account, { response: JSON.stringify(response), name });
}

/** Signs in with what the device says. */
function signIn(authenticator: Authenticator, lie: Lie = {}, subject = uid) {
  const response = authenticator.get(passkeys.requestOptions(subject), lie);
  return passkeys.authenticate({ subject, response: JSON.stringify(response) });
}

/** A device of An's with a passkey. */
async function enrolled(make: Partial<Make> = {}): Promise<Authenticator> {
  const authenticator = device(make);
  await enrol(authenticator);
  return authenticator;
}

const refusal = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });

describe('a citizen', () => {
  test.each(Object.keys(algorithms) as (keyof typeof algorithms)[])(
    'adds a passkey of %s and signs in with it, without saying who they are',
    async (algorithm) => {
      const phone = device({ algorithm });
      const added = await enrol(phone);
      expect(added).toMatchObject({ name: 'Điện thoại', synced: false, createdAt: clock.now(), usedAt: undefined });
      expect(heard).toContainEqual({
        name: 'passkey.added',
        payload: { account: an.id, passkey: added.id, algorithm, synced: false },
      });
      expect(await signIn(phone)).toEqual({ account: an, methods: ['passkey'] });
    },
  );

  test('whose passkey is synced signs in with a method of its own', async () => {
    const cloud = await enrolled({ synced: true });
    expect(await signIn(cloud)).toMatchObject({ methods: ['synced-passkey'] });
    expect(await signIn(cloud, { backedUp: false })).toMatchObject({ methods: ['synced-passkey'] });
  });

  test('is asked for a verified, discoverable passkey, and is named to nobody', async () => {
    const options = await passkeys.creationOptions(an);
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
    });
    expect(Buffer.from(options.user.id, 'base64url').toString()).toBe(an.id);
    expect(JSON.stringify(options)).not.toContain(an.number);
    const request = passkeys.requestOptions(uid);
    expect(request).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(request).not.toHaveProperty('allowCredentials');
  });

  test('has several, sees when each was used, renames and revokes them', async () => {
    const phone = device();
    const first = await enrol(phone);
    clock.advance(minute);
    const second = await enrol(device(), { name: '  Khóa\n bảo   mật ' });
    clock.advance(minute);
    await signIn(phone);
    expect(await passkeys.list(an.id)).toEqual([{ ...first, usedAt: clock.now() }, second]);
    expect(second.name).toBe('Khóa bảo mật');

    await passkeys.rename(an.id, second.id, 'YubiKey');
    expect((await passkeys.list(an.id)).map(({ name }) => name)).toEqual(['Điện thoại', 'YubiKey']);
    expect(await passkeys.revoke(an.id, first.id)).toMatchObject({ id: first.id, name: 'Điện thoại' });
    expect(heard).toContainEqual({ name: 'passkey.revoked', payload: { account: an.id, passkey: first.id } });
    expect((await passkeys.list(an.id)).map(({ id }) => id)).toEqual([second.id]);
    await expect(signIn(phone)).rejects.toEqual(refusal('passkey.unknown'));
  });

  test('adds no second one on a device that has one', async () => {
    const phone = await enrolled();
    const options = await passkeys.creationOptions(an);
    expect(options.excludeCredentials).toMatchObject([{ type: 'public-key', transports: ['internal'] }]);
    expect(() => phone.create(options)).toThrow('InvalidStateError');
  });

  test('has a browser that can be told which passkeys are still good', async () => {
    const { id } = await enrol(device());
    expect(await passkeys.signals(an)).toEqual({
      rpId: 'localhost',
      userId: Buffer.from(an.id).toString('base64url'),
      name: '001085******',
      displayName: 'Nguyễn Văn An',
      allAcceptedCredentialIds: [id],
    });
  });

  test('whose device counts may use it again and again, and from two windows at once', async () => {
    const key = await enrolled({ counts: true });
    await signIn(key);
    const [first, second] = ['walk-2', 'walk-3'].map((subject) => {
      const response = JSON.stringify(key.get(passkeys.requestOptions(subject)));
      return { subject, response };
    });
    if (!first || !second) throw new Error('two windows');
    await passkeys.authenticate(first);
    await passkeys.authenticate(second);
    await signIn(key);
  });

  test('on a page that was merely shown, nothing is kept', async () => {
    const before = await artifacts.size();
    for (let page = 0; page < 100; page += 1) passkeys.requestOptions(`walk-${page}`);
    await passkeys.creationOptions(an);
    expect(await artifacts.size()).toBe(before);
  });
});

describe('signing in is refused', () => {
  test('with a passkey nobody has', async () => {
    await enrolled();
    const stranger = device();
    stranger.create(await passkeys.creationOptions(an));
    await expect(signIn(stranger)).rejects.toEqual(refusal('passkey.unknown', { status: 401 }));
  });

  test('from a page of another origin', async () => {
    const phone = await enrolled();
    for (const origin of [
      'https://vneid.example',
      'http://localhost:3001',
      'http://localhost',
      'https://localhost:3000',
    ])
      await expect(signIn(phone, { origin })).rejects.toEqual(refusal('passkey.wrongOrigin'));
  });

  test('when it was made for another site', async () => {
    const phone = await enrolled();
    await expect(signIn(phone, { rpId: 'example.org' })).rejects.toEqual(refusal('passkey.wrongOrigin'));
  });

  test('from inside another page', async () => {
    const phone = await enrolled();
    for (const lie of [
      { crossOrigin: true },
      { crossOrigin: true, topOrigin: 'https://a.example' },
      { topOrigin: issuer },
    ])
      await expect(signIn(phone, lie)).rejects.toEqual(refusal('passkey.embedded'));
  });

  test('with a challenge that is not ours, or of another walk, another purpose or another instance', async () => {
    const phone = await enrolled();
    const other = made({ secret: randomBytes(32) });
    const own = passkeys.requestOptions(uid).challenge;
    const changed = Buffer.from(own, 'base64url');
    changed[0] = (changed[0] ?? 0) ^ 1;
    const later = Buffer.from(own, 'base64url');
    later[21] = (later[21] ?? 0) ^ 0x40;
    for (const challenge of [
      randomBytes(54).toString('base64url'),
      randomBytes(32).toString('base64url'),
      '',
      `${own}=`,
      `${own}A`,
      changed.toString('base64url'),
      later.toString('base64url'),
      passkeys.requestOptions('walk-2').challenge,
      (await passkeys.creationOptions(an)).challenge,
      other.requestOptions(uid).challenge,
    ])
      await expect(signIn(phone, { challenge }), challenge).rejects.toEqual(refusal('passkey.wrongChallenge'));
  });

  test('with a challenge older than five minutes', async () => {
    const phone = await enrolled();
    const { challenge } = passkeys.requestOptions(uid);
    clock.advance(5 * minute - 1);
    await signIn(phone, { challenge });
    const { challenge: late } = passkeys.requestOptions(uid);
    clock.advance(5 * minute + 1000);
    await expect(signIn(phone, { challenge: late })).rejects.toEqual(refusal('passkey.expired'));
  });

  test('with a challenge that was answered before', async () => {
    const phone = await enrolled();
    const options = passkeys.requestOptions(uid);
    const response = JSON.stringify(phone.get(options));
    await passkeys.authenticate({ subject: uid, response });
    await expect(passkeys.authenticate({ subject: uid, response })).rejects.toEqual(refusal('passkey.used'));
    await expect(signIn(phone, { challenge: options.challenge })).rejects.toEqual(refusal('passkey.used'));
  });

  test('to all but one of many who send the same answer at once', async () => {
    for (const counts of [false, true]) {
      const phone = await enrolled({ counts });
      const response = JSON.stringify(phone.get(passkeys.requestOptions(uid)));
      const outcome = await allAtOnce(20, () => passkeys.authenticate({ subject: uid, response }));
      expect(outcome).toEqual({ through: 1, refused: { 'passkey.used': 19 } });
    }
  });

  test('when the device did not verify its user, or nobody touched it', async () => {
    const phone = await enrolled();
    for (const lie of [{ verified: false }, { present: false }, { verified: false, present: false }])
      await expect(signIn(phone, lie)).rejects.toEqual(refusal('passkey.unverified'));
  });

  test('with a signature that is not the passkey’s', async () => {
    const phone = await enrolled();
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await expect(signIn(phone, { key })).rejects.toEqual(
      refusal('passkey.wrongSignature', { facts: { account: an.id } }),
    );
    for (const signature of [randomBytes(64), randomBytes(3), Buffer.from('30060201000201', 'hex')])
      await expect(signIn(phone, { signature })).rejects.toEqual(refusal('passkey.wrongSignature'));
  });

  test('in the name of somebody else', async () => {
    const phone = await enrolled();
    const binh = await holder('citizen-binh', '001085000002');
    const handles = [binh.id, 'nobody', an.number].map((id) => Buffer.from(id).toString('base64url'));
    for (const userHandle of [...handles, undefined])
      await expect(signIn(phone, { userHandle })).rejects.toEqual(
        refusal('passkey.foreign', { facts: { account: an.id } }),
      );
  });

  test('with the passkey of one and the signature of another', async () => {
    const { id } = await enrol(device());
    const binh = await holder('citizen-binh', '001085000002');
    const theirs = device();
    await enrol(theirs, { account: binh });
    const userHandle = Buffer.from(an.id).toString('base64url');
    await expect(signIn(theirs, { id, userHandle })).rejects.toEqual(refusal('passkey.wrongSignature'));
  });

  test('when the counter goes back or stands still, and somebody hears of it', async () => {
    const key = device({ counts: true });
    const { id } = await enrol(key);
    await signIn(key, { counter: 10 });
    for (const counter of [9, 10, 1, 0])
      await expect(signIn(key, { counter })).rejects.toEqual(refusal('passkey.counter', { facts: { account: an.id } }));
    const suspicions = heard.filter(({ name }) => name === 'passkey.suspected').map(({ payload }) => payload);
    expect(suspicions).toHaveLength(4);
    const suspicion: Events['passkey.suspected'] = { account: an.id, passkey: id, counter: 9, known: 10 };
    expect(suspicions[0]).toEqual(suspicion);
    await signIn(key, { counter: 11 });
  });

  test('to the second of two copies that count alike, also at the same moment', async () => {
    const key = await enrolled({ counts: true });
    const copy = key.clone();
    const answers = [key, copy].map((one, index) => {
      const subject = `walk-${index}`;
      return { subject, response: JSON.stringify(one.get(passkeys.requestOptions(subject))) };
    });
    const outcome = await allAtOnce(2, (index) => passkeys.authenticate(answers[index] as (typeof answers)[0]));
    expect(outcome).toEqual({ through: 1, refused: { 'passkey.counter': 1 } });
  });

  test('without a word of a copy when the counter is a stranger’s invention', async () => {
    const key = await enrolled({ counts: true });
    await signIn(key, { counter: 10 });
    await expect(signIn(key, { counter: 1, signature: randomBytes(70) })).rejects.toBeInstanceOf(VneidError);
    expect(heard.map(({ name }) => name)).not.toContain('passkey.suspected');
  });

  test('when one bound to its device turns out to be synced, or the other way', async () => {
    const bound = await enrolled();
    await expect(signIn(bound, { synced: true })).rejects.toEqual(refusal('passkey.changed'));
    const cloud = await enrolled({ synced: true });
    await expect(signIn(cloud, { synced: false })).rejects.toEqual(refusal('passkey.changed'));
    await expect(signIn(bound, { backedUp: true })).rejects.toEqual(refusal('passkey.malformed'));
  });

  test('to an account that is locked or closed, whose holder died or whose card was revoked', async () => {
    const phone = await enrolled();
    for (const state of ['locked', 'closed'] as const) {
      await accounts.setState(an.id, state, 'a test');
      await expect(signIn(phone)).rejects.toEqual(refusal('passkey.barred', { facts: { account: an.id } }));
    }
    await accounts.setState(an.id, 'active', null);
    await signIn(phone);
    for (const change of [{ died_on: '2024-11-01' }, { died_on: null, card_state: 'revoked' as const }]) {
      await database.db.updateTable('citizens').set(change).execute();
      await expect(signIn(phone)).rejects.toEqual(refusal('passkey.barred'));
    }
  });

  test('of a locked account without saying so to who cannot sign', async () => {
    const phone = await enrolled();
    await accounts.setState(an.id, 'locked', 'a test');
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await expect(signIn(phone, { key })).rejects.toEqual(refusal('passkey.wrongSignature'));
  });
});

describe('adding is refused', () => {
  test.each([
    ['from a page of another origin', { origin: 'https://vneid.example' }, 'passkey.wrongOrigin'],
    ['when made for another site', { rpId: 'example.org' }, 'passkey.wrongOrigin'],
    ['from inside another page', { crossOrigin: true }, 'passkey.embedded'],
    [
      'from inside another page that is named',
      { crossOrigin: true, topOrigin: 'https://a.example' },
      'passkey.embedded',
    ],
    ['with a challenge of anybody', { challenge: randomBytes(54).toString('base64url') }, 'passkey.wrongChallenge'],
    ['without verification of the user', { verified: false }, 'passkey.unverified'],
    ['without a touch', { present: false }, 'passkey.unverified'],
    ['as the answer of a sign-in', { type: 'webauthn.get' }, 'passkey.malformed'],
    [
      'when the device keeps nothing',
      { clientExtensionResults: { credProps: { rk: false } } },
      'passkey.notDiscoverable',
    ],
    ['when copied though it cannot be', { backedUp: true }, 'passkey.malformed'],
    ['with an id of more than 1,023 bytes', { id: randomBytes(1024).toString('base64url') }, 'passkey.malformed'],
  ] satisfies [string, Lie, string][])('%s', async (_, lie, code) => {
    await expect(enrol(device(), { lie })).rejects.toEqual(refusal(code));
    expect(await passkeys.list(an.id)).toEqual([]);
  });

  test('with a key that is not offered, on another curve, or too short', async () => {
    const p384 = coseKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey);
    const short = coseKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
    const p256 = coseKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    const rsa = (bytes: number, exponent: string) =>
      new Map<number, number | Buffer>([
        [1, 3],
        [3, -257],
        [-1, Buffer.alloc(bytes, 0xc1)],
        [-2, Buffer.from(exponent, 'hex')],
      ]);
    for (const publicKey of [
      p384,
      short,
      new Map([...p384, [3, -7]] as const),
      new Map([...p256, [3, -257]] as const),
      new Map([...p256, [3, -65535]] as const),
      new Map([...p256, [-1, 2]] as const),
      // not on the curve
      new Map([...p256, [-2, Buffer.alloc(32, 1)]] as const),
      rsa(256, '03'),
      rsa(256, '010000000001'),
      rsa(1024, '010001'),
    ])
      await expect(enrol(device(), { lie: { publicKey } })).rejects.toEqual(refusal('passkey.algorithm'));
  });

  test('with an attestation nobody asked for', async () => {
    const attStmt = new Map<string, Uint8Array | number | Uint8Array[]>([
      ['alg', -7],
      ['sig', randomBytes(70)],
      ['x5c', [randomBytes(100)]],
    ]);
    for (const fmt of ['packed', 'fido-u2f', 'android-key', 'tpm', 'apple', 'a'.repeat(100)])
      await expect(enrol(device(), { lie: { attestation: { fmt, attStmt } } })).rejects.toEqual(
        refusal('passkey.attestation'),
      );
    attStmt.delete('x5c');
    for (const fmt of ['packed', 'none'])
      await expect(enrol(device(), { lie: { attestation: { fmt, attStmt } } })).rejects.toEqual(
        refusal('passkey.malformed'),
      );
  });

  test('for another account than it was asked for', async () => {
    const binh = await holder('citizen-binh', '001085000002');
    const { challenge } = await passkeys.creationOptions(binh);
    await expect(enrol(device(), { lie: { challenge } })).rejects.toEqual(refusal('passkey.wrongChallenge'));
    const signInChallenge = passkeys.requestOptions(an.id).challenge;
    await expect(enrol(device(), { lie: { challenge: signInChallenge } })).rejects.toEqual(
      refusal('passkey.wrongChallenge'),
    );
  });

  test('a second time, also at once, and when the challenge is old', async () => {
    const options = await passkeys.creationOptions(an);
    const response = JSON.stringify(device().create(options));
    const outcome = await allAtOnce(10, () => passkeys.register(an, { response, name: 'Một' }));
    expect(outcome).toEqual({ through: 1, refused: { 'passkey.used': 9 } });
    expect(await passkeys.list(an.id)).toHaveLength(1);
    const { challenge } = await passkeys.creationOptions(an);
    clock.advance(6 * minute);
    await expect(enrol(device(), { lie: { challenge } })).rejects.toEqual(refusal('passkey.expired'));
  });

  test('of an id that somebody has', async () => {
    const { id } = await enrol(device());
    const binh = await holder('citizen-binh', '001085000002');
    await expect(enrol(device(), { account: binh, lie: { id } })).rejects.toEqual(refusal('passkey.exists'));
    expect(await passkeys.list(binh.id)).toEqual([]);
  });

  test('beyond twenty', async () => {
    for (let count = 0; count < mostPasskeys; count += 1) await enrol(device());
    await expect(enrol(device())).rejects.toEqual(refusal('passkey.tooMany'));
  });

  test('without a name, or with one that is too long', async () => {
    for (const name of ['', '  \n', 'a'.repeat(longestPasskeyName + 1)])
      await expect(enrol(device(), { name })).rejects.toEqual(refusal('passkey.badName'));
  });

  test('to an account that may not be used', async () => {
    await accounts.setState(an.id, 'locked', 'a test');
    const account = (await accounts.byId(an.id)) as Account;
    await expect(enrol(device(), { account })).rejects.toEqual(refusal('passkey.barred'));
  });
});

describe('a passkey of somebody else', () => {
  test('can be neither renamed nor revoked', async () => {
    const phone = device();
    const { id } = await enrol(phone);
    const binh = await holder('citizen-binh', '001085000002');
    await expect(passkeys.rename(binh.id, id, 'Của tôi')).rejects.toEqual(refusal('passkey.gone'));
    await expect(passkeys.revoke(binh.id, id)).rejects.toEqual(refusal('passkey.gone'));
    expect(await passkeys.list(an.id)).toMatchObject([{ name: 'Điện thoại' }]);
    await signIn(phone);
  });
});

describe('an answer that cannot be read', () => {
  test('is refused as that, whatever it is', async () => {
    const phone = await enrolled();
    const good = phone.get(passkeys.requestOptions(uid));
    const { response } = good;
    const clientData = (data: unknown) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const bad: unknown[] = [
      undefined,
      null,
      1,
      'text',
      [],
      {},
      { ...good, id: '' },
      { ...good, id: 'A'.repeat(1400), rawId: 'A'.repeat(1400) },
      { ...good, rawId: 'AAAA' },
      { ...good, type: 'password' },
      { ...good, response: undefined },
      { ...good, response: [] },
      { ...good, response: { ...response, clientDataJSON: '!' } },
      { ...good, response: { ...response, clientDataJSON: 'AAAA' } },
      { ...good, response: { ...response, clientDataJSON: '_w' } },
      ...[null, 1, [], { type: 1 }, { type: 'webauthn.get' }].map((data) => ({
        ...good,
        response: { ...response, clientDataJSON: clientData(data) },
      })),
      { ...good, response: { ...response, authenticatorData: '' } },
      { ...good, response: { ...response, authenticatorData: 'AAAA' } },
      { ...good, response: { ...response, authenticatorData: `${response.authenticatorData}AAAA` } },
      { ...good, response: { ...response, signature: 7 } },
      { ...good, response: { ...response, userHandle: {} } },
    ];
    for (const answer of [
      ...bad.map((one) => JSON.stringify(one) ?? 'undefined'),
      '',
      '{',
      '\u0000',
      'a'.repeat(20_000),
    ])
      await expect(passkeys.authenticate({ subject: uid, response: answer }), answer.slice(0, 80)).rejects.toEqual(
        refusal('passkey.malformed', { status: 400 }),
      );
    await passkeys.authenticate({ subject: uid, response: JSON.stringify(good) });
  });

  test('is never our own failure: a byte wrong anywhere is refused by name', async () => {
    const make = device().create(await passkeys.creationOptions(an));
    const attestation = Buffer.from(make.response.attestationObject, 'base64url');
    for (let place = 0; place < attestation.length; place += 1) {
      const broken = Buffer.from(attestation);
      broken[place] = (broken[place] ?? 0) ^ 0xff;
      const response = { ...make.response, attestationObject: broken.toString('base64url') };
      const outcome = await passkeys
        .register(an, { response: JSON.stringify({ ...make, response }), name: 'Một' })
        .catch((thrown: unknown) => thrown);
      // attested by nobody, a changed model, counter or public key is a passkey as good as another
      if (!(outcome instanceof VneidError)) expect(outcome, String(place)).toHaveProperty('id', make.id);
      else expect(outcome.code).toMatch(/^passkey\./);
    }
    const phone = await enrolled();
    const good = phone.get(passkeys.requestOptions(uid));
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'] as const) {
      const bytes = Buffer.from(good.response[part] ?? '', 'base64url');
      for (let place = 0; place < bytes.length; place += 1) {
        const broken = Buffer.from(bytes);
        broken[place] = (broken[place] ?? 0) ^ 0x11;
        const response = { ...good.response, [part]: broken.toString('base64url') };
        await expect(
          passkeys.authenticate({ subject: uid, response: JSON.stringify({ ...good, response }) }),
        ).rejects.toMatchObject({ code: expect.stringMatching(/^passkey\./) as string });
      }
    }
  });
});
