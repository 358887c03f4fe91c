/** What pages are given to show. Only what a reader sees: no ids of rows, no secrets. */

/** The app that asks someone to sign in. */
export interface ClientShown {
  name: string;
  /** Who runs it: the controller of the data that will be shared. */
  owner: string;
  purpose: string;
  /** `https://ihanoi.example`: where the person will be sent back to. Empty when it is nowhere. */
  origin: string;
  /** What it says of personal data, and on what terms it is used. */
  policyUri?: string | undefined;
  termsUri?: string | undefined;
  /** True when it is another device that will be signed in (RFC 8628). */
  elsewhere?: boolean;
}

/** What went wrong with what was just sent, and what to do next. */
export interface Problem {
  text: string;
  next: string;
  /** The field to correct, when it is one. */
  field?: 'login' | 'password' | 'otp' | 'passkey' | 'passcode' | 'number' | 'code' | 'card' | 'user_code';
}

/** One purpose that someone may agree to, and the data it needs. */
export interface PurposeShown {
  id: string;
  text: string;
  required: boolean;
  items: ItemShown[];
}

/** One thing that would be shared. */
export interface ItemShown {
  label: string;
  value: string;
  sensitive: boolean;
  /** Sent with the proof of how it is known. */
  proof?: boolean;
}

/** One of the cast, on the home page. */
export interface CastShown {
  number: string;
  fullName: string;
  /** What this person is for. */
  case: string;
  level?: 1 | 2;
  /** Shown only with an account. `active`, `locked` or `closed` are said in the reader's language; anything else is shown as it is. */
  state: string;
  /** Whether a phone with the app is bound to the account. */
  phone?: boolean;
  /** SVG drawn by this program. */
  portrait?: string;
  /** Lab only: where what was sent to this person can be read. */
  inbox?: string | undefined;
}

/** One row of the claims table. */
export interface ClaimShown {
  scope: string;
  claim: string;
  meaning: string;
  example: string;
}

/** One thing that was sent to a citizen. */
export interface MessageShown {
  kind: 'otp' | 'notice' | 'receipt';
  /** `sms`, `app` or `email` are said in the reader's language; anything else is shown as it is. */
  channel: string;
  recipient: string;
  title: string;
  text: string;
  code: string | null;
  /** ISO 8601, shown in Viet Nam's time; anything else is shown as it is. */
  sentAt: string;
}

/** A label and what it stands for. */
export interface Fact {
  label: string;
  value: string;
}
