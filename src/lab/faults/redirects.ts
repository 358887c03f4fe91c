import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { errors } from '../../oidc/library.ts';
import type { ArtifactStore } from '../../store/artifacts.ts';
import type { About, ActiveFaults } from './active.ts';
import { another, otherIssuer } from './lies.ts';

/** What an authorization response says. */
type Said = Record<string, string | undefined>;

/** Errors that the app is answered, right where it asks. */
const refusals = {
  'authorize.access-denied': errors.AccessDenied,
  'authorize.login-required': errors.LoginRequired,
  'authorize.temporarily-unavailable': errors.TemporarilyUnavailable,
};

/** What the browser brings back to the app: state, iss and code, in the open or signed (JARM), or an error. */
export function createRedirects({ active, artifacts }: { active: ActiveFaults; artifacts: ArtifactStore }) {
  /** Another issuer for the response of this request, or none (`null`), where the library signs it. */
  const issuers = new WeakMap<object, string | null>();
  const codes = new WeakMap<object, string>();

  function change(ctx: KoaContextWithOIDC, said: Said): void {
    if (active.count() === 0) return;
    const about = aboutOf(ctx);
    const signed = String(ctx.oidc.params?.response_mode ?? '').includes('jwt');
    // in a signed response the library puts iss where it signs; see `tokens.ts`
    const issuer = (other: string | null) => {
      if (signed) issuers.set(ctx, other);
      else if (said.iss === undefined) return false;
      else said.iss = other ?? undefined;
      return true;
    };
    const changes: Record<string, () => boolean> = {
      'authorize.wrong-state': () => said.state !== undefined && Boolean((said.state = another(said.state))),
      'authorize.no-state': () => said.state !== undefined && delete said.state,
      'authorize.no-iss': () => issuer(null),
      'authorize.wrong-iss': () => issuer(otherIssuer),
      'authorize.replayed-code': () => said.code !== undefined && Boolean(codes.set(ctx, said.code)),
    };
    for (const setting of active.at('authorize.', about)) if (changes[setting.fault]?.()) active.struck(setting, about);
  }

  return {
    /** Listens before the response is written, which is of the very object that the event brings. */
    attach(provider: Provider): void {
      provider.on('authorization.success', (ctx, said) => change(ctx, said as Said));
    },

    /** @throws one of the library's errors, which goes to the app with its state and our iss */
    refuse(ctx: KoaContextWithOIDC): void {
      const asked = ctx.oidc.route === 'authorization' || ctx.oidc.route === 'resume';
      if (active.count() === 0 || !asked) return;
      const about = aboutOf(ctx);
      for (const [fault, Refusal] of Object.entries(refusals)) {
        const [setting] = active.at(fault, about);
        if (!setting) continue;
        active.struck(setting, about);
        throw Object.assign(new Refusal('the lab has this fault on'), { statusCode: 303, expose: true });
      }
    },

    issuerIn: (ctx: KoaContextWithOIDC | undefined) => (ctx ? issuers.get(ctx) : undefined),

    /** Uses the code up before the browser has it. */
    async after(ctx: Context): Promise<void> {
      const code = codes.get(ctx);
      if (code !== undefined) await artifacts.consume('AuthorizationCode', code);
    },
  };
}

function aboutOf({ oidc }: KoaContextWithOIDC): About {
  return { client: oidc.client?.clientId, account: oidc.account?.accountId };
}
