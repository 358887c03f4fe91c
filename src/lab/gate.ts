import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { createSeal } from '../seal.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/** Who may use the lab of a shared sandbox: whoever has the operator's token, or a browser that the operator let in. */
export interface Gate {
  /** Answers 404 to everyone else, as if there were no lab. */
  middleware: Middleware;
  /** A link that lets one browser in, once, within a minute. */
  link(): Promise<{ url: string; expiresAt: number }>;
}

export interface GateParts extends Pick<Config, 'mode' | 'operatorToken'> {
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
  cookiePrefix: string;
  issuer: string;
  /** 32 bytes, for nothing else. */
  secret: Buffer;
}

const linkSeconds = 60;
/** A working day; then the operator asks for another link. */
const hours = 8;
const kind = 'OperatorLink';
const entrance = '/lab/enter/';

/**
 * The lab is powerful: it reads codes and acts for people. On one machine it is open; in sandbox mode it answers 404
 * to everyone without the operator's token, as if it were not there, and no token means no lab. Browsers send no such
 * token, so the operator gets a link for one, which is good once.
 */
export function createGate(parts: GateParts): Gate {
  const { artifacts, clock, cookiePrefix, events, issuer, mode, operatorToken, secret } = parts;
  const cookie = `${cookiePrefix}vneid.operator`;
  // good here and not at another tenant; another token ends what was let in by the one before
  const seal = createSeal(secret);
  const letIn = (end: string) => `${issuer} ${end} ${operatorToken}`;

  function hasToken(ctx: Context): boolean {
    const [scheme, given] = ctx.get('authorization').split(' ');
    return scheme === 'Bearer' && same(given ?? '', operatorToken);
  }

  function wasLetIn(ctx: Context): boolean {
    const [end = '', given = ''] = (ctx.cookies.get(cookie, { signed: false }) ?? '').split('.');
    return seal.fits(letIn(end), given) && Number(end) > clock.now();
  }

  async function enter(ctx: Context): Promise<void> {
    const code = ctx.path.slice(entrance.length);
    if (!(await artifacts.take(kind, digest(code).toString('base64url')))) throw problem('lab.closed');
    const end = String(clock.now() + hours * 3_600_000);
    ctx.cookies.set(cookie, `${end}.${seal.of(letIn(end))}`, {
      signed: false,
      httpOnly: true,
      sameSite: 'strict',
      secure: true,
      overwrite: true,
      maxAge: hours * 3_600_000,
    });
    ctx.set('Cache-Control', 'no-store');
    // not by a redirect: a strict cookie is not sent on one that began at another site's link
    ctx.type = 'html';
    ctx.body = '<!doctype html><meta http-equiv="refresh" content="0; url=../console"><a href="../console">VNeID</a>';
    events.emit('operator.entered', { address: ctx.ip });
  }

  return {
    middleware(ctx, next) {
      // the routers do not mind the case of an address, so the gate must not either
      if (mode === 'lab' || !ctx.path.toLowerCase().startsWith('/lab')) return next();
      if (operatorToken === '') throw problem('lab.closed');
      if (hasToken(ctx) || wasLetIn(ctx)) return next();
      if (ctx.method === 'GET' && ctx.path.startsWith(entrance)) return enter(ctx);
      throw problem('lab.closed');
    },
    async link() {
      const expiresAt = clock.now() + linkSeconds * 1000;
      if (mode === 'lab') return { url: `${issuer}/lab/console`, expiresAt };
      const code = randomBytes(32).toString('base64url');
      await artifacts.put(kind, digest(code).toString('base64url'), {}, Math.ceil(expiresAt / 1000));
      return { url: `${issuer}${entrance}${code}`, expiresAt };
    },
  };
}

/** Compared as hashes, so that neither content nor length shows in the time it takes. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
