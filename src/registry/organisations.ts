import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { MandateRow, OrganisationRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import { citizenOf } from './citizen.ts';
import { dateIn, dayBefore } from './dates.ts';
import { refuseDead } from './kinship.ts';
import { dayTold } from './told/dates.ts';
import { textTold } from './told/person.ts';
import { unfit } from './unfit.ts';

/** Organisations, known by their tax code, and who acts for them. */
export interface Organisations {
  find(taxCode: string): Promise<Organisation | undefined>;
  /** A page of all, by tax code. */
  list(page: {
    after?: string | undefined;
    limit: number;
  }): Promise<{ organisations: Organisation[]; next: string | undefined }>;
  /** Without a tax code it gets one that no company has. @throws VneidError `registry.unfit`, `organisation.exists` */
  add(told: ToldOrganisation & { name: string }): Promise<Organisation>;
  /** @throws VneidError `organisation.unknown`, `registry.unfit` */
  change(taxCode: string, told: Omit<ToldOrganisation, 'taxCode'>): Promise<Organisation>;
  /** Takes it out, with everyone's mandate for it. @throws VneidError `organisation.unknown` */
  remove(taxCode: string): Promise<void>;
  /** Everyone who acts, acted or will act for it, newest mandate last. */
  agents(organisation: Organisation): Promise<Agent[]>;
  /** For whom this citizen acts on the given day (today), newest mandate last. */
  mandates(citizenId: string, day?: string): Promise<Mandate[]>;
  /** @throws VneidError `organisation.unknown`, `registry.unfit`, `mandate.exists` when this role is, or was, theirs */
  entrust(taxCode: string, citizenId: string, told: ToldMandate): Promise<Mandate>;
  /**
   * Ends a mandate: `until` is its last day, yesterday unless told, so that it is over now.
   * @throws VneidError `organisation.unknown`, `mandate.unknown`, `registry.unfit`
   */
  end(taxCode: string, citizenId: string, told: { role: Role; until?: string | undefined }): Promise<Mandate>;
  /** As if it had never been. @throws VneidError `organisation.unknown`, `mandate.unknown` */
  withdraw(taxCode: string, citizenId: string, role: Role): Promise<void>;
}

export interface Organisation {
  id: string;
  kind: OrganisationRow['kind'];
  name: string;
  /** Ten digits, and three more after a hyphen for a branch. */
  taxCode: string;
  foundedOn: string;
  address: string;
}

export type Role = MandateRow['role'];

export interface Mandate {
  role: Role;
  title: string;
  since: string;
  /** Last day; null while no end is known. */
  until: string | null;
  organisation: Organisation;
}

/** Somebody's mandate, as the organisation sees it. */
export type Agent = Omit<Mandate, 'organisation'> & { citizenId: string; number: string; name: string };

export type ToldOrganisation = { [K in keyof Omit<Organisation, 'id'>]?: Organisation[K] | undefined };

export interface ToldMandate {
  role: Role;
  title?: string | undefined;
  since?: string | undefined;
  until?: string | null | undefined;
}

const usualTitles = {
  representative: 'Người đại diện theo pháp luật',
  officer: 'Cán bộ một cửa',
  'health-worker': 'Nhân viên y tế',
} as const satisfies Record<Role, string>;

export interface OrganisationsParts {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
}

/** Makes the organisations of one instance over its database. */
export function createOrganisations({ db, clock, events }: OrganisationsParts): Organisations {
  const today = () => dateIn(clock.now());

  async function find(taxCode: string): Promise<Organisation | undefined> {
    const row = await db.selectFrom('organisations').selectAll().where('tax_code', '=', taxCode).executeTakeFirst();
    return row && organisationOf(row);
  }

  async function known(taxCode: string): Promise<Organisation> {
    const organisation = await find(taxCode);
    if (!organisation) throw problem('organisation.unknown', { taxCode: taxCode.slice(0, 14) });
    return organisation;
  }

  function read(told: ToldOrganisation, before: Organisation): Organisation {
    return {
      ...before,
      kind: told.kind ?? before.kind,
      name: told.name === undefined ? before.name : textTold('name', told.name),
      foundedOn:
        told.foundedOn === undefined ? before.foundedOn : dayTold('foundedOn', told.foundedOn, { today: today() }),
      address: told.address === undefined ? before.address : textTold('address', told.address),
    };
  }

  async function freeTaxCode(): Promise<string> {
    for (;;) {
      const taxCode = nobodysTaxCode();
      if (!(await find(taxCode))) return taxCode;
    }
  }

  /** Mandates with their organisations. */
  const mandates = () =>
    db.selectFrom('mandates').innerJoin('organisations', 'organisations.id', 'mandates.organisation_id').selectAll();

  /** A mandate ends with the life of its holder (Civil Code 91/2015/QH13 Art 140). */
  const alive = (id: string, day: string) =>
    db
      .selectFrom('citizens')
      .select('id')
      .where('id', '=', id)
      .where((is) => is.or([is('died_on', 'is', null), is('died_on', '>=', day)]));

  return {
    find,
    async list({ after, limit }) {
      let query = db
        .selectFrom('organisations')
        .selectAll()
        .orderBy('tax_code')
        .limit(limit + 1);
      if (after !== undefined) query = query.where('tax_code', '>', after);
      const rows = await query.execute();
      const next = rows.length > limit ? rows[limit - 1]?.tax_code : undefined;
      return { organisations: rows.slice(0, limit).map(organisationOf), next };
    },
    async add(told) {
      const taxCode = told.taxCode === undefined ? await freeTaxCode() : taxCodeTold(told.taxCode);
      const blank = { kind: 'enterprise', name: '', foundedOn: today(), address: 'Thành phố Hà Nội' } as const;
      const organisation = read(told, { ...blank, id: uuid({ msecs: clock.now() }), taxCode });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('organisations')
        .values(rowOf(organisation))
        .onConflict((conflict) => conflict.column('tax_code').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw problem('organisation.exists', { taxCode });
      events.emit('organisation.added', { organisation: organisation.id });
      return organisation;
    },
    async change(taxCode, told) {
      const organisation = read(told, await known(taxCode));
      await db.updateTable('organisations').set(rowOf(organisation)).where('id', '=', organisation.id).execute();
      events.emit('organisation.changed', { organisation: organisation.id });
      return organisation;
    },
    async remove(taxCode) {
      const { id } = await known(taxCode);
      await inTransaction(db, async (work) => {
        await work.deleteFrom('mandates').where('organisation_id', '=', id).execute();
        await work.deleteFrom('organisations').where('id', '=', id).execute();
      });
      events.emit('organisation.removed', { organisation: id });
    },
    async agents({ id }) {
      const rows = await db
        .selectFrom('mandates')
        .innerJoin('citizens', 'citizens.id', 'mandates.citizen_id')
        .select(['citizen_id', 'role', 'title', 'since', 'until', 'died_on', 'citizens.number', 'citizens.full_name'])
        .where('organisation_id', '=', id)
        .orderBy('since')
        .orderBy('citizens.number')
        .execute();
      return rows.map(({ citizen_id: citizenId, full_name: name, died_on, until, ...mandate }) => ({
        ...mandate,
        until: died_on !== null && (until === null || until > died_on) ? died_on : until,
        citizenId,
        name,
      }));
    },
    async mandates(citizenId, day = today()) {
      const rows = await mandates()
        .where('citizen_id', '=', citizenId)
        .where('citizen_id', 'in', alive(citizenId, day))
        .where('since', '<=', day)
        .where((is) => is.or([is('until', 'is', null), is('until', '>=', day)]))
        .orderBy('since')
        .execute();
      return rows.map(mandateOf);
    },
    async entrust(taxCode, citizenId, { role, title, since = today(), until = null }) {
      const organisation = await known(taxCode);
      dayTold('since', since, {});
      const holder = await db.selectFrom('citizens').selectAll().where('id', '=', citizenId).executeTakeFirst();
      if (holder && until === null) refuseDead('number', citizenOf(holder));
      const row: MandateRow = {
        citizen_id: citizenId,
        organisation_id: organisation.id,
        role,
        title: title === undefined ? usualTitles[role] : textTold('title', title),
        since,
        until: until === null ? null : dayTold('until', until, { from: since }),
      };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('mandates')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw problem('mandate.exists', { role, taxCode });
      events.emit('mandate.given', { organisation: organisation.id, citizen: citizenId, role });
      return { role, title: row.title, since, until: row.until, organisation };
    },
    async end(taxCode, citizenId, { role, until = dayBefore(today()) }) {
      const { id } = await known(taxCode);
      dayTold('until', until, {});
      const { numUpdatedRows } = await db
        .updateTable('mandates')
        .set({ until })
        .where('organisation_id', '=', id)
        .where('citizen_id', '=', citizenId)
        .where('role', '=', role)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw problem('mandate.unknown', { role, taxCode });
      events.emit('mandate.ended', { organisation: id, citizen: citizenId, role });
      const row = await mandates()
        .where('organisation_id', '=', id)
        .where('citizen_id', '=', citizenId)
        .where('role', '=', role)
        .executeTakeFirstOrThrow();
      return mandateOf(row);
    },
    async withdraw(taxCode, citizenId, role) {
      const { id } = await known(taxCode);
      const { numDeletedRows } = await db
        .deleteFrom('mandates')
        .where('organisation_id', '=', id)
        .where('citizen_id', '=', citizenId)
        .where('role', '=', role)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw problem('mandate.unknown', { role, taxCode });
      events.emit('mandate.withdrawn', { organisation: id, citizen: citizenId, role });
    },
  };
}

/** Digits and hyphen; whether a company could have it is not asked. @throws VneidError `registry.unfit` */
function taxCodeTold(taxCode: string): string {
  if (/^\d{10}(?:-\d{3})?$/.test(taxCode)) return taxCode;
  throw unfit(
    'taxCode',
    { vi: `"${taxCode}" không đúng dạng`, en: `"${taxCode}" has another form` },
    {
      vi: 'Mười chữ số, thêm gạch nối và ba chữ số nếu là chi nhánh',
      en: 'Ten digits; for a branch a hyphen and three more',
    },
  );
}

/** A tax code of Hà Nội whose last digit is not the check digit that it would have to be. */
function nobodysTaxCode(): string {
  const nine = `01${String(randomInt(10_000_000)).padStart(7, '0')}`;
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  const right = 10 - (weights.reduce((sum, weight, at) => sum + weight * Number(nine[at]), 0) % 11);
  return `${nine}${(right + 1 + randomInt(8)) % 10}`;
}

function organisationOf(row: OrganisationRow): Organisation {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    taxCode: row.tax_code,
    foundedOn: row.founded_on,
    address: row.address,
  };
}

function rowOf({ id, kind, name, taxCode, foundedOn, address }: Organisation): OrganisationRow {
  return { id, kind, name, tax_code: taxCode, founded_on: foundedOn, address };
}

function mandateOf(row: MandateRow & OrganisationRow): Mandate {
  const { role, title, since, until } = row;
  return { role, title, since, until, organisation: organisationOf(row) };
}
