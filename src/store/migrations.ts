import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { firstTables } from './first-tables.ts';

/** The one migration history, for SQLite and PostgreSQL alike. Add at the end; never change what has landed. */
export const migrations: Record<string, Migration> = {
  '2026-11-23-citizens-and-accounts': firstTables,

  '2026-11-25-phones-passkeys-documents': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('phones')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('account_id', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('secret_hash', 'text', (c) => c.notNull())
        .addColumn('face', 'text', (c) => c.notNull())
        .addColumn('activated_at', 'bigint', (c) => c.notNull())
        .addColumn('seen_at', 'bigint', (c) => c.notNull())
        .addColumn('ended_at', 'bigint')
        .addColumn('ended_because', 'text')
        .execute();
      await db.schema.createIndex('phones_account').on('phones').columns(['account_id', 'activated_at']).execute();
      // one device at a time, also when two are activated at once
      await db.schema
        .createIndex('phones_active')
        .unique()
        .on('phones')
        .column('account_id')
        .where(sql.ref('ended_at'), 'is', null)
        .execute();

      await db.schema
        .createTable('passcodes')
        .addColumn('account_id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('hash', 'text', (c) => c.notNull())
        .addColumn('failures', 'integer', (c) => c.notNull())
        .addColumn('set_at', 'bigint', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('approvals')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('reason', 'text')
        .addColumn('account_id', 'text')
        .addColumn('phone_id', 'text')
        .addColumn('client_id', 'text')
        .addColumn('reference', 'text', (c) => c.notNull())
        .addColumn('ask', 'text', (c) => c.notNull())
        .addColumn('number', 'text')
        .addColumn('level', 'integer', (c) => c.notNull())
        .addColumn('methods', 'text')
        .addColumn('asked_at', 'bigint', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('answered_at', 'bigint')
        .execute();
      await db.schema.createIndex('approvals_account').on('approvals').columns(['account_id', 'asked_at']).execute();
      await db.schema.createIndex('approvals_reference').on('approvals').column('reference').execute();

      await db.schema
        .createTable('passkeys')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('account_id', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('public_key', 'text', (c) => c.notNull())
        .addColumn('counter', 'bigint', (c) => c.notNull())
        .addColumn('transports', 'text', (c) => c.notNull())
        .addColumn('synced', 'integer', (c) => c.notNull())
        .addColumn('aaguid', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('used_at', 'bigint')
        .execute();
      await db.schema.createIndex('passkeys_account').on('passkeys').columns(['account_id', 'created_at']).execute();

      await db.schema
        .createTable('documents')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('citizen_id', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('number', 'text', (c) => c.notNull())
        .addColumn('issued_on', 'text', (c) => c.notNull())
        .addColumn('expires_on', 'text')
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('facts', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('documents_citizen').on('documents').columns(['citizen_id', 'kind']).execute();
      await db.schema.createIndex('documents_number').unique().on('documents').columns(['kind', 'number']).execute();
    },
  },
  '2026-11-26-clients': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('clients')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('metadata', 'text', (c) => c.notNull())
        .addColumn('registered_at', 'bigint', (c) => c.notNull())
        .execute();
    },
  },
  // the newest is the one made last, which a clock that is moved does not tell: the order is that of ids
  '2026-11-27-newest-by-id': {
    async up(db: Kysely<unknown>) {
      for (const name of ['inbox_citizen', 'consents_account', 'approvals_account'])
        await db.schema.dropIndex(name).execute();
      await db.schema.createIndex('inbox_newest').on('inbox_messages').columns(['citizen_id', 'id']).execute();
      await db.schema
        .createIndex('consents_newest')
        .on('consents')
        .columns(['account_id', 'client_id', 'id'])
        .execute();
      await db.schema.createIndex('approvals_newest').on('approvals').columns(['account_id', 'id']).execute();
    },
  },
  '2026-11-28-search-organisations-clients': {
    async up(db: Kysely<unknown>) {
      // a page of people is one range of one of these, however many there are
      await db.schema.dropIndex('citizens_search').execute();
      await db.schema.createIndex('citizens_name').on('citizens').columns(['search_name', 'number']).execute();
      await db.schema
        .createIndex('citizens_born')
        .on('citizens')
        .columns(['birth_date', 'search_name', 'number'])
        .execute();
      // what few accounts are is found without looking at all; the others are everywhere
      for (const [column, usual] of [
        ['state', 'active'],
        ['kind', 'citizen'],
      ] as const)
        await db.schema
          .createIndex(`accounts_${column}`)
          .on('accounts')
          .columns([column, 'id'])
          .where(sql.ref(column), '<>', sql.lit(usual))
          .execute();
      await db.schema.createIndex('organisations_tax_code').unique().on('organisations').column('tax_code').execute();
      await db.schema.createIndex('mandates_organisation').on('mandates').column('organisation_id').execute();
      await db.schema
        .alterTable('clients')
        .addColumn('registered_by', 'text', (c) => c.notNull().defaultTo('itself'))
        .execute();
    },
  },
  '2026-11-29-marks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('marks')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('marks_expiry').on('marks').column('expires_at').execute();
    },
  },
  // of two that were cancelled on one day the later one is the last
  '2026-11-30-cancelled-in-order': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('cancelled_numbers')
        .addColumn('nth', 'integer', (c) => c.notNull().defaultTo(0))
        .execute();
    },
  },
  '2026-11-30-visits': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('visits')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('pending', 'text')
        .addColumn('citizen', 'text')
        .addColumn('sid', 'text')
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('visits_expiry').on('visits').column('expires_at').execute();
      // those of a session, and those of strangers from the newest on
      await db.schema.createIndex('visits_session').on('visits').columns(['sid', 'expires_at']).execute();
    },
  },
};
