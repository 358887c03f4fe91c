import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { cast } from '../../src/registry/cast.ts';
import { type Citizen, citizenOf } from '../../src/registry/citizen.ts';
import { createRegistry, type Registry } from '../../src/registry/citizens.ts';
import { createDocuments } from '../../src/registry/documents.ts';
import { machineReadableZone } from '../../src/registry/mrz.ts';
import { qrPayload } from '../../src/registry/qr.ts';
import { seed } from '../../src/registry/seed.ts';
import {
  createWallets,
  type ElectronicIdentity,
  type ItemKind,
  itemKinds,
  type Wallet,
  type Wallets,
} from '../../src/registry/wallet.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase } from '../support/database.ts';

const clock = createClock();
const today = '2026-11-25';
let database: Database;
let registry: Registry;
let wallets: Wallets;
/** What the accounts say of everybody, unless a story says otherwise. */
let identity: ElectronicIdentity | undefined;

beforeEach(async () => {
  database = await newDatabase();
  const parts = { db: database.db, clock, events: createEvents() };
  registry = createRegistry(parts);
  await seed({ database, citizens: 60, seed: 1, passwordHash: async () => 'hash', clock });
  identity = { level: 2, usable: true };
  wallets = createWallets({
    registry,
    documents: createDocuments(parts),
    electronicIdentity: async () => identity,
  });
});
afterEach(() => database.close());

async function known(key: string): Promise<Citizen> {
  const citizen = await registry.find(cast.find((member) => member.key === key)?.number ?? '');
  if (!citizen) throw new Error(`${key} is not there`);
  return citizen;
}
const walletOf = async (key: string, day = today) => wallets.walletOf(await known(key), { today: day });
const item = ({ items }: Wallet, kind: ItemKind) => items.find((one) => one.kind === kind);
const line = (wallet: Wallet, kind: ItemKind, label: string) =>
  item(wallet, kind)?.rows.find((row) => row.label.en === label)?.value.vi;

describe('a wallet', () => {
  it('of An has one of everything, in the order of the app, all of it good', async () => {
    const { items } = await walletOf('an');
    expect(items.map(({ kind }) => kind)).toEqual(itemKinds);
    expect(items.map(({ state }) => state)).toEqual(itemKinds.map(() => 'valid'));
    expect(items.map(({ number }) => number)).toEqual([
      '001085000001',
      '001085000001',
      '010251000001',
      '30K-850.01',
      'DN4010100000001',
      expect.stringMatching(/^\d{9}$/),
      null,
    ]);
  });

  it('says everything in both languages, and every item has a name of its own', async () => {
    const rows = await database.db.selectFrom('citizens').selectAll().execute();
    for (const citizen of rows.map(citizenOf)) {
      const { items, dependants } = await wallets.walletOf(citizen, { today });
      const ids = items.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { rows: lines, title, kind } of [...items, ...dependants.flatMap(({ wallet }) => wallet.items)]) {
        expect(lines.length, `${citizen.number} ${kind}`).toBeGreaterThan(0);
        expect(
          lines.some(({ checked }) => checked),
          `${citizen.number} ${kind}`,
        ).toBe(true);
        for (const { vi, en } of [title, ...lines.flatMap(({ label, value }) => [label, value])]) {
          for (const text of [vi, en]) expect(text).not.toMatch(/^$|undefined|null|NaN|object/);
        }
      }
    }
  });

  it('has what is printed on the card: its QR code, and its zone', async () => {
    const an = await known('an');
    const card = item(await walletOf('an'), 'card');
    expect(card?.qr).toBe(an.card && qrPayload(an, an.card));
    expect(card?.mrz).toEqual(an.card && machineReadableZone(an, an.card));
    expect(item(await walletOf('thao'), 'card')?.qr).toContain('|001188000021|');
    const { items } = await walletOf('an');
    expect(items.filter(({ qr }) => qr !== undefined).map(({ kind }) => kind)).toEqual(['card']);
  });

  it('keeps the address of the day on which the card was issued; the electronic identity has that of today', async () => {
    const wallet = await walletOf('an');
    expect(line(wallet, 'card', 'Place of residence')).toMatch(/Quận Ba Đình, Thành phố Hà Nội$/);
    expect(line(wallet, 'electronic-identity', 'Permanent residence')).toMatch(/Phường Ba Đình, Thành phố Hà Nội$/);
    expect(line(wallet, 'residence', 'Head of household')).toBe('Nguyễn Văn An');
  });

  it('shows what has run out, was revoked or is held, as of the day', async () => {
    expect(item(await walletOf('khoa'), 'card')?.state).toBe('expired');
    expect(item(await walletOf('khoa', '2024-02-10'), 'card')?.state).toBe('valid');
    expect(item(await walletOf('khoa'), 'driving-licence')?.state).toBe('expired');
    expect(item(await walletOf('son'), 'driving-licence')?.state).toBe('revoked');
    expect(item(await walletOf('huong'), 'card')?.state).toBe('revoked');
    await database.db
      .updateTable('citizens')
      .set({ card_state: 'held' })
      .where('number', '=', '001195000006')
      .execute();
    expect(item(await walletOf('cuc'), 'card')?.state).toBe('held');
  });

  it('has an electronic identity only with level 2; a card that was taken, or a locked account, locks it', async () => {
    expect(item(await walletOf('huong'), 'electronic-identity')?.state).toBe('locked');
    identity = { level: 2, usable: false };
    expect(item(await walletOf('an'), 'electronic-identity')?.state).toBe('locked');
    identity = { level: 1, usable: true };
    expect(item(await walletOf('an'), 'electronic-identity')).toBeUndefined();
    identity = undefined;
    expect(item(await walletOf('an'), 'electronic-identity')).toBeUndefined();
  });

  it('of a foreigner has the residence card, without what only Vietnamese cards have', async () => {
    const wallet = await walletOf('minjun');
    expect(item(wallet, 'card')).toMatchObject({ title: { en: 'Residence card of a foreigner' } });
    expect(item(wallet, 'card')?.qr).toBeUndefined();
    expect(item(wallet, 'card')?.mrz).toBeUndefined();
    expect(item(wallet, 'electronic-identity')?.title.vi).toBe('Định danh điện tử người nước ngoài');
    expect(line(wallet, 'electronic-identity', 'Nationality')).toBe('KOR');
  });
});

