import { createHmac } from 'node:crypto';
import type { KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { Clients } from './clients/clients.ts';
import { isHigh } from './clients/profile-rules.ts';
import { Provider } from './library.ts';

/** Milliseconds in which a client whose answer got lost may ask once more. */
const retryGrace = 10_000;

/** A token that is bound to a key of its client is not rotated (FAPI 2.0 Security Profile §5.3.2.1). */
export function rotates(clients: Clients) {
  return ({ oidc }: KoaContextWithOIDC): boolean => !isHigh(clients, oidc.client);
}

/**
 * Refresh tokens are good once, and a copy that comes back ends the whole grant (RFC 9700 §4.14.2). But answers get lost
 * on the way, and tabs of one app refresh at once. So what follows a refresh token is derived from it: whoever asks again
 * within ten seconds gets the very same next one, as long as that has not been used. A thief who is as quick then holds what
 * the client holds, and the first of the two to be late ends the grant for both.
 */
export function forgiveRetries(
  provider: ProviderType,
  { artifacts, clock, secret }: { artifacts: ArtifactStore; clock: Clock; secret: Buffer },
): void {
  const nextOf = (id: string): string => createHmac('sha256', secret).update(id).digest('base64url');

  async function honestRetry(id: string): Promise<boolean> {
    const consumed = (await artifacts.get('RefreshToken', id))?.consumed;
    // a tester's clock may go back as well
    if (typeof consumed !== 'number' || Math.abs(clock.now() - consumed * 1000) > retryGrace) return false;
    return (await artifacts.get('RefreshToken', nextOf(id)))?.consumed === undefined;
  }

  const model = provider.RefreshToken as unknown as RefreshTokens;
  const { find } = model;
  const { consume, generateTokenId } = model.prototype;
  Object.assign(model, {
    async find(this: RefreshTokens, ...args: unknown[]) {
      const token = await find.apply(this, args);
      // the library ends the grant of whatever it finds consumed
      if (token?.consumed && Provider.ctx?.oidc.route === 'token' && (await honestRetry(token.jti)))
        token.consumed = undefined;
      return token;
    },
  });
  Object.assign(model.prototype, {
    async consume(this: RefreshToken) {
      if ((await artifacts.consume('RefreshToken', this.jti)) || (await honestRetry(this.jti))) return;
      await consume.call(this);
    },
    generateTokenId(this: RefreshToken) {
      const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken as RefreshToken | undefined;
      return rotated ? nextOf(rotated.jti) : generateTokenId.call(this);
    },
  });
}

/** What is touched of the library's model. */
interface RefreshToken {
  jti: string;
  consumed: unknown;
  consume(): Promise<void>;
  generateTokenId(): string;
}
interface RefreshTokens {
  find(...args: unknown[]): Promise<RefreshToken | undefined>;
  prototype: RefreshToken;
}
