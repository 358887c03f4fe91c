import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { alone } from '../../store/lock.ts';
import { weaknessOfKey } from './key-strength.ts';

/**
 * The file with the signing keys and the secrets of one installation. Whoever reads it sees a whole one, and whoever changes
 * it starts from what the one before has written: keys that were lost may have signed already.
 */
export interface KeyFile {
  master: string;
  keys: StoredKey[];
}

export interface StoredKey {
  jwk: JWK & { kid: string; alg: string };
  /** Milliseconds since 1970. */
  useFrom: number;
  publishUntil?: number;
}

const fileName = 'keys.json';

export async function readKeyFile(folder: string): Promise<KeyFile | undefined> {
  if (folder === ':memory:') return undefined;
  const path = join(folder, fileName);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (text === undefined) return undefined;
  const file = parse(text);
  if (typeof file?.master !== 'string' || !Array.isArray(file.keys))
    throw new Error(`${path} is damaged: restore a copy of it, or move it away to start with new keys`);
  for (const [index, { jwk }] of file.keys.entries()) {
    const weak = weaknessOfKey(publicPart(jwk));
    if (weak)
      throw new Error(
        `${path}, key ${jwk?.kid ?? index}: ${weak.found}, where ${weak.expected} is right: restore a copy of the file, or move it away to start with new keys`,
      );
  }
  return file as KeyFile;
}

/** What of a key is published. */
export function publicPart({ kty, crv, x, y, n, e }: Partial<JWK> = {}) {
  return { kty, crv, x, y, n, e };
}

/** Without the words of JSON.parse, which quote what they could not read: here that is a secret. */
function parse(text: string): Partial<KeyFile> | undefined {
  try {
    return (JSON.parse(text) as Partial<KeyFile> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Changes the file, which has to be there, one process after the other. Keys are made before, so that nobody waits long.
 * @returns what is in it now
 */
export async function changeKeyFile(folder: string, change: (file: KeyFile) => KeyFile): Promise<KeyFile> {
  return alone(join(folder, `${fileName}.lock`), async () => {
    const found = await readKeyFile(folder);
    if (!found) throw new Error(`${join(folder, fileName)} is gone`);
    const file = change(found);
    // beside and renamed, so that a reader never sees half a file
    await rename(await writeBeside(folder, file), join(folder, fileName));
    return file;
  });
}

/** Several processes may start on one empty folder at once: the keys of the first to be done are those of all. */
export async function firstKeyFile(folder: string, made: KeyFile): Promise<KeyFile> {
  const beside = await writeBeside(folder, made);
  try {
    await link(beside, join(folder, fileName));
    return made;
  } catch (cause) {
    const others = await readKeyFile(folder);
    if (!others) throw cause;
    return others;
  } finally {
    await unlink(beside);
  }
}

async function writeBeside(folder: string, file: KeyFile): Promise<string> {
  await mkdir(folder, { recursive: true });
  const beside = join(folder, `${fileName}.${randomUUID()}`);
  await writeFile(beside, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  return beside;
}

export async function modifiedAt(folder: string): Promise<number> {
  if (folder === ':memory:') return 0;
  return (await stat(join(folder, fileName)).catch(() => undefined))?.mtimeMs ?? 0;
}
