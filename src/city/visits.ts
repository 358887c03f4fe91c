import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { IDToken, UserInfoResponse } from 'openid-client';
import type { Clock } from '../clock.ts';

/** What the city keeps of a browser. */
export interface Visit {
  /** A sign-in that has begun and not come back. */
  pending?: { codeVerifier: string; nonce: string; state: string } | undefined;
  citizen?: { name: string; claims: UserInfoResponse; idToken: IDToken; rawIdToken: string; since: number } | undefined;
}

/** The city's own sessions: an opaque cookie, everything else on the server, gone after eight hours or a restart. */
export interface Visits {
  /** The visit of this browser; an empty one, kept nowhere, when there is none. */
  of(ctx: Context): Visit;
  /** The visit of this browser, begun now if there is none. */
  open(ctx: Context): Visit;
  /** A new visit with a new cookie; the old one is gone. */
  renew(ctx: Context): Visit;
  end(ctx: Context): void;
  /** Ends every visit of a session at the provider, in whatever browser, as its `sid` names it. */
  endSession(sid: string): void;
}

const lifetime = 8 * 3_600_000;
const most = 10_000;

export function createVisits({ clock, secure }: { clock: Clock; secure: boolean }): Visits {
  const kept = new Map<string, { visit: Visit; until: number }>();
  const cookie = secure ? '__Host-city.visit' : 'city.visit';

  function find(ctx: Context): Visit | undefined {
    const entry = kept.get(ctx.cookies.get(cookie, { signed: false }) ?? '');
    return entry && entry.until > clock.now() ? entry.visit : undefined;
  }

  function begin(ctx: Context): Visit {
    for (const [id, { until }] of kept) {
      // the oldest come first; a city with too many visitors forgets the oldest
      if (until > clock.now() && kept.size < most) break;
      kept.delete(id);
    }
    const id = randomBytes(32).toString('base64url');
    const visit: Visit = {};
    kept.set(id, { visit, until: clock.now() + lifetime });
    ctx.cookies.set(cookie, id, { signed: false, httpOnly: true, sameSite: 'lax', secure, overwrite: true });
    return visit;
  }

  const visits: Visits = {
    of: (ctx) => find(ctx) ?? {},
    open: (ctx) => find(ctx) ?? begin(ctx),
    renew(ctx) {
      visits.end(ctx);
      return begin(ctx);
    },
    end(ctx) {
      kept.delete(ctx.cookies.get(cookie, { signed: false }) ?? '');
      ctx.cookies.set(cookie, null, { signed: false, overwrite: true, secure, httpOnly: true, sameSite: 'lax' });
    },
    endSession(sid) {
      for (const [id, { visit }] of kept) if (visit.citizen?.idToken.sid === sid) kept.delete(id);
    },
  };
  return visits;
}
