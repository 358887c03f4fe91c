import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, type Accounts, createAccounts, usable } from '../../src/accounts/accounts.ts';
import { createPhones, type Phones } from '../../src/accounts/phones.ts';
import type { Clock } from '../../src/clock.ts';
import { createEvents, type Events } from '../../src/events.ts';
import { createPresentations, type Presentations } from '../../src/phone/presentations.ts';
import { cast } from '../../src/registry/cast.ts';
import type { Citizen } from '../../src/registry/citizen.ts';
import { createRegistry, type Registry } from '../../src/registry/citizens.ts';
import { createDocuments } from '../../src/registry/documents.ts';
import { seed } from '../../src/registry/seed.ts';
import { createWallets, type Wallets } from '../../src/registry/wallet.ts';
import type { ArtifactStore } from '../../src/store/artifacts.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import type { Database } from '../../src/store/database.ts';
import { plainPasswords } from '../accounts/people.ts';
import { createStillClock } from '../accounts/still-clock.ts';
import { newDatabase } from '../support/database.ts';

let clock: Clock;
let database: Database;
let registry: Registry;
let accounts: Accounts;
let artifacts: ArtifactStore;
let phones: Phones;
let wallets: Wallets;
let presentations: Presentations;
let heard: { name: string; payload: unknown }[];

beforeEach(async () => {
  clock = createStillClock();
  clock.advance(Date.UTC(2026, 10, 25, 3) - clock.now());
  database = await newDatabase();
  const events = createEvents();
  heard = [];
  events.onAny((name, payload) => heard.push({ name, payload }));
  const parts = { db: database.db, clock, events };
  registry = createRegistry(parts);
  accounts = createAccounts({ ...parts, passwords: plainPasswords() });
  artifacts = createMemoryArtifacts({ clock });
  phones = createPhones(parts);
  await seed({ database, citizens: 0, seed: 1, passwordHash: async () => 'hash', clock });
  wallets = createWallets({
    registry,
    documents: createDocuments(parts),
    electronicIdentity: async ({ number }) => {
      const account = await accounts.byNumber(number);
      return account && { level: account.level, usable: usable(account) };
    },
  });
  const issuer = 'http://localhost:3000';
  presentations = createPresentations({ accounts, artifacts, clock, events, issuer, phones, registry, wallets });
});
afterEach(async () => {
  await artifacts.close();
  await database.close();
});

const numberOf = (key: string) => cast.find((member) => member.key === key)?.number ?? '';
async function known(key: string): Promise<Citizen> {
  const citizen = await registry.find(numberOf(key));
  if (!citizen) throw new Error(`${key} is not there`);
  return citizen;
}
async function accountOf(key: string): Promise<Account> {
  const account = await accounts.byNumber(numberOf(key));
  if (!account) throw new Error(`${key} has no account`);
  return account;
}
/** Shows a document of `whose` from the phone of `by`; an id, or a kind of which there is one. */
async function show(by: string, whose: string, item: string) {
  const citizen = await known(whose);
  const { items } = await wallets.walletOf(citizen, { today: '2026-11-25' });
  const id = items.find(({ kind }) => kind === item)?.id ?? item;
  return presentations.present({ citizen, item: id, by: await accountOf(by) });
}
const change = (key: string, values: object) =>
  database.db.updateTable('citizens').set(values).where('number', '=', numberOf(key)).execute();
const changePaper = (values: object) => database.db.updateTable('documents').set(values).execute();
const refused = (code: string) => expect.objectContaining({ code });

