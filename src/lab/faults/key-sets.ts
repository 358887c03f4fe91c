import type { Context } from 'koa';
import type { JWK } from 'jose';
import type { KeyRing } from '../../oidc/keys/keys.ts';
import type { ActiveFaults, Setting } from './active.ts';
import { otherIssuer } from './lies.ts';
import type { Strangers } from './strangers.ts';

/** Milliseconds for which keys stay published that were rotated away. */
const retire = 3_600_000;

/** What the provider says of itself: the JWKS and the discovery document. It is asked by nobody in particular. */
export function createKeySets(parts: { active: ActiveFaults; keys: KeyRing; strangers: Strangers }) {
  const { active, keys, strangers } = parts;
  const before = new WeakMap<Setting, JWK[]>();

  const shown: Record<string, (set: JWK[], setting: Setting) => Promise<JWK[]> | JWK[]> = {
    'jwks.without-key'(set) {
      const inUse = new Set(keys.list().flatMap(({ kid, state }) => (state === 'in-use' ? [kid] : [])));
      const other = (jwk: JWK) => strangers.jwk(String(jwk.alg), `${jwk.kid}-of-another`);
      return Promise.all(set.map(async (jwk) => (inUse.has(String(jwk.kid)) ? other(jwk) : jwk)));
    },
    async 'jwks.duplicate-kid'(set) {
      const twice = set.map(async (jwk) => [await strangers.jwk(String(jwk.alg), String(jwk.kid)), jwk]);
      return (await Promise.all(twice)).flat();
    },
    'jwks.stale': (set, setting) => {
      const offered = new Set(set.map(({ alg }) => alg));
      return (before.get(setting) ?? set).filter(({ alg }) => offered.has(alg));
    },
  };

  return {
    /** Some of them are something that happens when they are set. */
    async begin(setting: Setting): Promise<void> {
      if (setting.fault !== 'jwks.stale' && setting.fault !== 'jwks.rotated') return;
      before.set(setting, keys.signingKeys().map(publicPart));
      await keys.rotate({ announce: 0, retire });
      if (setting.fault === 'jwks.rotated') active.struck(setting, {});
    },

    /** Changes what was answered, and has nobody keep it. */
    async after(ctx: Context, endpoint: 'jwks' | 'discovery'): Promise<void> {
      const settings = active.at(`${endpoint}.`, {}).filter(({ fault }) => fault !== 'jwks.rotated');
      if (settings.length === 0 || ctx.status !== 200) return;
      let document = ctx.body as { keys: JWK[]; issuer: string };
      for (const setting of settings.filter((one) => active.struck(one, { endpoint }))) {
        const change = shown[setting.fault];
        document = change
          ? { ...document, keys: await change(document.keys, setting) }
          : { ...document, issuer: otherIssuer };
      }
      const { type } = ctx;
      ctx.body = document;
      ctx.type = type;
      ctx.set('Cache-Control', 'no-store');
    },
  };
}

function publicPart({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...jwk }: JWK): JWK {
  return jwk;
}
