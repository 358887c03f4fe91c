import type { Context } from 'koa';
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { errors } from '../library.ts';
import { type Decided, withStrongDefaults } from './profile.ts';
import {
  asHttps,
  type Checked,
  httpsOnly,
  inconsistency,
  notePlain,
  ordinaryScopes,
  registration,
  subjectTypeOf,
} from './registration.ts';

/**
 * Relying parties that register themselves (OpenID Connect Dynamic Client Registration 1.0, RFC 7591) and manage what they
 * registered (RFC 7592): anyone in the lab, in a sandbox whoever has an initial access token from its operator.
 */
export function registrationFeatures({ open }: { open: boolean }) {
  return {
    registration: { enabled: true, initialAccessToken: !open },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
  } satisfies Configuration['features'];
}

/** What a registration of ours has beyond the standard's: the same members as in a clients file. */
const own = ['profile', 'owner', 'minimum_level', 'fresh', 'purposes'];

/** Their shape, and that of the standard's own. Which grants and types of response there are, the library says. */
const shape = z.looseObject({
  ...registration.shape,
  grant_types: z.array(z.string()).optional(),
  response_types: z.array(z.string()).optional(),
});

/** Which members were registered by http, for the library is told of https. */
const byHttp = 'registered_by_http';

/**
 * @param localNetwork true where relying parties may speak plain http
 * @param clients where it is noted which do
 */
export function extraClientMetadata({
  localNetwork,
  clients,
}: {
  localNetwork: boolean;
  clients: { plain: Map<string, string> };
}): NonNullable<Configuration['extraClientMetadata']> {
  return {
    properties: [...own, byHttp],
    validator(ctx, key, _value, metadata) {
      // once for each registration
      if (key !== byHttp) return;
      // without a request it comes from a file, or from where it was kept, and has been looked at
      if (ctx) shapeOf(metadata);
      if (localNetwork) tellOfHttps(ctx, metadata, clients.plain);
      else refuseHttp(metadata);
      if (!ctx) return;
      decide(ctx, metadata);
      checkKept(metadata);
    },
  };
}

type Written = Decided & Record<string, unknown>;

function tellOfHttps(ctx: KoaContextWithOIDC | undefined, metadata: Written, plain: Map<string, string>): void {
  // without a request it comes from where it was kept
  const written = ctx ? metadata : asRegistered(metadata);
  // nobody fetches it: where a browser begins, OIDC Core §4 has https of all who do not write a clients file by hand
  const names = httpsOnly.filter(
    (name) => (!ctx || name !== 'initiate_login_uri') && String(written[name]).startsWith('http:'),
  );
  for (const name of names) {
    notePlain(plain, String(written[name]));
    metadata[name] = asHttps(String(written[name]));
  }
  metadata[byHttp] = names.length > 0 ? names : undefined;
}

/** In a shared installation nothing is fetched, and nothing announced, by http (see `fetch.ts`). */
function refuseHttp(metadata: Written): void {
  delete metadata[byHttp];
  const name = ['jwks_uri', 'backchannel_logout_uri'].find((item) => String(metadata[item]).startsWith('http:'));
  if (name !== undefined) throw new errors.InvalidClientMetadata(`${name} must be a https uri`);
}

/** What was registered, of what the library keeps. */
export function asRegistered(metadata: Record<string, unknown>): Record<string, unknown> {
  const { [byHttp]: plain, ...kept } = metadata;
  for (const name of httpsOnly)
    if (Array.isArray(plain) && plain.includes(name)) kept[name] = String(kept[name]).replace(/^https:/, 'http:');
  return kept;
}

/** Who registered is told what they registered. */
export async function answerAsRegistered(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  await next();
  if (!ctx.path.startsWith('/register') || ctx.status >= 300 || typeof ctx.body !== 'object' || !ctx.body) return;
  ctx.body = asRegistered(ctx.body as Record<string, unknown>);
}

/**
 * What stands where the registration said nothing. By now the library has put its own choice there, which is not the
 * client's wish.
 */
function decide({ oidc }: KoaContextWithOIDC, metadata: Written): void {
  // null is as if it were not there, and so is nothing (RFC 7592 §2.2)
  const told = Object.entries(oidc.body ?? {}).filter(([, value]) => value !== null && value !== '');
  const said: Record<string, unknown> = Object.fromEntries(told);
  metadata.scope ??= ordinaryScopes;
  // who says for which grants it registers and names none that begins in a browser waits for no code (RFC 7591 §2.1)
  const { response_types: types, grant_types: grants } = said;
  const inBrowser = ['authorization_code', 'implicit'];
  if (types === undefined && Array.isArray(grants) && !grants.some((grant) => inBrowser.includes(String(grant))))
    metadata.response_types = [];
  if (said.subject_type === undefined) {
    const hosts = new Set((metadata.redirect_uris ?? []).map((item) => URL.parse(item)?.host));
    // nobody is asked back: with several hosts and nothing that names the sector there is no pairwise subject (OIDC Core §8.1)
    metadata.subject_type =
      hosts.size > 1 && metadata.sector_identifier_uri === undefined
        ? 'public'
        : subjectTypeOf({ ...metadata, subject_type: undefined } as unknown as Checked);
  }
  if (metadata.profile === 'high') {
    const wishes = Object.fromEntries(Object.entries(metadata).filter(([name]) => name in said));
    Object.assign(metadata, withStrongDefaults(wishes as Decided));
    delete metadata.client_secret;
    delete metadata.client_secret_expires_at;
  } else if ((oidc.client as { profile?: string } | undefined)?.profile === 'high') {
    throw new errors.InvalidClientMetadata('profile: high stays high; register another client for less');
  }
}

/** Looks again at what was kept of who registered itself. @throws InvalidClientMetadata */
export function checkKept(metadata: ClientMetadata): ClientMetadata {
  const wrong = inconsistency(shapeOf(metadata));
  if (wrong) throw new errors.InvalidClientMetadata(`${wrong.path.join('.')}: ${wrong.found}; ${wrong.expected}`);
  return metadata;
}

/** @throws InvalidClientMetadata */
function shapeOf(metadata: Written): Checked {
  const read = shape.safeParse({ ...metadata });
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new errors.InvalidClientMetadata(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  return read.data as Checked;
}
