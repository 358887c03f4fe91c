import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { createIds } from '../ids.ts';
import type { InboxRow, Schema } from '../store/schema.ts';

/** Everything sent to a citizen. What a phone company would carry ends here: nothing leaves this machine. */
export interface Inbox {
  /** Keeps a message and returns it as it was kept. */
  deliver(message: OutgoingMessage): Promise<Message>;
  /** A citizen's messages, newest first; at most 200, 50 unless told. */
  messages(citizenId: string, options?: { limit?: number }): Promise<Message[]>;
  /** Throws away what was sent to a citizen. */
  clear(citizenId: string): Promise<void>;
}

export interface OutgoingMessage {
  citizenId: string;
  kind: InboxRow['kind'];
  channel: InboxRow['channel'];
  /** The phone number or e-mail address it goes to. */
  recipient: string;
  titleVi: string;
  titleEn: string;
  textVi: string;
  textEn: string;
  /** The one-time code in the text, for testers who do not read prose. */
  code?: string | undefined;
  /** Milliseconds since 1970; now unless told. */
  sentAt?: number | undefined;
}

export interface Message extends OutgoingMessage {
  id: string;
  code: string | undefined;
  /** Milliseconds since 1970. */
  sentAt: number;
}

/** The sender's name on a phone, without diacritics as networks show it, and marked so that nobody takes it for real. */
export const smsSender = '[GIẢ LẬP] Cuc Canh sat QLHC ve TTXH';

export interface InboxOptions {
  db: Kysely<Schema>;
  clock: Clock;
  /** The newest id of earlier. */
  after?: string | undefined;
}

/** Makes the inbox of one instance. */
export function createInbox({ db, clock, after }: InboxOptions): Inbox {
  const nextId = createIds(clock, after);
  return {
    async deliver(message) {
      const sentAt = message.sentAt ?? clock.now();
      const id = nextId();
      await db
        .insertInto('inbox_messages')
        .values({
          id,
          citizen_id: message.citizenId,
          kind: message.kind,
          channel: message.channel,
          recipient: message.recipient,
          title_vi: message.titleVi,
          title_en: message.titleEn,
          text_vi: message.textVi,
          text_en: message.textEn,
          code: message.code ?? null,
          sent_at: sentAt,
        })
        .execute();
      return { ...message, id, code: message.code, sentAt };
    },
    async messages(citizenId, { limit = 50 } = {}) {
      const rows = await db
        .selectFrom('inbox_messages')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .orderBy('id', 'desc')
        .limit(Math.min(Math.max(Math.trunc(limit), 1), 200))
        .execute();
      return rows.map(readMessage);
    },
    async clear(citizenId) {
      await db.deleteFrom('inbox_messages').where('citizen_id', '=', citizenId).execute();
    },
  };
}

function readMessage(row: InboxRow): Message {
  return {
    id: row.id,
    citizenId: row.citizen_id,
    kind: row.kind,
    channel: row.channel,
    recipient: row.recipient,
    titleVi: row.title_vi,
    titleEn: row.title_en,
    textVi: row.text_vi,
    textEn: row.text_en,
    code: row.code ?? undefined,
    sentAt: row.sent_at,
  };
}
