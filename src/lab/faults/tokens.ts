import { createHash, randomUUID } from 'node:crypto';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import type { KeyRing } from '../../oidc/keys/keys.ts';
import type { About, ActiveFaults, Setting } from './active.ts';
import { another, otherApp, otherIssuer } from './lies.ts';
import { type Draft, draftOf, encrypt, type KeyHolder, sign } from './signing.ts';
import type { Strangers } from './strangers.ts';

/** What the library signs: an ID token, a logout token, userinfo, an authorization response, an introspection. */
export type Use = 'idtoken' | 'logout' | 'userinfo' | 'authorization' | 'introspection';

/** Changes a draft; false where there is nothing in it that could be wrong in this way. */
type Lie = (draft: Draft, setting: Setting, now: number) => boolean;

const hour = 3600;

/** What is wrong with the token, by the name of the fault. */
const lies: Record<string, Lie> = {
  'id-token.wrong-iss': claim('iss', () => otherIssuer),
  'id-token.wrong-aud': claim('aud', () => otherApp),
  'id-token.wrong-azp'({ payload }) {
    // with one audience there is nothing that azp would say (OIDC Core §3.1.3.7 (4), (5))
    Object.assign(payload, { aud: [payload.aud, otherApp].flat(), azp: otherApp });
    return true;
  },
  'id-token.wrong-nonce': claim('nonce', another),
  'id-token.wrong-sub': claim('sub', another),
  'id-token.alg-none': signed({ by: 'nobody' }),
  'id-token.hs256-public-key': signed({ by: 'public-key' }),
  'id-token.expired': (draft, _setting, now) => times(draft, { iat: now - 2 * hour, exp: now - hour }),
  'id-token.not-yet-valid': (draft, _setting, now) => times(draft, { nbf: now + hour }),
  'id-token.far-iat': (draft, _setting, now) => times(draft, { iat: now + 24 * hour, exp: now + 25 * hour }),
  'id-token.missing-claim'({ payload }, { claim: name = '' }) {
    return Object.hasOwn(payload, name) && delete payload[name];
  },
  // the library has neither where nothing but the code came by the browser; there they are allowed (OIDC Core §3.1.3.6)
  'id-token.wrong-at-hash': (draft) => hashed(draft, 'at_hash'),
  'id-token.wrong-c-hash': (draft) => hashed(draft, 'c_hash'),
  'id-token.bad-signature': signed({ spoiled: true }),
  'id-token.unknown-kid'({ header }) {
    header.kid = randomUUID();
    return true;
  },
  'id-token.foreign-key': signed({ by: 'stranger' }),
  'userinfo.wrong-sub': claim('sub', another),
  'logout-token.forged': signed({ by: 'stranger' }),
  'logout-token.with-nonce'({ payload }) {
    payload.nonce = randomUUID();
    return true;
  },
};

/** Which faults can be in what is signed for this. */
const families: Partial<Record<Use, string>> = {
  idtoken: 'id-token.',
  userinfo: 'userinfo.',
  logout: 'logout-token.',
};

export interface TokensParts {
  active: ActiveFaults;
  clock: Clock;
  keys: KeyRing;
  strangers: Strangers;
  /** Another issuer in this authorization response, or none (`null`); undefined leaves it as it is. */
  issuerIn(ctx: KoaContextWithOIDC | undefined): string | null | undefined;
  /** A logout token that goes out once more, in place of a new one. */
  earlier(about: About): string | undefined;
  /** Sees the logout tokens that go out. */
  sent(about: About, token: string): void;
}

/** Everything that the library signs, with what is wrong in it while a fault is on: wherever it goes, and encrypted too. */
export function tamperWithTokens(provider: Provider, parts: TokensParts): void {
  const { active, clock } = parts;
  const prototype = provider.IdToken.prototype as unknown as Issued;
  const { issue } = prototype;

  prototype.issue = async function (this: Issued, options) {
    const { client, ctx } = this;
    // decided where the response was put together, and by now perhaps for the last time
    const issuer = options.use === 'authorization' ? parts.issuerIn(ctx) : undefined;
    if (active.count() === 0 && issuer === undefined) return issue.call(this, options);
    const about = { client: client.clientId, account: this.available.sub ?? ctx?.oidc.account?.accountId };
    const found = () => active.at(families[options.use] ?? '-', about).filter(({ fault }) => fault in lies);
    const earlier = options.use === 'logout' ? parts.earlier(about) : undefined;
    if (earlier !== undefined) return earlier;
    if (found().length === 0 && issuer === undefined) {
      const token = await issue.call(this, options);
      if (options.use === 'logout') parts.sent(about, token);
      return token;
    }

    const { open, encryption } = inTheOpen(this, options.use);
    const honest = draftOf(await issue.call(open, options));
    const draft = structuredClone(honest);
    if (issuer !== undefined) draft.payload.iss = issuer ?? undefined;
    // asked again, for the last of so many times may have been meanwhile
    for (const setting of found())
      if (lies[setting.fault]?.(draft, setting, Math.floor(clock.now() / 1000))) active.struck(setting, about);
    const token = await sign(draft, honest.header, parts);
    return encryption ? encrypt(token, draft.payload, client, encryption) : token;
  };
}

/** What of the library's class is touched. */
interface Issued {
  /** Claims before they are filtered: `sub` is the account. */
  available: { sub?: string };
  client: KeyHolder;
  ctx: KoaContextWithOIDC | undefined;
  issue(options: { use: Use }): Promise<string>;
}

const registeredAs: Record<Use, string> = {
  idtoken: 'idToken',
  logout: 'idToken',
  userinfo: 'userinfo',
  authorization: 'authorization',
  introspection: 'introspection',
};

/** The same token for a client that has not asked for encryption, and what this one has asked for. */
function inTheOpen(token: Issued, use: Use) {
  const [alg, enc] = ['Alg', 'Enc'].map((part) => `${registeredAs[use]}EncryptedResponse${part}`);
  const asked = token.client as unknown as Record<string, string | undefined>;
  const client = new Proxy(token.client, {
    get: (target, name) => (name === enc ? undefined : (Reflect.get(target, name, target) as unknown)),
  });
  const open = Object.assign(Object.create(Object.getPrototypeOf(token) as object) as Issued, token, { client });
  const encryption = { alg: asked[alg ?? ''] ?? '', enc: asked[enc ?? ''] ?? '' };
  return { open, encryption: encryption.enc === '' ? undefined : encryption };
}

/** Another value of a claim, where there is one. */
function claim(name: string, instead: (value: string) => string): Lie {
  return ({ payload }) => {
    if (payload[name] === undefined) return false;
    payload[name] = instead(String(payload[name]));
    return true;
  };
}

function signed(how: Partial<Pick<Draft, 'by' | 'spoiled'>>): Lie {
  return (draft) => {
    Object.assign(draft, how);
    return true;
  };
}

/** A hash of something else, as the algorithm makes it (OIDC Core §3.1.3.6; SHA-512 with Ed25519). */
function hashed({ header, payload }: Draft, name: string): boolean {
  const digest = createHash(header.alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(`another ${name}`)
    .digest();
  payload[name] = digest.subarray(0, digest.length / 2).toString('base64url');
  return true;
}

function times({ payload }: Draft, claims: Record<string, number>): boolean {
  Object.assign(payload, claims);
  return true;
}
