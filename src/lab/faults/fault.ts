/**
 * The faults that a tester can switch on: each a name, what it does, and what has to be said with it. This folder owns what
 * is on (`active.ts`), whose request it is (`whose.ts`), and for each family the place where it strikes. Nothing here
 * happens by itself, and nothing of one instance is seen by another.
 */
export interface Fault {
  about: { vi: string; en: string };
  /** What has to be said with it. */
  needs?: readonly Detail[];
  /** What may be said with it. */
  takes?: readonly Detail[];
  /** True where nobody in particular asks, as for the JWKS: then it is for everyone. */
  forEveryone?: true;
}

/** What may be said with a fault, beside whom it is for and how often. */
export type Detail = 'endpoint' | 'seconds' | 'share' | 'claim';

/** Where the provider is asked something. */
export const endpoints = [
  'token',
  'userinfo',
  'jwks',
  'discovery',
  'authorize',
  'par',
  'introspect',
  'revoke',
  'ciba',
  'device',
  'register',
  'logout',
] as const;
export type Endpoint = (typeof endpoints)[number];
