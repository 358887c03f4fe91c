import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { startVneid } from '../../src/index.ts';
import { openKeys } from '../../src/oidc/keys/keys.ts';
import { selfTest, type Tested } from '../../src/self-test.ts';
import { createMemoryArtifacts } from '../../src/store/artifacts/memory.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase } from '../support/database.ts';
import { freePort } from '../support/ports.ts';

/** What a program that cannot sign people in says of itself before it takes anyone. */
const clock = createClock();
let database: Database;
let right: Tested;
beforeAll(async () => {
  database = await newDatabase();
  const keys = await openKeys({ folder: ':memory:', clock, events: createEvents() });
  keys.stop();
  right = { db: database.db, clock, keys, artifacts: createMemoryArtifacts({ clock }) };
});
afterAll(() => database.close());

let kept: number;
const facts = async () => (await database.db.selectFrom('facts').selectAll().execute()).length;
beforeEach(async () => {
  kept = await facts();
});

test('all is well, and nothing of the test is left behind', async () => {
  await selfTest(right);
  expect(await facts()).toBe(kept);
  expect(await right.artifacts.size()).toBe(0);
});

test.each(['ES256', 'RS256', 'PS256', 'EdDSA'])('a key of %s whose two halves are of different keys', async (alg) => {
  const others = await openKeys({ folder: ':memory:', clock, events: createEvents() });
  await others.rotate({ announce: 0, retire: 0 });
  others.stop();
  const of = (keys: { signingKeys(): { alg?: string }[] }) => keys.signingKeys().find((key) => key.alg === alg);
  const mixed = { ...of(others), ...publicOf(of(right.keys) as Record<string, unknown>) };
  await expect(selfTest({ ...right, keys: { signingKeys: () => [mixed] } })).rejects.toMatchObject({
    code: 'start.selfTest',
    facts: { part: expect.stringContaining(alg) },
  });
});

test('a database that cannot be written, and artifacts that do not come back', async () => {
  const refusing = await newDatabase();
  await sql`drop table facts`.execute(refusing.db);
  const failed = { code: 'start.selfTest' };
  await expect(selfTest({ ...right, db: refusing.db })).rejects.toMatchObject({
    ...failed,
    facts: { part: 'database' },
  });
  await refusing.close();
  const forgetful = { ...right.artifacts, take: async () => undefined };
  await expect(selfTest({ ...right, artifacts: forgetful })).rejects.toMatchObject({
    ...failed,
    facts: { part: 'artifacts' },
  });
});

test('an instance with a damaged key takes nobody', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-self-test-'));
  await (await startVneid({ keys: folder })).stop();
  const file = join(folder, 'keys.json');
  const content = JSON.parse(await readFile(file, 'utf8')) as { keys: { jwk: Record<string, unknown> }[] };
  const es256 = content.keys.find(({ jwk }) => jwk.alg === 'ES256');
  // still a number in range, and not the one that belongs to the public point
  if (es256) es256.jwk.d = Buffer.alloc(32, 1).toString('base64url');
  await writeFile(file, JSON.stringify(content));
  await expect(startVneid({ keys: folder })).rejects.toMatchObject({ code: 'start.selfTest' });
  await rm(folder, { recursive: true });
});

function publicOf({ kty, crv, x, y, n, e }: Record<string, unknown>) {
  return Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));
}

test('sessions that cannot be opened leave nothing behind that keeps the program or its port', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-artifacts-'));
  try {
    await writeFile(
      join(folder, 'artifacts.sqlite'),
      'no database, and longer than the header of one would be '.repeat(9),
    );
    const port = await freePort();
    const options = { data: folder, artifacts: 'sqlite', port } as const;
    await expect(startVneid(options)).rejects.toMatchObject({
      code: 'database.file',
      facts: { file: join(folder, 'artifacts.sqlite'), reason: 'file is not a database' },
    });
    await using again = await startVneid({ port });
    expect(again.port).toBe(port);
  } finally {
    await rm(folder, { recursive: true });
  }
});
