/**
 * The vocabulary of events: everything worth knowing that happens, by name. Parts emit; audit, metrics and the log
 * listen. An event carries facts for a reader of the audit, never a password, a code or a token.
 */
export interface Events {
  'login.failed': {
    uid: string;
    client: string;
    method: string;
    account?: string;
    reason: string;
    address: string;
    /** That nobody did it by hand: the bench signed somebody in. */
    through?: 'control';
  };
  'login.succeeded': {
    uid: string;
    client: string;
    account: string;
    acr: string;
    amr: string[];
    address: string;
    through?: 'control';
  };
  'login.refused': { uid: string; client: string; account?: string; reason: string; through?: 'control' };
  'otp.sent': { account: string; uid: string };
  'passkey.added': { account: string; passkey: string; algorithm: string; synced: boolean };
  'passkey.revoked': { account: string; passkey: string };
  /** A copy of the passkey may be about: its counter went back (WebAuthn Level 3 §6.1.1). */
  'passkey.suspected': { account: string; passkey: string; counter: number; known: number };
  'consent.given': { account: string; client: string; consent: string; items: string[]; through?: 'control' };
  'consent.refused': { account: string; client: string; through?: 'control' };
  'consent.withdrawn': { account: string; client: string; consent: string };
  'throttle.delayed': { key: string; failures: number; seconds: number };
  'token.issued': { client: string; account?: string; grantType: string };
  'token.refused': { client?: string; error: string; reason: string };
  'authorization.refused': { client?: string; error: string; reason: string };
  'passcode.locked': { account: string };
  'passcode.changed': { account: string };
  'account.locked': { account: string; reason: string };
  'activation.refused': { account?: string; step: string; reason: string; address: string };
  'phone.bound': { account: string; phone: string; name: string };
  'phone.ended': { account: string; phone: string; reason: string };
  'approval.asked': { approval: string; kind: string; account?: string; client?: string };
  'approval.answered': {
    approval: string;
    kind: string;
    state: string;
    reason?: string;
    account?: string;
    client?: string;
  };
  /** `citizen` is whose document it is: the account's holder, or one of those for whom they answer. */
  'document.shown': { account: string; citizen: string; kind: string };
  'document.checked': { account: string; citizen: string; kind: string; state: string };
  'ciba.unreachable': { client: string; reason: string };
  /** `address` is the device's. */
  'device.approved': { client: string; account: string; address: string };
  'device.refused': { client: string; reason: string };
  /** An app heard that a session of this person has ended. */
  'logout.told': { client: string; account: string; attempt: number };
  /** It did not; `again` is the number of seconds until the next try, absent when it is given up. */
  'logout.unheard': { client: string; account: string; attempt: number; reason: string; again?: number };
  /** Somebody was taken into the registry, or out of it as if they had never been there. */
  'citizen.added': { citizen: string };
  'citizen.changed': { citizen: string; members: string[] };
  'citizen.renumbered': { citizen: string; reason: string };
  'citizen.removed': { citizen: string };
  'account.opened': { account: string; level: number; kind: string };
  'account.changed': { account: string; members: string[] };
  'account.removed': { account: string };
  'password.changed': { account: string };
  'document.added': { citizen: string; document: string; kind: string };
  'document.changed': { citizen: string; document: string; kind: string };
  'document.removed': { citizen: string; document: string; kind: string };
  'organisation.added': { organisation: string };
  'organisation.changed': { organisation: string };
  'organisation.removed': { organisation: string };
  'mandate.given': { organisation: string; citizen: string; role: string };
  'mandate.ended': { organisation: string; citizen: string; role: string };
  'mandate.withdrawn': { organisation: string; citizen: string; role: string };
  /** A relying party registered itself, changed what it registered, or took it back. */
  'client.registered': { client: string; name: string };
  'client.changed': { client: string };
  'client.removed': { client: string };
  /** A browser was let into the lab of a shared sandbox. */
  'operator.entered': { address: string };
  /** Something was done at the bench that no event of its own tells of: which operation, and to what. */
  'operator.acted': { operation: string; about?: string };
  /** All that was known was replaced; `by` says how. */
  'state.replaced': { by: 'import' | 'reset'; citizens: number };
  'session.ended': { account?: string; client?: string };
  /** Somebody moved or stopped the time of this instance, from one moment to another. */
  'clock.moved': { how: string; from: string; to: string; frozen: boolean };
  /** A tester switched a fault on, for everyone or for this app and person. */
  'fault.set': { setting: string; fault: string; client?: string; account?: string };
  /** It was switched off; `met` is how often it had struck. */
  'fault.cleared': { setting: string; fault: string; met: number; client?: string; account?: string };
  /** An answer was broken on purpose. */
  'fault.struck': {
    setting: string;
    fault: string;
    client?: string;
    account?: string;
    endpoint?: string;
  };
  'keys.changed': { active: string[]; published: string[] };
  'request.failed': { code: string; status: number; path: string; method: string };
  'server.error': { message: string; path: string; method: string };
}

export type EventName = keyof Events;
type Listener<N extends EventName> = (payload: Events[N]) => void;
type AnyListener = <N extends EventName>(name: N, payload: Events[N]) => void;

export interface EventHub {
  emit<N extends EventName>(name: N, payload: Events[N]): void;
  on<N extends EventName>(name: N, listener: Listener<N>): void;
  /** Hears every event; audit, metrics and the log use it. */
  onAny(listener: AnyListener): void;
}

/** Makes a hub. Listeners run at once and in order; one that throws is the emitter's problem, so none should. */
export function createEvents(): EventHub {
  const named = new Map<EventName, Listener<never>[]>();
  const any: AnyListener[] = [];
  return {
    emit(name, payload) {
      for (const listener of named.get(name) ?? []) (listener as Listener<typeof name>)(payload);
      for (const listener of any) listener(name, payload);
    },
    on(name, listener) {
      named.set(name, [...(named.get(name) ?? []), listener]);
    },
    onAny(listener) {
      any.push(listener);
    },
  };
}
