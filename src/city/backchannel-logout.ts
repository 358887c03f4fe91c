import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Context } from 'koa';
import type { Configuration } from 'openid-client';
import { readForm } from '../web/forms.ts';
import type { Visits } from './visits.ts';

/**
 * Hears from the provider that a session has ended there (OpenID Connect Back-Channel Logout 1.0), and ends the visits
 * that came of it here. What is no logout token for this app ends nothing, and is answered with 400.
 */
export function hearLogouts({
  discover,
  keys,
  visits,
}: {
  discover: () => Promise<Configuration>;
  /** Those of the provider. */
  keys: () => Promise<JWTVerifyGetKey>;
  visits: Visits;
}): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const { fields } = await readForm(ctx);
    const configuration = await discover();
    const { issuer } = configuration.serverMetadata();
    ctx.set('Cache-Control', 'no-store');
    try {
      const { payload } = await jwtVerify(fields.get('logout_token') ?? '', await keys(), {
        issuer,
        audience: configuration.clientMetadata().client_id,
        typ: 'logout+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['iat', 'jti', 'exp', 'sid'],
      });
      const events = payload.events as Record<string, unknown> | undefined;
      if (!events?.['http://schemas.openid.net/event/backchannel-logout'] || 'nonce' in payload)
        throw new Error('not about a logout');
      await visits.endSession(String(payload.sid));
      ctx.status = 200;
      ctx.body = '';
    } catch (cause) {
      ctx.status = 400;
      ctx.body = { error: 'invalid_request', error_description: (cause as Error).message };
    }
  };
}
