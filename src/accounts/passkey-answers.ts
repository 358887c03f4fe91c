import { hash } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { type Facts, problem } from '../errors.ts';

/**
 * What a browser hands over of a passkey's answer (WebAuthn Level 3 §5.1.8, the JSON of `toJSON()`), and the checks of
 * it that need no key: each has a name that a person can be told.
 */

/** Characters of an answer; that of a key of 4,096 bits with the longest id has about 9,000. */
const longestAnswer = 12_000;
/** Bytes of a credential's id (WebAuthn Level 3 §5.8.3). */
const longestId = 1023;

const encoded = z.string().regex(/^[A-Za-z0-9_-]+$/);
const credential = {
  id: encoded.max(Math.ceil((longestId * 4) / 3)),
  rawId: encoded,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().nullish(),
};

const madeSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
  clientExtensionResults: z.object({ credProps: z.object({ rk: z.boolean().optional() }).optional() }).default({}),
});

const signedSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
    userHandle: encoded.nullish(),
  }),
  clientExtensionResults: z.object({}).default({}),
});

const clientDataSchema = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
});

/** What the browser itself adds to an answer, and the passkey signs (WebAuthn Level 3 §5.8.1). */
export type ClientData = z.output<typeof clientDataSchema>;

/**
 * The answer of a passkey that was just made.
 * @throws VneidError `passkey.malformed`
 */
export function readMade(text: string): RegistrationResponseJSON {
  return read(madeSchema, text) as RegistrationResponseJSON;
}

/**
 * The answer of a passkey that signs in.
 * @throws VneidError `passkey.malformed`
 */
export function readSigned(text: string): AuthenticationResponseJSON {
  return read(signedSchema, text) as AuthenticationResponseJSON;
}

/**
 * What the browser says of where and for what it asked.
 * @throws VneidError `passkey.malformed`; `passkey.wrongOrigin`; `passkey.embedded` from within a page of another
 *   origin, which none of ours ever is
 */
export function readClientData(
  clientDataJSON: string,
  { type, origin }: { type: 'webauthn.create' | 'webauthn.get'; origin: string },
): ClientData {
  const data = parse(clientDataSchema, utf8(Buffer.from(clientDataJSON, 'base64url')));
  if (data.type !== type) throw problem('passkey.malformed');
  if (data.origin !== origin) throw problem('passkey.wrongOrigin', { origin });
  if (data.crossOrigin === true || data.topOrigin !== undefined) throw problem('passkey.embedded');
  return data;
}

/**
 * What the authenticator says of itself (WebAuthn Level 3 §6.1).
 * @param facts what each of the errors tells beside
 * @returns whether it may copy the passkey to other devices, and how often it has signed, 0 when it does not count
 * @throws VneidError `passkey.malformed`; `passkey.wrongOrigin` when made for another site; `passkey.unverified` when
 *   it did not verify, or did not even notice, its user
 */
export function checkAuthenticatorData(
  data: Uint8Array,
  { rpId, origin }: { rpId: string; origin: string },
  facts: Facts = {},
): { synced: boolean; counter: number } {
  const flags = data[32];
  if (data.length < 37 || flags === undefined) throw problem('passkey.malformed', facts);
  const site = hash('sha256', rpId, 'buffer');
  if (!site.equals(data.subarray(0, 32))) throw problem('passkey.wrongOrigin', { ...facts, origin });
  const [present, verified, synced, copied, more] = [0x01, 0x04, 0x08, 0x10, 0xc0].map((bits) => (flags & bits) !== 0);
  if (!present || !verified) throw problem('passkey.unverified', facts);
  if ((copied && !synced) || more !== data.length > 37) throw problem('passkey.malformed', facts);
  return { synced: synced === true, counter: Buffer.from(data).readUInt32BE(33) };
}

function read<T extends z.ZodType<{ id: string; rawId: string }>>(schema: T, text: string): z.output<T> {
  if (text.length > longestAnswer) throw problem('passkey.malformed');
  const answer = parse(schema, text);
  if (answer.id !== answer.rawId) throw problem('passkey.malformed');
  return answer;
}

function parse<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw problem('passkey.malformed');
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function utf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw problem('passkey.malformed');
  }
}
