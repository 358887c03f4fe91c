/** A sign-in as the inspector shows it: what `GET /lab/api/timelines` says. */
export interface SummaryShown {
  id: string;
  began: string;
  /** ISO 8601. */
  startedAt: string;
  changedAt: string;
  outcome: string;
  client: { id: string; name: string | null } | null;
  citizen: { number: string; name: string } | null;
  level: number | null;
  requests: number;
  why: WhyShown | null;
}

export interface WhyShown {
  error: string;
  reason: string | null;
  rule: string | null;
  vi: { text: string; next: string };
  en: { text: string; next: string };
  expected: string | null;
  found: string | null;
}

/** One sign-in: what `GET /lab/api/timelines/{timeline}` says. */
export interface TimelineShown extends SummaryShown {
  entries: EntryShown[];
  /** How many were left out. */
  left: number;
}

export interface EntryShown {
  at: string;
  times: number;
  request: {
    id: string | null;
    method: string;
    path: string;
    status: number;
    milliseconds: number;
    parameters: { name: string; value: string | null; token: boolean }[];
  } | null;
  decisions: DecisionShown[];
  tokens: TokenShown[];
}

export interface DecisionShown {
  decision: string;
  ok: boolean | null;
  facts: Record<string, string | number | boolean | string[]>;
  why: WhyShown | null;
}

export interface TokenShown {
  kind: string;
  value: string;
  format: string;
  alg: string | null;
  kid: string | null;
  claims: string[] | null;
  seconds: number | null;
}
