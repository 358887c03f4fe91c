import type { ErrorCode, Explanation } from '../../errors.ts';
import type { RegisteredClient } from '../../oidc/clients/clients.ts';

/**
 * What is kept of one login: every request of it and what was decided in each, in the order of time. A login begins where an
 * app asks for one (`/authorize`, `/par`, `/ciba`, `/device/authorize`); a request that fails and belongs to none has a
 * timeline of its own.
 */
export interface Timeline {
  id: string;
  /** The endpoint that it began at. */
  began: Began;
  /** Milliseconds since 1970, by the instance's clock, as are all times here. */
  startedAt: number;
  changedAt: number;
  outcome: Outcome;
  client: string | undefined;
  /** Id of the account. */
  account: string | undefined;
  /** The level that was reached. */
  acr: string | undefined;
  entries: Entry[];
  /** Entries that were left out because there are too many. */
  left: number;
}

export type Began = 'authorize' | 'par' | 'ciba' | 'device' | 'request';

/**
 * `under-way`: somebody is at it; `code-issued`: the app has its code and has not redeemed it; `signed-in`: it has tokens;
 * `refused`: a person or their level stood against it; `failed`: a request was wrong.
 */
export const outcomes = ['under-way', 'code-issued', 'signed-in', 'refused', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** A request with what was decided in it; or, without one, what a phone, an app or the time brought about. */
export interface Entry {
  at: number;
  request: RequestNoted | undefined;
  /** How the library answered it. */
  answered: Answered | undefined;
  /** What parts of the program decided meanwhile. */
  happened: Decision[];
  failures: Decision[];
  tokens: Token[];
  /** How often in a row, where an app asks the same again and hears the same. */
  times: number;
}

export interface RequestNoted {
  /** That of the log and of the page of an error, where it was told. */
  id: string | undefined;
  method: string;
  /** Without what only this login knows: `/login/…/otp`. */
  path: string;
  status: number;
  milliseconds: number;
  /** What was sent, in its order; nothing in the place of what is not kept. */
  parameters: [name: string, value: string | undefined][];
}

/**
 * How the library has answered a request: no more than what is at hand, because few sign-ins are ever looked at. What it
 * means is worked out by whoever does (`decisions.ts`).
 */
export interface Answered {
  route: string;
  status: number;
  refused: boolean;
  clientId: string | undefined;
  client: RegisteredClient | undefined;
  /** How it said who it is. */
  by: string | undefined;
  /** Of a request that begins a sign-in, and is in order: what it asks for, wherever it says so. */
  asked: Asked | undefined;
  /** The scope where it was said in the open, as it was said. */
  scope: string | undefined;
  way: ('pushed' | 'signed')[];
  prompt: Prompt | undefined;
  /** What the browser carries back to the app, and where to and how. */
  carried: string[] | undefined;
  to: string | undefined;
  mode: string | undefined;
  /** Of the browser's session. */
  acr: string | undefined;
  loginTs: number | undefined;
  grantType: string | undefined;
  /** Of an answer to a program, without what is handed out. */
  said: { members: string[]; scope: unknown; seconds: unknown; type: unknown; active: unknown } | undefined;
}

export type Asked = Record<
  'acr_values' | 'authorization_details' | 'claims' | 'code_challenge_method' | 'nonce' | 'scope' | 'state',
  unknown
>;

/** Why the library sent a browser to our pages. */
export interface Prompt {
  name: string;
  reasons: string[];
  details: Record<string, unknown>;
}

/** A value that an app or a browser was given, or brought: kept as it is, and read when somebody looks. */
export interface Token {
  kind: TokenKind;
  value: string;
}

export const tokenKinds = [
  'access_token',
  'id_token',
  'refresh_token',
  'code',
  'request_uri',
  'auth_req_id',
  'device_code',
  'dpop',
  'request',
] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Everything that is decided in a login, and everything that happens to one. */
export const decisionNames = [
  'client',
  'request',
  'prompt',
  'session',
  'page',
  'factor',
  'otp',
  'phone',
  'slowed',
  'signed-in',
  'consent',
  'given-up',
  'device',
  'code',
  'tokens',
  'claims',
  'introspection',
  'revocation',
  'signed-out',
  'told',
  'fault',
  'failure',
] as const;
export type DecisionName = (typeof decisionNames)[number];

export type Fact = string | number | boolean | readonly string[];

export interface Decision {
  decision: DecisionName;
  /** Whether it went well for the app; nothing where it is neither. */
  ok: boolean | undefined;
  facts: Record<string, Fact>;
  /** Of an error of the catalogue: what it says. */
  said?: Said | undefined;
}

/** An error of the catalogue with its facts in place. */
export interface Said {
  code: ErrorCode;
  vi: Explanation;
  en: Explanation;
}
