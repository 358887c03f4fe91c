import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { refuseChanges } from './append-only.ts';

/** The first of the migrations: what there was when the history began. */
export const firstTables: Migration = {
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
};
