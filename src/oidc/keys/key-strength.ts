import { createPublicKey, X509Certificate } from 'node:crypto';

/**
 * Which public keys are good enough to believe signatures of, and to encrypt to. A weak key is refused where it is
 * registered, with a sentence, and not years later by whoever factors it.
 */
export interface Weakness {
  found: string;
  expected: string;
}

/** More than a relying party needs while it changes its keys. */
const mostKeys = 20;
const bytesOfCurve: Record<string, number> = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32, X25519: 32 };
const known = ['RSA', 'EC P-256', 'EC P-384', 'EC P-521', 'OKP Ed25519', 'OKP X25519'];
/** RFC 7518 §6; `priv` is that of AKP. */
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * The first thing that is wrong with a set of keys.
 * @param jwks anything; RFC 7517 §5 is what it should be
 * @returns with the place below the set: `['keys', 1]`
 */
export function weaknessOfSet(jwks: unknown): (Weakness & { path: (string | number)[] }) | undefined {
  const keys = isObject(jwks) ? jwks.keys : undefined;
  if (!Array.isArray(keys)) return { path: [], found: 'no key set', expected: 'an object with keys (RFC 7517 §5)' };
  if (keys.length > mostKeys)
    return { path: ['keys'], found: `${keys.length} keys`, expected: `${mostKeys} keys at most` };
  for (const [index, key] of keys.entries()) {
    const weak = weaknessOfKey(key);
    if (weak)
      return { path: ['keys', index], found: `key ${nameOf(key, index)}: ${weak.found}`, expected: weak.expected };
  }
  return undefined;
}

/** What is wrong with one public key (a JWK), if anything is. */
export function weaknessOfKey(key: unknown): Weakness | undefined {
  if (!isObject(key)) return { found: 'no key', expected: 'a JSON Web Key (RFC 7517 §4)' };
  const secret = privateParts.find((name) => key[name] !== undefined);
  if (secret !== undefined || key.kty === 'oct')
    return { found: secret ? `its private part ${secret}` : 'a shared secret', expected: 'the public key alone' };
  if (!isOfKnownKind(key))
    return { found: `kty ${shown(key.kty)} crv ${shown(key.crv)}`, expected: `one of ${known.join(', ')}` };
  return (key.kty === 'RSA' ? weaknessOfRsa(key) : weaknessOfCurve(key)) ?? weaknessOfCertificate(key);
}

/** Who reads a set that others write leaves out the kinds it does not know (RFC 7517 §5). */
export function isOfKnownKind(key: unknown): boolean {
  if (!isObject(key)) return false;
  return known.includes(key.kty === 'RSA' ? key.kty : `${String(key.kty)} ${String(key.crv)}`);
}

/** NIST SP 800-131A: 2048 bits. More than 8192 only costs time. FIPS 186-5 §5.1: an odd exponent above 2^16. */
function weaknessOfRsa(key: Record<string, unknown>): Weakness | undefined {
  const [n, e] = [numberIn(key.n), numberIn(key.e)];
  if (n === undefined || e === undefined)
    return { found: 'n or e missing, or too long', expected: 'n and e in base64url (RFC 7518 §6.3.1)' };
  const bits = n.toString(2).length;
  if (bits < 2048 || bits > 8192) return { found: `RSA with ${bits} bits`, expected: '2048 to 8192 bits' };
  if (e < 65_537n || e >= 2n ** 32n || e % 2n === 0n)
    return { found: `RSA with the exponent ${e}`, expected: 'an odd exponent of 65537 or a little more' };
  const factor = smallPrimes.find((prime) => n % BigInt(prime) === 0n);
  if (factor !== undefined) return { found: `RSA that ${factor} divides`, expected: 'a product of two large primes' };
  if (isRoca(n)) return { found: 'RSA of a faulty chip (ROCA, CVE-2017-15361)', expected: 'a key made elsewhere' };
  if (hasClosePrimes(n))
    return { found: 'RSA of two primes close to each other (CVE-2022-26320)', expected: 'a key made elsewhere' };
  return undefined;
}

