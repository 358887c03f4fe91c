import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { refuseChanges } from './append-only.ts';

/** The one migration history, for SQLite and PostgreSQL alike. Add at the end; never change what has landed. */
export const migrations: Record<string, Migration> = {
  '2026-11-23-citizens-and-accounts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('citizens')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('number', 'text', (c) => c.notNull())
        .addColumn('family_name', 'text', (c) => c.notNull())
        .addColumn('middle_name', 'text', (c) => c.notNull())
        .addColumn('given_name', 'text', (c) => c.notNull())
        .addColumn('full_name', 'text', (c) => c.notNull())
        .addColumn('search_name', 'text', (c) => c.notNull())
        .addColumn('other_name', 'text')
        .addColumn('birth_date', 'text', (c) => c.notNull())
        .addColumn('sex', 'text', (c) => c.notNull())
        .addColumn('birth_place', 'text')
        .addColumn('birth_registration', 'text', (c) => c.notNull())
        .addColumn('hometown', 'text')
        .addColumn('ethnicity', 'text', (c) => c.notNull())
        .addColumn('religion', 'text')
        .addColumn('nationality', 'text', (c) => c.notNull())
        .addColumn('blood_group', 'text')
        .addColumn('old_number', 'text')
        .addColumn('card_kind', 'text')
        .addColumn('card_issued_on', 'text')
        .addColumn('card_expires_on', 'text')
        .addColumn('card_state', 'text')
        .addColumn('marital_status', 'text', (c) => c.notNull())
        .addColumn('father_id', 'text')
        .addColumn('father_name', 'text')
        .addColumn('mother_id', 'text')
        .addColumn('mother_name', 'text')
        .addColumn('spouse_id', 'text')
        .addColumn('spouse_name', 'text')
        .addColumn('guardian_id', 'text')
        .addColumn('household_id', 'text')
        .addColumn('relation_to_head', 'text')
        .addColumn('permanent_street', 'text')
        .addColumn('permanent_unit', 'text')
        .addColumn('permanent_old_unit', 'text')
        .addColumn('temporary_street', 'text')
        .addColumn('temporary_unit', 'text')
        .addColumn('temporary_old_unit', 'text')
        .addColumn('current_street', 'text')
        .addColumn('current_unit', 'text')
        .addColumn('current_old_unit', 'text')
        .addColumn('phone', 'text')
        .addColumn('email', 'text')
        .addColumn('died_on', 'text')
        .execute();
      await db.schema.createIndex('citizens_number').unique().on('citizens').column('number').execute();
      await db.schema.createIndex('citizens_household').on('citizens').column('household_id').execute();
      await db.schema.createIndex('citizens_search').on('citizens').columns(['search_name', 'birth_date']).execute();
      for (const relation of ['father_id', 'mother_id', 'guardian_id'] as const) {
        await db.schema
          .createIndex(`citizens_${relation}`)
          .on('citizens')
          .column(relation)
          .where(sql.ref(relation), 'is not', null)
          .execute();
      }

      await db.schema
        .createTable('cancelled_numbers')
        .addColumn('number', 'text', (c) => c.primaryKey().notNull())
        .addColumn('citizen_id', 'text', (c) => c.notNull())
        .addColumn('cancelled_on', 'text', (c) => c.notNull())
        .addColumn('reason', 'text', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('households')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('file_number', 'text', (c) => c.notNull())
        .addColumn('head_id', 'text', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('organisations')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('tax_code', 'text', (c) => c.notNull())
        .addColumn('founded_on', 'text', (c) => c.notNull())
        .addColumn('address', 'text', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('mandates')
        .addColumn('citizen_id', 'text', (c) => c.notNull())
        .addColumn('organisation_id', 'text', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('title', 'text', (c) => c.notNull())
        .addColumn('since', 'text', (c) => c.notNull())
        .addColumn('until', 'text')
        .addPrimaryKeyConstraint('mandates_key', ['citizen_id', 'organisation_id', 'role'])
        .execute();

      await db.schema
        .createTable('accounts')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('citizen_id', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('level', 'integer', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('state_reason', 'text')
        .addColumn('password_hash', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('accounts_citizen').unique().on('accounts').column('citizen_id').execute();

      await db.schema
        .createTable('inbox_messages')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('citizen_id', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('recipient', 'text', (c) => c.notNull())
        .addColumn('title_vi', 'text', (c) => c.notNull())
        .addColumn('title_en', 'text', (c) => c.notNull())
        .addColumn('text_vi', 'text', (c) => c.notNull())
        .addColumn('text_en', 'text', (c) => c.notNull())
        .addColumn('code', 'text')
        .addColumn('sent_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('inbox_citizen').on('inbox_messages').columns(['citizen_id', 'sent_at']).execute();

      await db.schema
        .createTable('consents')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('account_id', 'text', (c) => c.notNull())
        .addColumn('client_id', 'text', (c) => c.notNull())
        .addColumn('grant_id', 'text', (c) => c.notNull())
        .addColumn('scopes', 'text', (c) => c.notNull())
        .addColumn('refused', 'text', (c) => c.notNull())
        .addColumn('shown', 'text', (c) => c.notNull())
        .addColumn('hash', 'text', (c) => c.notNull())
        .addColumn('given_at', 'bigint', (c) => c.notNull())
        .addColumn('withdrawn_at', 'bigint')
        .execute();
      await db.schema
        .createIndex('consents_account')
        .on('consents')
        .columns(['account_id', 'client_id', 'given_at'])
        .execute();

      await db.schema
        .createTable('audit')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addColumn('event', 'text', (c) => c.notNull())
        .addColumn('account_id', 'text')
        .addColumn('client_id', 'text')
        .addColumn('facts', 'text', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('facts')
        .addColumn('name', 'text', (c) => c.primaryKey().notNull())
        .addColumn('value', 'text', (c) => c.notNull())
        .execute();

      await refuseChanges(db);
    },
  },

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
      await sql`alter table clients add column registered_by text not null default 'itself'`.execute(db);
    },
  },
  '2026-11-29-marks': {
    async up(db: Kysely<unknown>) {
      await sql`create table marks (id text not null primary key, expires_at bigint not null)`.execute(db);
      await db.schema.createIndex('marks_expiry').on('marks').column('expires_at').execute();
    },
  },
  // of two that were cancelled on one day the later one is the last
  '2026-11-30-cancelled-in-order': {
    async up(db: Kysely<unknown>) {
      await sql`alter table cancelled_numbers add column nth integer not null default 0`.execute(db);
    },
  },
};
