/** One thing said in both languages. */
export interface Bilingual {
  vi: string;
  en: string;
}

/** Where something is required. */
export interface Specification {
  title: string;
  url: string;
}

/** A fault as the lab is asked for it, without whom it is for. */
export interface FaultAsked {
  fault: string;
  endpoint?: string;
  claim?: string;
  seconds?: number;
}

/**
 * What the checker does by itself: a callback address is opened again or elsewhere, or without a part of it; or cookies of
 * before the login are used after it.
 */
export type OwnTrick = 'replay' | 'foreign-browser' | 'without-state' | 'old-cookies';

/** A sign-out at the provider, which tells the app. */
export type Logout = 'logout';

/**
 * One way in which a login is not as it should be, and what the app has to make of it.
 */
export interface Deviation {
  /** Family, what is wrong, and which of several: `id-token.missing-claim/nonce`. */
  name: string;
  /** What the provider is told to do wrong, or what the checker does itself. */
  does: FaultAsked | OwnTrick | Logout;
  /** MUST, SHOULD and MAY of RFC 2119: not to do it is a failure, a warning, a remark. */
  weight: 'must' | 'should' | 'may';
  /**
   * `refused`: nobody may be logged in. `accepted`: somebody has to be. `either`: the app may decide. `kept` and `ended`: who
   * has signed out at the provider is still logged in at the app, or is not.
   */
  expects: 'refused' | 'accepted' | 'either' | 'kept' | 'ended';
  /** The app has to stay on its feet: a page that can be read, in time, and the next proper login works. */
  sturdy?: true;
  /** The person gets no further than the provider, so that only the login after it says anything. */
  stays?: true;
  /** By TLS the app may trust the line instead of the signature (OIDC Core §3.1.3.7 (6)): then SHOULD. */
  unlessTls?: true;
  /** What the app has to have sent, or asked for, for this to say anything about it. */
  needs?: 'nonce' | 'state' | 'userinfo';
  /** Seconds that an app may take to come to know of it, such as until it may ask for keys again. */
  patience?: number;
  /** Somebody of the cast to whom it can happen; whoever signs in unless told. */
  person?: string;
  /** How many logins and logouts it takes; one unless told. */
  rounds?: number;
  /** From outside it can be seen only whether this went badly. */
  partly?: true;
  /** What is done, where the lab's vocabulary does not say. */
  about?: Bilingual;
  /** What the app has to do. */
  must: Bilingual;
  /** How it comes to do so. */
  fix: Bilingual;
  specification: Specification;
}

/** The part of a name before the first dot. */
export function familyOf({ name }: Pick<Deviation, 'name'>): string {
  return name.split('.')[0] ?? name;
}