/**
 * Keys of certain chips have primes k*M + (65537^a mod M), M the product of the first primes, so the modulus is a power of
 * 65537 modulo each of them. Of other keys not one in 2^27 is (Nemec, Sys, Svenda, Klinec, Matyas: "The Return of
 * Coppersmith's Attack", ACM CCS 2017, §3.1).
 */
function isRoca(n: bigint): boolean {
  return fingerprint.every(({ prime, powers }) => powers.has(Number(n % BigInt(prime))));
}

/** Fermat's factorisation, as many steps as the CA/Browser Forum asks for (Baseline Requirements §6.1.1.3). */
function hasClosePrimes(n: bigint): boolean {
  let middle = root(n);
  for (let step = 0; step < 100; step += 1, middle += 1n) {
    const square = middle * middle - n;
    // most numbers are seen not to be squares by their last six bits
    if (squaresModulo64.has(Number(square & 63n)) && root(square) ** 2n === square) return true;
  }
  return false;
}

/** The whole part of a square root, by Newton's way from above. */
function root(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(16).length * 4) / 2 + 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** The point has to be on its curve (RFC 8725 §3.4), each coordinate as long as the curve's (RFC 7518 §6.2.1.2). */
function weaknessOfCurve(key: Record<string, unknown>): Weakness | undefined {
  const { kty, crv, x, y } = key as Record<string, string>;
  const bytes = bytesOfCurve[String(crv)];
  const long = (kty === 'EC' ? [x, y] : [x]).every((item) => bytesIn(item)?.length === bytes);
  if (long && isPossible({ kty, crv, x, ...(kty === 'EC' && { y }) } as JsonWebKey)) return undefined;
  return { found: `no point of ${crv}`, expected: `a point of the curve, ${bytes} bytes a coordinate` };
}

function isPossible(key: JsonWebKey): boolean {
  try {
    return createPublicKey({ key, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}

/** A certificate in `x5c` is never believed; it has to be of the same key all the same (RFC 7517 §4.7). */
function weaknessOfCertificate(key: Record<string, unknown>): Weakness | undefined {
  if (key.x5c === undefined) return undefined;
  const wrong = { found: 'x5c of something else', expected: 'first the certificate of this very key (RFC 7517 §4.7)' };
  const [first] = Array.isArray(key.x5c) ? key.x5c : [];
  if (typeof first !== 'string') return wrong;
  try {
    const inside: Record<string, unknown> = {
      ...new X509Certificate(Buffer.from(first, 'base64')).publicKey.export({ format: 'jwk' }),
    };
    return Object.keys(inside).every((name) => inside[name] === key[name]) ? undefined : wrong;
  } catch {
    return wrong;
  }
}

function numberIn(value: unknown): bigint | undefined {
  const bytes = bytesIn(value);
  return bytes && bytes.length > 0 ? BigInt(`0x${bytes.toString('hex')}`) : undefined;
}

/** No key that is taken has a member of more than 1400 letters. */
function bytesIn(value: unknown): Buffer | undefined {
  return typeof value === 'string' && /^[\w-]{1,1400}$/.test(value) ? Buffer.from(value, 'base64url') : undefined;
}

function nameOf(key: unknown, index: number): string {
  const kid = isObject(key) ? key.kid : undefined;
  return kid === undefined ? String(index) : shown(kid);
}

/** A word of a stranger, where it can be told. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/+=-]{1,64}$/.test(value)
    ? value
    : value === undefined
      ? 'none'
      : 'strange';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const smallPrimes = Array.from({ length: 750 }, (_, index) => index + 2).filter((value, index, all) =>
  all.slice(0, index).every((smaller) => value % smaller !== 0),
);

/** The primes that the moduli of all sizes of those chips have in common. */
const fingerprint = smallPrimes
  .filter((prime) => prime > 2 && prime <= 167)
  .map((prime) => {
    const powers = new Set<number>();
    for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
    return { prime, powers };
  });

const squaresModulo64 = new Set(Array.from({ length: 64 }, (_, value) => value ** 2 % 64));
