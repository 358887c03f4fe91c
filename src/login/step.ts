import type { Context } from 'koa';
import type { InteractionResults } from 'oidc-provider';
import type { Account } from '../accounts/accounts.ts';
import type { Explanation } from '../errors.ts';
import type { AuthenticationLevel, Method } from '../levels.ts';
import type { RegisteredClient } from '../oidc/clients/clients.ts';
import type { Need, Transaction } from '../oidc/policy.ts';
import type { Form } from '../web/forms.ts';
import type { Page } from '../web/language.ts';
import type { Source } from '../web/streams.ts';
import type { StepName } from './order.ts';
import type { Approved } from './progress.ts';

/**
 * What a step of a login is. Steps never call each other and never decide what comes next: they show a page, look at
 * what was sent back, and return what they found to the hub.
 */
export interface Step {
  /** Once, when the hub first comes to this step: the moment to send a code. */
  enter?(login: Login): Promise<void>;
  show(login: Login, again?: Retry): Promise<unknown>;
  submit(login: Login, form: { fields: Form; all(name: string): string[] }): Promise<Outcome>;
  /** Once the walk is over, when it came to this step: what was asked of somebody is asked no more. */
  leave?(login: Login): Promise<void>;
  /** What the page of this step follows live. */
  follow?(login: Login): Promise<Source>;
}

/** One walk of one browser through the pages, as the hub hands it to a step. */
export interface Login {
  /** Names the walk; it is in the address and bound to the browser by a cookie. */
  uid: string;
  ctx: Context;
  /** What the page of a step needs to know of the request; most answers are led on, and ask for none. */
  page(): Page;
  client: RegisteredClient;
  /** Parameters of the authorization request. */
  params: Readonly<Record<string, unknown>>;
  need: Need;
  /** Scopes and single claims nobody has decided about yet; undefined when all are to be decided again. */
  undecided: readonly string[] | undefined;
  /** Who is signing in, once that is known. */
  account: Account | undefined;
  /** What has been proven in this walk. */
  used: readonly Method[];
  /** Steps that may come now, the usual one first; the page of one leads to the others. */
  ways: readonly StepName[];
  /** The level to go on with as it is, when an app would make do with less than it asked for. */
  enough: AuthenticationLevel | undefined;
  /** What is to be approved on the phone, word for word. */
  transaction: Transaction | undefined;
  /** Peer address, for the throttle and the audit. */
  address: string;
  /** True when another device is signed in by it (RFC 8628). */
  elsewhere: boolean;
  /** Hidden value of every form of this walk. */
  csrf: string;
  /** That the bench walks in place of a person, for the audit. */
  through?: 'control';
}

/** What a step found. */
export type Outcome =
  /** The person proved something; `account` is who they are. */
  | { kind: 'proved'; methods: readonly Method[]; account: Account }
  /** The phone approved the transaction. */
  | { kind: 'approved'; approved: Approved }
  /** Something was done that asks for the same page again, such as a new code. */
  | { kind: 'again' }
  /** What was sent is not right; the page is shown again with what was typed. */
  | { kind: 'retry'; retry: Retry }
  /** The walk is over: the provider is told this. */
  | { kind: 'finish'; result: InteractionResults };

export interface Retry {
  status: number;
  problem: Explanation & { field?: 'login' | 'password' | 'otp' | 'passkey' };
  /** What was typed, to be shown again; never a password or code. */
  typed?: { login?: string };
  headers?: Record<string, string>;
  /** Id of a passkey that belongs to nobody any more: the browser is told, so that it no longer offers it. */
  unknownPasskey?: string;
}
