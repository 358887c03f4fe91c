import { randomUUID } from 'node:crypto';
import { CompactSign, compactVerify, importJWK, type JWK } from 'jose';
import type { Kysely } from 'kysely';
import { problemPage } from '../views/problem.ts';
import type { Clock } from './clock.ts';
import { problem, VneidError } from './errors.ts';
import type { KeyRing } from './oidc/keys/keys.ts';
import type { ArtifactStore } from './store/artifacts.ts';
import type { Schema } from './store/schema.ts';

/** What a sign-in stands on. */
export interface Tested {
  artifacts: ArtifactStore;
  clock: Clock;
  db: Kysely<Schema>;
  keys: Pick<KeyRing, 'signingKeys'>;
}

/**
 * Does once what every sign-in does, before the first is taken: a release, a key file or a store that cannot must not
 * get any.
 * @throws VneidError `start.selfTest` naming what failed, or what a store that is away throws
 */
export async function selfTest(tested: Tested): Promise<void> {
  const parts: Record<string, () => Promise<boolean>> = {
    ...Object.fromEntries(
      tested.keys.signingKeys().map((key) => [`signing key ${key.alg} ${key.kid}`, () => signs(key)]),
    ),
    database: () => keepsFacts(tested),
    artifacts: () => keepsArtifacts(tested),
    pages: async () => draws(),
  };
  await Promise.all(
    Object.entries(parts).map(async ([part, works]) => {
      const right = await works().catch((cause: Error) => {
        if (cause instanceof VneidError) throw cause;
        throw problem('start.selfTest', { part, reason: cause.message });
      });
      if (!right) throw problem('start.selfTest', { part, reason: 'what comes back is not what was put in' });
    }),
  );
}

async function signs(key: JWK): Promise<boolean> {
  const [alg, text] = [key.alg ?? '', randomUUID()];
  const { kty, crv, x, y, n, e } = key;
  const jws = await new CompactSign(Buffer.from(text)).setProtectedHeader({ alg }).sign(await importJWK(key, alg));
  const { payload } = await compactVerify(jws, await importJWK({ kty, crv, x, y, n, e } as JWK, alg));
  return Buffer.from(payload).toString() === text;
}

async function keepsFacts({ db }: Tested): Promise<boolean> {
  const row = { name: `self-test ${randomUUID()}`, value: randomUUID() };
  await db.insertInto('facts').values(row).execute();
  const removed = await db.deleteFrom('facts').where('name', '=', row.name).returning('value').executeTakeFirst();
  return removed?.value === row.value;
}

async function keepsArtifacts({ artifacts, clock }: Tested): Promise<boolean> {
  const [id, text] = [randomUUID(), randomUUID()];
  await artifacts.put('SelfTest', id, { text }, clock.now() / 1000 + 60);
  return (await artifacts.take('SelfTest', id))?.text === text;
}

function draws(): boolean {
  const props = { status: 503, text: 'Tự kiểm tra', next: 'self-test', code: 'start.selfTest', home: '/' };
  const pages = (['vi', 'en'] as const).map((language) => String(problemPage({ language, path: '/' }, props)));
  return pages.every((page) => page.includes(`<h1>${props.text}</h1>`));
}
