import { createHash } from 'node:crypto';
import type { AuthenticationLevel, Method } from '../levels.ts';
import type { ApprovalRow } from '../store/schema.ts';

/** An approval request as it stands at a moment. */
export interface Approval {
  id: string;
  kind: ApprovalRow['kind'];
  state: ApprovalState;
  /** Why it was refused. */
  reason: ApprovalRow['reason'];
  accountId: string | undefined;
  phoneId: string | undefined;
  clientId: string | undefined;
  reference: string;
  ask: Ask;
  /** Two digits shown where it was asked. */
  number: string | undefined;
  level: AuthenticationLevel;
  /** What it was confirmed with. */
  methods: Method[];
  /** Milliseconds since 1970, as are the next two. */
  askedAt: number;
  expiresAt: number;
  answeredAt: number | undefined;
}

export type ApprovalState = ApprovalRow['state'] | 'expired';

/** Who asks, from where, and for what: all that a phone shows. */
export interface Ask {
  client: { name: string; owner: { vi: string; en: string }; origin: string };
  /** The browser that waits: its address and what it calls itself. */
  from?: { address: string; browser: string } | undefined;
  /** The transaction, or the message that the app shows beside it (CIBA `binding_message`). */
  text?: string | undefined;
  /** What an answer would share, for each purpose (CIBA, where no page of ours asks). */
  purposes?: { vi: string; en: string; scopes: string[]; required: boolean }[] | undefined;
}

/** The domain's view of a row; a request that is still open past its end has expired. */
export function approvalOf(row: ApprovalRow, now: number): Approval {
  const open = row.state === 'waiting' || row.state === 'scanned' || row.state === 'confirmed';
  return {
    id: row.id,
    kind: row.kind,
    state: open && row.expires_at <= now ? 'expired' : row.state,
    reason: row.reason,
    accountId: row.account_id ?? undefined,
    phoneId: row.phone_id ?? undefined,
    clientId: row.client_id ?? undefined,
    reference: row.reference,
    ask: JSON.parse(row.ask) as Ask,
    number: row.number ?? undefined,
    level: row.level,
    methods: JSON.parse(row.methods ?? '[]') as Method[],
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    answeredAt: row.answered_at ?? undefined,
  };
}

/**
 * Three numbers to choose from on the phone, the right one among them; always the same for one request, so that loading
 * the page again tells nothing (NIST SP 800-63B-4 §3.1.3.1: approve-only prompts are not enough).
 */
export function choicesOf({ id, number }: Pick<Approval, 'id' | 'number'>): string[] {
  if (number === undefined) return [];
  const bytes = createHash('sha256').update(`${id} ${number}`).digest();
  const choices = new Set([number]);
  for (const byte of bytes) {
    if (choices.size === 3) break;
    choices.add(String(10 + (byte % 90)));
  }
  return [...choices].sort();
}