describe('a code', () => {
  it('is an address with 128 random bits, good for a minute', async () => {
    const shown = await show('an', 'an', 'card');
    expect(shown.code).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(shown.url).toBe(`http://localhost:3000/verify/${shown.code}`);
    expect(shown.expiresAt).toBe(clock.now() + 60_000);
    const codes = await Promise.all(Array.from({ length: 50 }, async () => (await show('an', 'an', 'card')).code));
    expect(new Set([...codes, shown.code]).size).toBe(51);
  });

  it('may be checked by many while it lasts, then by nobody', async () => {
    const { code } = await show('an', 'an', 'card');
    clock.advance(59_999);
    for (let verifier = 0; verifier < 3; verifier++) expect((await presentations.check(code)).state).toBe('valid');
    clock.advance(1);
    await expect(presentations.check(code)).rejects.toEqual(refused('presentation.expired'));
    clock.advance(3_600_000);
    await expect(presentations.check(code)).rejects.toEqual(refused('presentation.unknown'));
  });

  it('is not found by guessing, nor by what is kept of it', async () => {
    const kept: string[] = [];
    const put = artifacts.put.bind(artifacts);
    artifacts.put = (kind, id, ...rest) => {
      kept.push(id, JSON.stringify(rest));
      return put(kind, id, ...rest);
    };
    const { code } = await show('an', 'an', 'card');
    expect(kept.join(' ')).not.toContain(code);
    const last = code.at(-1) === 'A' ? 'Q' : 'A';
    const guesses = [
      '',
      ' ',
      code.slice(1),
      `${code}A`,
      code.slice(0, -1) + last,
      // the last character has six bits of which two count: no other spelling of the same bytes is taken
      code.slice(0, -1) + String.fromCharCode((code.charCodeAt(21) ?? 65) + 1),
      code.toUpperCase() === code ? code.toLowerCase() : code.toUpperCase(),
      kept[0] ?? '',
      '__proto__',
      'Presentation',
      'A'.repeat(22),
      numberOf('an'),
    ];
    for (const guess of guesses) {
      await expect(presentations.check(guess), guess).rejects.toEqual(refused('presentation.unknown'));
    }
  });
});

describe('a verdict', () => {
  it('has what a checkpoint needs and no more', async () => {
    const verdict = await presentations.check((await show('an', 'an', 'card')).code);
    expect(verdict).toMatchObject({
      state: 'valid',
      kind: 'card',
      number: '•••• 0001',
      holder: { name: 'Nguyễn Văn An', portrait: expect.stringMatching(/^<svg/) },
      shownBy: null,
    });
    expect(verdict.rows.map(({ label }) => label.en)).toEqual(['Date of birth', 'Date of expiry']);
    const said = JSON.stringify(verdict);
    for (const secret of ['001085000001', '012345601', 'Hoa Sữa', 'IDVNM', '000100'])
      expect(said).not.toContain(secret);
  });

  it.each(['card', 'electronic-identity', 'driving-licence', 'vehicle', 'health-insurance', 'residence', 'dependants'])(
    'is there for %s',
    async (kind) => {
      const verdict = await presentations.check((await show('an', 'an', kind)).code);
      expect([verdict.kind, verdict.state]).toEqual([kind, 'valid']);
      expect(verdict.rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(verdict)).not.toContain(numberOf('an'));
      expect(verdict.number).toMatch(kind === 'vehicle' ? /^30K-850\.01$/ : /^•••• \d{4}$/);
    },
  );

  it('is that of now: revoked, held or run out since it was shown', async () => {
    const [card, licence] = [await show('an', 'an', 'card'), await show('an', 'an', 'driving-licence')];
    const state = async (code: string) => (await presentations.check(code)).state;
    await change('an', { card_state: 'held' });
    expect(await state(card.code)).toBe('held');
    await change('an', { card_state: 'revoked' });
    expect(await state(card.code)).toBe('revoked');
    // the account is locked with the card, and nothing electronic is good any more
    expect(await state(licence.code)).toBe('locked');
    await change('an', { card_state: 'valid', card_expires_on: '2026-01-01' });
    expect(await state(card.code)).toBe('expired');
    await changePaper({ state: 'revoked' });
    expect(await state(licence.code)).toBe('revoked');
    await changePaper({ state: 'valid', expires_on: '2026-01-01' });
    expect(await state(licence.code)).toBe('expired');
  });

  it('of a locked account says so and nothing else: a phone may be stolen', async () => {
    const { code } = await show('an', 'an', 'driving-licence');
    await accounts.setState((await accountOf('an')).id, 'locked', 'requested');
    const verdict = await presentations.check(code);
    expect(verdict).toMatchObject({ state: 'locked', rows: [], number: null, holder: { name: 'Nguyễn Văn An' } });
  });

  it('of someone who died says so', async () => {
    const { code } = await show('an', 'an', 'card');
    await change('an', { died_on: '2026-11-25' });
    expect(await presentations.check(code)).toMatchObject({ state: 'deceased', rows: [], number: null });
  });

  it('is not given for what a phone has shown that is lost since, or has given way to another', async () => {
    const { id } = await accountOf('an');
    const { phone } = await phones.bind(id, { name: 'Cũ' });
    const first = await show('an', 'an', 'card');
    expect((await presentations.check(first.code)).state).toBe('valid');
    await phones.end(phone.id, 'lost');
    await expect(presentations.check(first.code)).rejects.toEqual(refused('presentation.withdrawn'));
    await phones.bind(id, { name: 'Mới' });
    await expect(presentations.check(first.code)).rejects.toEqual(refused('presentation.withdrawn'));
    const second = await show('an', 'an', 'card');
    await phones.bind(id, { name: 'Mới hơn' });
    await expect(presentations.check(second.code)).rejects.toEqual(refused('presentation.withdrawn'));
  });

  it('is not given for what has gone from the wallet', async () => {
    const [licence, identity] = [
      await show('an', 'an', 'driving-licence'),
      await show('an', 'an', 'electronic-identity'),
    ];
    await database.db.deleteFrom('documents').execute();
    await accounts.change((await accountOf('an')).id, { level: 1 });
    for (const { code } of [licence, identity]) {
      await expect(presentations.check(code)).rejects.toEqual(refused('presentation.withdrawn'));
    }
  });
});

