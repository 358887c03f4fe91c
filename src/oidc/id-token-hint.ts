import { decodeJwt } from 'jose';
import type { Provider as ProviderType } from 'oidc-provider';
import { flawOf } from './keys/jwt-form.ts';

/**
 * Has an `id_token_hint` be an ID token. The library looks at who signed it and for whom, which is true of other tokens of
 * this provider as well: of logout tokens, and of signed answers of /userinfo and /introspect (RFC 8725 §3.12).
 */
export function onlyIdTokensAreHints(provider: ProviderType): void {
  const tokens = provider.IdToken as unknown as {
    validate(token: string, client: unknown): Promise<{ header: Members; payload: Members }>;
  };
  const { validate } = tokens;
  tokens.validate = async (token, client) => {
    const flaw = flawOf(token);
    if (flaw !== undefined) throw new Error(flaw);
    const hint = await validate.call(tokens, token, client);
    // every ID token of ours tells when its person signed in, and has no type (see `claims` in settings.ts)
    if (hint.header.typ !== undefined || hint.payload.auth_time === undefined) throw new Error('not an ID token');
    return hint;
  };
}

/** Whom a request names by its `id_token_hint`, which the library has looked at when it came; undefined without one. */
export function hintedSubject({ id_token_hint: hint }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof hint === 'string' ? decodeJwt(hint).sub : undefined;
}

type Members = Record<string, unknown>;
