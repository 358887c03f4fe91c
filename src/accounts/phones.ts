import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { PhoneRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';

/**
 * Phones: the virtual VNeID app, bound to one account. One at a time: binding another ends the one before, and the
 * database sees to it when two are bound at once. How somebody earns a binding is decided in `phone/activation.ts`.
 */
export interface Phones {
  /**
   * Binds a new phone and ends the one before; `secret` is only ever told here.
   * @throws VneidError `store.full` when others bind phones of this account all the time
   */
  bind(accountId: string, details: { name: string; face?: Face }): Promise<{ phone: Phone; secret: string }>;
  /** The phone in use, or undefined. */
  active(accountId: string): Promise<Phone | undefined>;
  /** The phone that holds this secret, while it is in use. */
  authenticate(id: string, secret: string): Promise<Phone | undefined>;
  /** The phone that held this secret until it was ended: who still has it is told why. */
  formerly(id: string, secret: string): Promise<Phone | undefined>;
  /** A new secret for a phone that the lab puts into another browser; the browser before loses it. */
  handOver(id: string): Promise<string>;
  /** Every phone there was, newest first. */
  history(accountId: string): Promise<Phone[]>;
  /** What the camera sees from now on; a switch of the lab. */
  setFace(id: string, face: Face): Promise<void>;
  /** @throws VneidError `phone.unknown` when it is not in use */
  end(id: string, because: NonNullable<PhoneRow['ended_because']>): Promise<void>;
}

/** What a phone's camera sees: its holder, somebody else, or nothing because there is none. */
export type Face = PhoneRow['face'];

export interface Phone {
  id: string;
  accountId: string;
  name: string;
  face: Face;
  /** Milliseconds since 1970, as are the next two. */
  activatedAt: number;
  seenAt: number;
  endedAt: number | null;
  endedBecause: PhoneRow['ended_because'];
}

export interface PhonesOptions {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
}

/** Makes the phones of one instance. */
export function createPhones({ db, clock, events }: PhonesOptions): Phones {
  const inUse = () => db.selectFrom('phones').selectAll().where('ended_at', 'is', null);

  function holds(row: PhoneRow | undefined, secret: string): row is PhoneRow {
    return row !== undefined && timingSafeEqual(Buffer.from(row.secret_hash), Buffer.from(hashOf(secret)));
  }

  /** Ends what is in use before another is; returns the ids, of which there is one at most. */
  async function replaceAll(on: Kysely<Schema>, accountId: string): Promise<string[]> {
    const rows = await on
      .updateTable('phones')
      .set({ ended_at: clock.now(), ended_because: 'replaced' })
      .where('account_id', '=', accountId)
      .where('ended_at', 'is', null)
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  return {
    async bind(accountId, { name, face = 'matches' }) {
      const now = clock.now();
      const secret = randomBytes(32).toString('base64url');
      const row: PhoneRow = {
        id: v7({ msecs: now }),
        account_id: accountId,
        name: name.slice(0, 60),
        secret_hash: hashOf(secret),
        face,
        activated_at: now,
        seen_at: now,
        ended_at: null,
        ended_because: null,
      };
      let replaced: string[] = [];
      // of two bound at once the later one ends the earlier: the index refuses a second that is in use
      for (let tries = 1; ; tries += 1) {
        const { ended, bound } = await inTransaction(db, async (work) => ({
          ended: await replaceAll(work, accountId),
          bound: await work
            .insertInto('phones')
            .values(row)
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst(),
        }));
        replaced = [...replaced, ...ended];
        if (bound.numInsertedOrUpdatedRows === 1n) break;
        if (tries === 5) throw problem('store.full', {}, { 'Retry-After': '1' });
      }
      for (const id of replaced) events.emit('phone.ended', { account: accountId, phone: id, reason: 'replaced' });
      events.emit('phone.bound', { account: accountId, phone: row.id, name: row.name });
      return { phone: phoneOf(row), secret };
    },

    async active(accountId) {
      const row = await inUse().where('account_id', '=', accountId).executeTakeFirst();
      return row && phoneOf(row);
    },

    async authenticate(id, secret) {
      const row = await inUse().where('id', '=', id).executeTakeFirst();
      if (!holds(row, secret)) return undefined;
      const now = clock.now();
      // a page that follows live asks every second: once a minute says enough
      if (now - row.seen_at > 60_000)
        await db.updateTable('phones').set({ seen_at: now }).where('id', '=', id).execute();
      return phoneOf(row);
    },

    async formerly(id, secret) {
      const past = db.selectFrom('phones').selectAll().where('ended_at', 'is not', null);
      const row = await past.where('id', '=', id).executeTakeFirst();
      return holds(row, secret) ? phoneOf(row) : undefined;
    },

    async handOver(id) {
      const secret = randomBytes(32).toString('base64url');
      const { numUpdatedRows } = await db
        .updateTable('phones')
        .set({ secret_hash: hashOf(secret) })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw problem('phone.unknown');
      return secret;
    },

    async history(accountId) {
      const rows = await db
        .selectFrom('phones')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('activated_at', 'desc')
        .orderBy('id', 'desc')
        .limit(50)
        .execute();
      return rows.map(phoneOf);
    },

    async setFace(id, face) {
      await db.updateTable('phones').set({ face }).where('id', '=', id).execute();
    },

    async end(id, because) {
      const row = await db
        .updateTable('phones')
        .set({ ended_at: clock.now(), ended_because: because })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .returning('account_id')
        .executeTakeFirst();
      if (!row) throw problem('phone.unknown');
      events.emit('phone.ended', { account: row.account_id, phone: id, reason: because });
    },
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function phoneOf(row: PhoneRow): Phone {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    face: row.face,
    activatedAt: row.activated_at,
    seenAt: row.seen_at,
    endedAt: row.ended_at,
    endedBecause: row.ended_because,
  };
}
