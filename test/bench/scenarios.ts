import type { OperationName } from './operations.ts';
import type { TargetName } from './targets.ts';

/** What ours has to keep to beside another server: CPU of ours at most so many times theirs, or work for a CPU second at least. */
export interface Bar {
  ours: TargetName;
  theirs: TargetName;
  cost?: number;
  rate?: number;
}

export interface Scenario {
  title: string;
  /** What one operation is. */
  does: string;
  bars: readonly Bar[];
  /** Servers of other makes that ours is to be ahead of, so many times in work for a CPU second. */
  ahead: number;
  /** What takes turns with it at some servers, where one is measured by what it costs beyond the other. */
  beside?: { scenario: OperationName; at: readonly TargetName[] };
  /** Seconds that it may be measured at most, where something runs out. */
  longest?: number;
  /** How many times as long as others it is measured, where what counts is a difference: both have to meet a quiet moment. */
  times?: number;
}

/** Makes of others that ours is measured against, where they can do the same. */
export const rivals: readonly TargetName[] = ['keycloak', 'glewlwyd', 'mockpass'];

const cost = (ours: TargetName, theirs: TargetName, most: number): Bar => ({ ours, theirs, cost: most });
const rate = (ours: TargetName, theirs: TargetName, least: number): Bar => ({ ours, theirs, rate: least });

/** Everything that servers are asked for, and the bars. A server does what it can; see `targets`. */
export const scenarios: Record<OperationName, Scenario> = {
  discovery: {
    title: 'discovery',
    does: 'one request for the discovery document',
    bars: [rate('memory', 'bare', 2)],
    ahead: 1,
  },
  jwks: { title: 'JWKS', does: 'one request for the keys', bars: [rate('memory', 'bare', 2)], ahead: 1 },
  token: {
    title: 'client credentials',
    does: 'a token for the client itself, a JWT by ES256 where the server has a choice',
    bars: [rate('memory', 'bare', 0.9)],
    ahead: 1,
  },
  introspection: {
    title: 'introspection',
    does: 'what an access token is good for',
    bars: [rate('memory', 'bare', 0.9)],
    ahead: 1,
  },
  userinfo: {
    title: 'userinfo',
    does: 'claims by an access token',
    bars: [rate('memory', 'bare', 0.9)],
    ahead: 1,
  },
  refresh: { title: 'refresh', does: 'new tokens for a refresh token, which is replaced', bars: [], ahead: 1 },
  session: {
    title: 'code flow with a session',
    does: 'authorization in a browser that is signed in, and the tokens',
    bars: [cost('memory', 'bare', 1.5)],
    ahead: 1,
  },
  login: {
    title: 'full login without password',
    does: 'a new browser, all pages, the tokens; whoever comes is believed',
    bars: [cost('memory', 'bare', 1.2), cost('sqlite', 'bare-sqlite', 1), cost('redis', 'bare-redis', 1)],
    ahead: 5,
  },
  passkey: {
    title: 'full login by passkey',
    does: 'the same, and an ES256 passkey is verified',
    bars: [],
    ahead: 5,
    beside: { scenario: 'login', at: ['bare', 'memory'] },
    times: 4,
  },
  qr: { title: 'full login by QR', does: 'the same, and a phone reads a code and says yes', bars: [], ahead: 5 },
  password: {
    title: 'full login with password',
    does: 'a new browser, all pages, a password hashed as the server hashes them, the tokens',
    bars: [],
    ahead: 5,
  },
  code: {
    title: 'full login with password and code',
    does: 'the same and a one-time code, read in the inbox',
    bars: [],
    ahead: 5,
    // an account gets five codes in ten minutes
    longest: 10,
  },
  mix: {
    title: "login.gov's mix",
    does: 'sign-ins of all kinds and failures; see mix.ts',
    bars: [],
    ahead: 1,
    longest: 10,
  },
};

/** In order; passwords come last, as they are not looked at before. */
export const scenarioNames = Object.keys(scenarios) as OperationName[];
/** Of these a password has to be right. */
export const withPasswords: readonly OperationName[] = ['password', 'code', 'mix'];
