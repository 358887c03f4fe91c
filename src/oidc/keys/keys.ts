import { generateKeyPair as generateKeyPairCallback, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { Clock } from '../../clock.ts';
import type { EventHub } from '../../events.ts';
import { changeKeyFile, firstKeyFile, type KeyFile, modifiedAt, readKeyFile, type StoredKey } from './key-file.ts';

const generateKeyPair = promisify(generateKeyPairCallback);

/**
 * Signing keys and secrets of one installation, in one file of the keys folder.
 *
 * A key's state follows from two times, so that every process which reads the file agrees without being told:
 * announced (published, not used yet) until `useFrom`, then in use until a newer key of its algorithm is, then
 * published until `publishUntil` so that what it signed still verifies.
 */
export interface KeyRing {
  /** Private keys to hand to the provider, those in use first, then the announced and the retired ones. */
  signingKeys(): JWK[];
  /** A secret for one purpose, derived from the installation's master secret. */
  secret(purpose: string): Buffer;
  /** Calls back whenever `signingKeys()` has changed: by rotation in this or another process, or by time. */
  onChange(listener: () => void): void;
  /** Which keys are announced, in use, retired. */
  list(): KeyState[];
  /** Looks at the file and the time now, instead of within a second. */
  refresh(): Promise<void>;
  /** A new key of each algorithm, as `rotateKeys` makes them, also where nothing is kept. */
  rotate(times: Pick<Rotation, 'announce' | 'retire'>): Promise<void>;
  stop(): void;
}

export interface KeyState {
  kid: string;
  alg: string;
  state: 'announced' | 'in-use' | 'retired';
  useFrom: number;
  publishUntil: number | undefined;
}

/** ES256 first: it is the default of our clients. RS256 is what OIDC Core §15.1 asks every provider to offer. */
const kinds = [
  { alg: 'ES256', make: () => generateKeyPair('ec', { namedCurve: 'P-256' }) },
  { alg: 'RS256', make: () => generateKeyPair('rsa', { modulusLength: 2048 }) },
  { alg: 'PS256', make: () => generateKeyPair('rsa', { modulusLength: 2048 }) },
  { alg: 'EdDSA', make: () => generateKeyPair('ed25519') },
] as const;

/**
 * Opens the keys folder, making keys and secrets when it has none.
 * @param folder path, or ":memory:" for keys that vanish with the process
 */
export async function openKeys({
  folder,
  clock,
  events,
}: {
  folder: string;
  clock: Clock;
  events: EventHub;
}): Promise<KeyRing> {
  let file = await readKeyFile(folder);
  if (!file) {
    file = folder === ':memory:' ? await passingKeyFile() : await firstKeyFile(folder, await makeKeyFile(clock.now()));
  }
  const { keys } = file;
  const missing = kinds.filter(({ alg }) => !keys.some(({ jwk }) => jwk.alg === alg));
  if (missing.length > 0) {
    // a folder of an earlier version, which did not know the algorithm
    const made = await makeKeys(clock.now(), missing);
    file = await changeKeyFile(folder, (found) => {
      const known = new Set(found.keys.map(({ jwk }) => jwk.alg));
      return { ...found, keys: [...found.keys, ...made.filter(({ jwk }) => !known.has(jwk.alg))] };
    });
  }
  return watchKeys({ folder, clock, events, file });
}

export interface Rotation {
  /** Milliseconds since 1970. */
  now: number;
  /** Milliseconds; at least as long as relying parties keep the JWKS, or 0 to use the new keys at once. */
  announce: number;
  /** Milliseconds; at least as long as the longest token lives. */
  retire: number;
}

/**
 * Makes one new key of each algorithm: announced now, in use after `announce`, and the keys it replaces stay
 * published for `retire` longer. The running provider notices by itself.
 */
export async function rotateKeys({ folder, ...rotation }: Rotation & { folder: string }): Promise<KeyState[]> {
  if (!(await readKeyFile(folder))) await firstKeyFile(folder, await makeKeyFile(rotation.now));
  const made = await makeKeys(rotation.now + rotation.announce);
  const file = await changeKeyFile(folder, (found) => rotated(found, made, rotation));
  return describe(file.keys, rotation.now);
}

function rotated(file: KeyFile, made: StoredKey[], { now, announce, retire }: Rotation): KeyFile {
  const useFrom = now + announce;
  const kept = file.keys
    .filter((key) => key.publishUntil === undefined || key.publishUntil > now)
    .map((key) => (key.publishUntil === undefined ? { ...key, publishUntil: useFrom + retire } : key));
  return { ...file, keys: [...kept, ...made] };
}

/** The keys of a folder and their states, for `vneid keys list`. */
export async function listKeys({ folder, now }: { folder: string; now: number }): Promise<KeyState[]> {
  return describe((await readKeyFile(folder))?.keys ?? [], now);
}

async function watchKeys({
  folder,
  clock,
  events,
  file,
}: {
  folder: string;
  clock: Clock;
  events: EventHub;
  file: KeyFile;
}): Promise<KeyRing> {
  const listeners: (() => void)[] = [];
  let current = file;
  /** Of what was read last; another process may have written since the file was read, so that it is read once more. */
  let modified: number | undefined;
  let shown = fingerprint(current.keys, clock.now());

  async function refresh(): Promise<void> {
    const seen = await modifiedAt(folder);
    if (seen !== modified) {
      current = (await readKeyFile(folder)) ?? current;
      modified = seen;
    }
    const next = fingerprint(current.keys, clock.now());
    if (next === shown) return;
    shown = next;
    const states = describe(current.keys, clock.now());
    events.emit('keys.changed', {
      active: states.filter(({ state }) => state === 'in-use').map(({ kid }) => kid),
      published: states.map(({ kid }) => kid),
    });
    for (const listener of listeners) listener();
  }

  const timer = setInterval(() => void refresh().catch(() => undefined), 1000).unref();
  return {
    signingKeys: () => ordered(current.keys, clock.now()).map(({ jwk }) => jwk),
    secret: (purpose) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(current.master, 'base64url'), '', `vneid:${purpose}`, 32)),
    onChange: (listener) => void listeners.push(listener),
    list: () => describe(current.keys, clock.now()),
    refresh,
    async rotate(times) {
      const rotation = { now: clock.now(), ...times };
      if (folder === ':memory:') {
        const made = await makeKeys(rotation.now + rotation.announce);
        current = rotated(current, made, rotation);
      } else {
        await rotateKeys({ folder, ...rotation });
        modified = undefined;
      }
      await refresh();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Keys that vanish with the process guard nothing, and an RSA key takes a tenth of a second to make: the instances of
 * one process that keep nothing share one set. Their secrets are their own.
 */
async function passingKeyFile(): Promise<KeyFile> {
  passingKeys ??= makeKeys(0);
  return { master: randomBytes(32).toString('base64url'), keys: await passingKeys };
}

let passingKeys: Promise<StoredKey[]> | undefined;

async function makeKeyFile(now: number): Promise<KeyFile> {
  return { master: randomBytes(32).toString('base64url'), keys: await makeKeys(now) };
}

async function makeKeys(useFrom: number, which: readonly (typeof kinds)[number][] = kinds): Promise<StoredKey[]> {
  return Promise.all(
    which.map(async ({ alg, make }) => {
      const { privateKey } = await make();
      const jwk = privateKey.export({ format: 'jwk' }) as JWK;
      return { jwk: { ...jwk, kid: randomUUID(), alg, use: 'sig' }, useFrom };
    }),
  );
}

/** The provider signs with the first key that fits: newest in use, then retired, then announced. */
function ordered(keys: StoredKey[], now: number): StoredKey[] {
  const published = keys.filter(({ publishUntil }) => publishUntil === undefined || publishUntil > now);
  const usable = published.filter(({ useFrom }) => useFrom <= now).sort((a, b) => b.useFrom - a.useFrom);
  return [...usable, ...published.filter(({ useFrom }) => useFrom > now)];
}

function describe(keys: StoredKey[], now: number): KeyState[] {
  const inUse = new Set<string>();
  return ordered(keys, now).map(({ jwk, useFrom, publishUntil }) => {
    const state = useFrom > now ? 'announced' : inUse.has(jwk.alg) ? 'retired' : 'in-use';
    if (state === 'in-use') inUse.add(jwk.alg);
    return { kid: jwk.kid, alg: jwk.alg, state, useFrom, publishUntil };
  });
}

function fingerprint(keys: StoredKey[], now: number): string {
  return ordered(keys, now)
    .map(({ jwk }) => jwk.kid)
    .join(' ');
}