describe('of an account of level 1', () => {
  it('nothing is shown: what it has is no paper (Decree 69/2024/NĐ-CP Art 9)', async () => {
    await expect(show('cuc', 'cuc', 'card')).rejects.toEqual(refused('presentation.level'));
    expect(await artifacts.size()).toBe(0);
  });

  it('nothing is shown any more when it was lowered in between, not a child’s either', async () => {
    const codes = [(await show('an', 'an', 'card')).code, (await show('an', 'chau', 'card')).code];
    await accounts.change((await accountOf('an')).id, { level: 1 });
    for (const code of codes)
      await expect(presentations.check(code)).rejects.toEqual(refused('presentation.withdrawn'));
  });
});

describe('someone else’s document', () => {
  it('is shown by a parent and by a guardian, and the verdict says so', async () => {
    const ofChau = await presentations.check((await show('binh', 'chau', 'card')).code);
    expect(ofChau).toMatchObject({
      holder: { name: 'Nguyễn Minh Châu' },
      shownBy: { name: 'Trần Thị Bình', relation: 'child' },
    });
    const ofLong = await presentations.check((await show('manh', 'long', 'health-insurance')).code);
    expect(ofLong.shownBy).toEqual({ name: 'Đỗ Văn Mạnh', relation: 'ward' });
  });

  it.each([
    ['an', 'binh'],
    ['an', 'lan'],
    ['an', 'long'],
    ['manh', 'chau'],
    ['chau', 'an'],
    ['long', 'manh'],
    ['cuc', 'an'],
  ])('is not shown by a stranger, nor by a relative who is no guardian: %s shows %s', async (by, whose) => {
    await expect(show(by, whose, 'health-insurance')).rejects.toEqual(refused('presentation.notYours'));
    expect(await artifacts.size()).toBe(0);
  });

  it('is not reached through an item of one’s own wallet', async () => {
    const { items } = await wallets.walletOf(await known('binh'), { today: '2026-11-25' });
    const paper = items.find(({ kind }) => kind === 'driving-licence');
    for (const item of [paper?.id ?? '', '', 'cards', '__proto__', 'constructor']) {
      await expect(
        presentations.present({ citizen: await known('an'), item, by: await accountOf('an') }),
      ).rejects.toEqual(refused('presentation.noDocument'));
    }
  });

  it('is shown no more when the guardianship has ended', async () => {
    const { code } = await show('manh', 'long', 'card');
    await change('long', { guardian_id: null });
    await expect(presentations.check(code)).rejects.toEqual(refused('presentation.withdrawn'));
    await expect(show('manh', 'long', 'card')).rejects.toEqual(refused('presentation.notYours'));
  });
});

it('both ends are history, without the code', async () => {
  const { code } = await show('binh', 'chau', 'card');
  await presentations.check(code);
  const [account, citizen] = [(await accountOf('binh')).id, (await known('chau')).id];
  const shown: Events['document.shown'] = { account, citizen, kind: 'card' };
  expect(heard).toEqual([
    { name: 'document.shown', payload: shown },
    { name: 'document.checked', payload: { ...shown, state: 'valid' } },
  ]);
  expect(JSON.stringify(heard)).not.toContain(code);
});
