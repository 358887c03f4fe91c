import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { ApprovalRow, Schema } from '../store/schema.ts';

/** The table of approval requests; whoever asks or answers goes through `approvals.ts`. */
export interface ApprovalRows {
  get(id: string): Promise<ApprovalRow | undefined>;
  /** Keeps a new request; nobody's requests of the day before yesterday are forgotten. */
  insert(row: ApprovalRow): Promise<void>;
  /**
   * The one way a request changes its state: only from the states named, only before its end, and where it says so only by a
   * phone that is in use at this moment. Tells whether it did.
   */
  move(id: string, from: ApprovalRow['state'][], to: Partial<ApprovalRow>, phone?: string): Promise<boolean>;
  newest(reference: string): Promise<ApprovalRow | undefined>;
  /** Of what was asked by one reference, also at the same moment, leaves the newest alone open; the ids of those that it ends. */
  replaceOlder(reference: string): Promise<string[]>;
  pending(accountId: string): Promise<ApprovalRow[]>;
  history(accountId: string, limit: number): Promise<ApprovalRow[]>;
}

const day = 86_400_000;

export function createApprovalRows({ db, clock }: { db: Kysely<Schema>; clock: Clock }): ApprovalRows {
  const all = () => db.selectFrom('approvals').selectAll();
  const inUse = () => db.selectFrom('phones').select('id').where('ended_at', 'is', null);
  const newestFirst = () => all().orderBy('id', 'desc');
  return {
    get: (id) => all().where('id', '=', id).executeTakeFirst(),
    async insert(row) {
      // a QR code that nobody scanned is nobody's history
      if (row.account_id === null)
        await db
          .deleteFrom('approvals')
          .where('account_id', 'is', null)
          .where('asked_at', '<', row.asked_at - day)
          .execute();
      await db.insertInto('approvals').values(row).execute();
    },
    async move(id, from, to, phone) {
      const { numUpdatedRows } = await db
        .updateTable('approvals')
        .set(to)
        .where('id', '=', id)
        .where('state', 'in', from)
        .where('expires_at', '>', clock.now())
        .$if(phone !== undefined, (query) => query.where((eb) => eb.exists(inUse().where('id', '=', phone ?? ''))))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    newest: (reference) => newestFirst().where('reference', '=', reference).limit(1).executeTakeFirst(),
    async replaceOlder(reference) {
      const newest = db.selectFrom('approvals').select(({ fn }) => fn.max('id').as('id'));
      const ended = await db
        .updateTable('approvals')
        .set({ state: 'replaced' })
        .where('reference', '=', reference)
        .where('state', 'in', ['waiting', 'scanned', 'confirmed'])
        .where('expires_at', '>', clock.now())
        .where('id', '<', newest.where('reference', '=', reference))
        .returning('id')
        .execute();
      return ended.map(({ id }) => id);
    },
    pending: (accountId) =>
      newestFirst()
        .where('account_id', '=', accountId)
        .where('state', 'in', ['waiting', 'scanned'])
        .where('expires_at', '>', clock.now())
        // a QR code reaches a phone when it is scanned, and no other phone can answer it
        .where((eb) =>
          eb.or([eb('kind', '!=', 'qr'), eb('phone_id', 'in', inUse().where('account_id', '=', accountId))]),
        )
        .execute(),
    history: (accountId, limit) =>
      newestFirst()
        .where('account_id', '=', accountId)
        .where((eb) => eb.or([eb('kind', '!=', 'qr'), eb('phone_id', 'is not', null)]))
        .limit(limit)
        .execute(),
  };
}