describe('dependants', () => {
  const names = ({ dependants }: Wallet) =>
    dependants.map(({ relation, wallet }) => [relation, wallet.citizen.name.full]);

  it('are the children of a father and of a mother, each with a wallet of their own', async () => {
    const children = [
      ['child', 'Nguyễn Minh Châu'],
      ['child', 'Nguyễn Gia Bảo'],
    ];
    const ofAn = await walletOf('an');
    expect(names(ofAn)).toEqual(children);
    expect(names(await walletOf('binh'))).toEqual(children);
    const [chau, bao] = ofAn.dependants.map(({ wallet }) => wallet);
    expect(chau?.items.map(({ kind }) => kind)).toContain('card');
    expect(bao?.items.map(({ kind }) => kind)).toEqual(['electronic-identity', 'health-insurance', 'residence']);
    expect(chau?.dependants).toEqual([]);
    expect(item(ofAn, 'dependants')?.rows.filter(({ checked }) => checked)).toMatchObject([
      { label: { en: 'Child' }, value: { vi: 'Nguyễn Minh Châu' } },
      { label: { en: 'Child' }, value: { vi: 'Nguyễn Gia Bảo' } },
    ]);
  });

  it('are so until the day on which they are 14', async () => {
    expect(names(await walletOf('an', '2028-09-04'))).toHaveLength(2);
    expect(names(await walletOf('an', '2028-09-05'))).toEqual([['child', 'Nguyễn Gia Bảo']]);
    expect(item(await walletOf('an', '2032-11-30'), 'dependants')).toBeUndefined();
  });

  it('are wards, of any age, but of their guardian alone', async () => {
    expect(names(await walletOf('manh'))).toEqual([['ward', 'Đỗ Minh Long']]);
    expect(names(await walletOf('manh', '2040-01-01'))).toEqual([['ward', 'Đỗ Minh Long']]);
    expect(item(await walletOf('manh'), 'dependants')?.rows[0]?.label.vi).toBe('Người được giám hộ');
    for (const key of ['lan', 'chau', 'cuc', 'minjun']) expect(names(await walletOf(key)), key).toEqual([]);
  });

  it('are not the dead, and one’s own child under one’s guardianship is there once', async () => {
    const [an, chau, bao] = [await known('an'), await known('chau'), await known('bao')];
    await database.db.updateTable('citizens').set({ died_on: '2026-11-01' }).where('id', '=', bao.id).execute();
    await database.db.updateTable('citizens').set({ guardian_id: an.id }).where('id', '=', chau.id).execute();
    expect(names(await walletOf('an'))).toEqual([['child', 'Nguyễn Minh Châu']]);
  });
});
