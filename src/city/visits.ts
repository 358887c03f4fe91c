import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { IDToken, UserInfoResponse } from 'openid-client';
import type { Clock } from '../clock.ts';

/** A sign-in that has begun and not come back. */
export interface Pending {
  codeVerifier: string;
  nonce: string;
  state: string;
}

/** Who is signed in, as the provider has said. */
export interface SignedIn {
  name: string;
  claims: UserInfoResponse;
  idToken: IDToken;
  rawIdToken: string;
}

/**
 * The city's own sessions: an opaque cookie, everything else where all instances find it. A stranger's is gone after an
 * hour, that of whoever is signed in after eight.
 */
export interface Visits {
  /** Who is signed in in this browser. */
  citizen(ctx: Context): Promise<SignedIn | undefined>;
  /** Keeps a sign-in that begins in this browser, in place of an earlier one. */
  begin(ctx: Context, pending: Pending): Promise<void>;
  /** The sign-in that has begun in this browser; once, whatever comes back at the same moment, and wherever. */
  take(ctx: Context): Promise<Pending | undefined>;
  /** Signs in: a new visit with a new cookie, so that whoever knew the old one does not share it (session fixation). */
  signIn(ctx: Context, citizen: SignedIn): Promise<void>;
  end(ctx: Context): Promise<void>;
  /** Ends every visit of a session at the provider, in whatever browser, as its `sid` names it. */
  endSession(sid: string): Promise<void>;
}

/** What keeps visits, for all instances; each operation is done wholly or not at all, and nothing that is over is found. */
export interface KeepsVisits {
  find(id: string): Promise<{ citizen: string | null } | undefined>;
  add(visit: KeptVisit): Promise<void>;
  /** Puts a sign-in that begins into a visit, which then lasts until `until` if it is a stranger's; false when there is none. */
  begin(id: string, pending: string, until: number): Promise<boolean>;
  /** Takes out the sign-in that has begun: exactly one caller gets it. */
  take(id: string): Promise<string | undefined>;
  drop(id: string): Promise<void>;
  dropSession(sid: string): Promise<void>;
}

export interface KeptVisit {
  /** Of the cookie, from which nobody finds the cookie. */
  id: string;
  /** JSON. */
  pending: string | null;
  /** JSON. */
  citizen: string | null;
  sid: string | null;
  /** Milliseconds since 1970. */
  expires_at: number;
}

/** Milliseconds. */
const [strangers, citizens] = [3_600_000, 8 * 3_600_000];

/** @param kept where they are; it knows the same time as `clock` */
export function createVisits({ clock, kept, secure }: { clock: Clock; kept: KeepsVisits; secure: boolean }): Visits {
  const cookie = secure ? '__Host-city.visit' : 'city.visit';

  /** As it is kept: who reads what is kept gets into no visit. */
  function idOf(ctx: Context): string | undefined {
    const value = ctx.cookies.get(cookie, { signed: false });
    return value === undefined ? undefined : hash(value);
  }

  async function open(ctx: Context, visit: Omit<KeptVisit, 'id'>): Promise<void> {
    const value = randomBytes(32).toString('base64url');
    await kept.add({ ...visit, id: hash(value) });
    ctx.cookies.set(cookie, value, { signed: false, httpOnly: true, sameSite: 'lax', secure, overwrite: true });
  }

  async function drop(ctx: Context): Promise<void> {
    const id = idOf(ctx);
    if (id !== undefined) await kept.drop(id);
  }

  return {
    async citizen(ctx) {
      const id = idOf(ctx);
      const { citizen } = (id !== undefined && (await kept.find(id))) || { citizen: null };
      return citizen === null ? undefined : (JSON.parse(citizen) as SignedIn);
    },
    async begin(ctx, begun) {
      const [id, pending, until] = [idOf(ctx), JSON.stringify(begun), clock.now() + strangers];
      if (id !== undefined && (await kept.begin(id, pending, until))) return;
      await open(ctx, { pending, citizen: null, sid: null, expires_at: until });
    },
    async take(ctx) {
      const id = idOf(ctx);
      const pending = id === undefined ? undefined : await kept.take(id);
      return pending === undefined ? undefined : (JSON.parse(pending) as Pending);
    },
    async signIn(ctx, citizen) {
      await drop(ctx);
      const until = clock.now() + citizens;
      const sid = String(citizen.idToken.sid);
      await open(ctx, { pending: null, citizen: JSON.stringify(citizen), sid, expires_at: until });
    },
    async end(ctx) {
      await drop(ctx);
      ctx.cookies.set(cookie, null, { signed: false, overwrite: true, secure, httpOnly: true, sameSite: 'lax' });
    },
    endSession: (sid) => kept.dropSession(sid),
  };
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
