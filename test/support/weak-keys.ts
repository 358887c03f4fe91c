import { checkPrimeSync, generateKeyPairSync, generatePrimeSync, randomBytes } from 'node:crypto';

/** Public keys that nobody may believe, made as those who have such keys came by them. */
export const base64url = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};

export const rsa = (n: bigint, e = 65_537n): JsonWebKey & { kty: string } => ({
  kty: 'RSA',
  n: base64url(n),
  e: base64url(e),
});

export const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

/** What libraries make today. */
export const publicKey = (type: 'rsa' | 'ec' | 'ed25519' | 'x25519', options: object = {}) =>
  generateKeyPairSync(type as 'rsa', { modulusLength: 2048, ...options }).publicKey.export({
    format: 'jwk',
  }) as JsonWebKey & { kty: string };

/** One prime of the faulty chips, k*M + (65537^a mod M), of 1024 bits (CVE-2017-15361). */
function rocaPrime(): bigint {
  const first = primesTo(701);
  const product = first.reduce((all, one) => all * BigInt(one), 1n);
  for (;;) {
    let [power, exponent] = [1n, BigInt(`0x${randomBytes(8).toString('hex')}`)];
    for (let base = 65_537n; exponent > 0n; exponent >>= 1n, base = (base * base) % product)
      if (exponent & 1n) power = (power * base) % product;
    const least = (3n << 1022n) / product + 1n;
    const candidate = (least + BigInt(`0x${randomBytes(6).toString('hex')}`)) * product + power;
    if (candidate.toString(2).length === 1024 && checkPrimeSync(candidate)) return candidate;
  }
}

export const rocaPrimes = (): [bigint, bigint] => [rocaPrime(), rocaPrime()];

export function rocaKey() {
  const [p, q] = rocaPrimes();
  return rsa(p * q);
}

/** The private key that two primes make (RFC 8017 §3.2), as a JWK. */
export function privateRsa(p: bigint, q: bigint, e = 65_537n): JsonWebKey & { kty: string } {
  const d = inverse(e, (p - 1n) * (q - 1n));
  const parts = { d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  return {
    ...rsa(p * q, e),
    ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, base64url(part)])),
  };
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return ((x % modulus) + modulus) % modulus;
}

/** Two primes one after the other, as a faulty printer made them (CVE-2022-26320). */
export function closePrimesKey() {
  const first = prime(1024);
  let second = first + 2n;
  while (!checkPrimeSync(second)) second += 2n;
  return rsa(first * second);
}

function primesTo(most: number): number[] {
  const found: number[] = [];
  for (let value = 2; value <= most; value += 1) if (found.every((smaller) => value % smaller !== 0)) found.push(value);
  return found;
}
