import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyFaultOf } from '../support/fault-stories.ts';
import { apps, clearFaults, createFaultWorld, type FaultWorld, hoa, logIn, setFault } from '../support/fault-world.ts';
import { relyingParty } from '../support/relying-party.ts';

/** What can be wrong with what the provider says of itself. */
everyFaultOf(['jwks', 'discovery']);

let world: FaultWorld;
let issuer: string;
beforeAll(async () => {
  world = await createFaultWorld();
  ({ issuer } = world.vneid);
});
afterAll(() => world[Symbol.asyncDispose]());

interface Keys {
  keys: { kid: string; alg: string; x?: string; n?: string }[];
}
const keySet = async (where = issuer) => (await (await fetch(`${where}/jwks`)).json()) as Keys;
const kids = ({ keys }: Keys) => keys.map(({ kid }) => kid);
/** By an app that does not look at keys: that is for the test. */
async function idToken(): Promise<string> {
  const configuration = await relyingParty({ issuer }, { id: apps[0] });
  return (await logIn({ issuer, client: apps[0], person: hoa }, { configuration })).tokens.id_token ?? '';
}
const verify = (token: string, keys: JWTVerifyGetKey) => jwtVerify(token, keys, { issuer, audience: apps[0] });

describe('jwks.rotated', () => {
  test('happens when it is set: a client that keeps keys asks again for the one it does not know', async () => {
    const asked: string[] = [];
    const kept = createRemoteJWKSet(new URL(`${issuer}/jwks`), { cooldownDuration: 0 });
    const before = await idToken();
    await verify(before, kept);
    const old = await keySet();

    world.vneid.events.on('keys.changed', ({ active }) => asked.push(...active));
    const setting = await setFault(issuer, { fault: 'jwks.rotated' });
    expect(setting).toMatchObject({ on: true, met: 1 });
    const now = await keySet();
    expect(now.keys).toHaveLength(2 * old.keys.length);
    expect(kids(now)).toEqual(expect.arrayContaining(kids(old)));
    const after = await idToken();
    const { protectedHeader } = await verify(after, kept);
    expect(kids(old)).not.toContain(protectedHeader.kid);
    expect(asked).toContain(protectedHeader.kid);
    // tokens of before are still good
    await verify(before, kept);
    await clearFaults(issuer);
    expect(kids(await keySet())).toEqual(kids(now));
  });

  test('the keys of before are gone after an hour', async () => {
    const tenant = await world.vneid.control.tenant('hourly');
    // making keys takes its time
    tenant.clock.freeze();
    const old = kids(await keySet(tenant.issuer));
    await setFault(tenant.issuer, { fault: 'jwks.rotated' });
    tenant.clock.advance(3_599_000);
    await tenant.keys.refresh();
    expect(kids(await keySet(tenant.issuer))).toEqual(expect.arrayContaining(old));
    tenant.clock.advance(2_000);
    await tenant.keys.refresh();
    expect(kids(await keySet(tenant.issuer)).filter((kid) => old.includes(kid))).toEqual([]);
  });

  test('is that of one tenant: nobody else signs with other keys', async () => {
    const before = kids(await keySet());
    const { kid } = (await verify(await idToken(), createRemoteJWKSet(new URL(`${issuer}/jwks`)))).protectedHeader;
    await setFault(world.elsewhere.issuer, { fault: 'jwks.rotated' });
    expect(kids(await keySet())).toEqual(before);
    expect((await verify(await idToken(), createRemoteJWKSet(new URL(`${issuer}/jwks`)))).protectedHeader.kid).toBe(
      kid,
    );
  });
});

describe('jwks.stale', () => {
  test('shows the set of before the rotation, whoever has kept it finds no key, and afterwards everybody does', async () => {
    const before = await keySet();
    await setFault(issuer, { fault: 'jwks.stale' });
    expect(await keySet()).toEqual(before);
    const token = await idToken();
    const fresh = () => createRemoteJWKSet(new URL(`${issuer}/jwks`), { cooldownDuration: 0 });
    await expect(verify(token, fresh())).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await clearFaults(issuer);
    await verify(token, fresh());
  });
});

describe('jwks.without-key', () => {
  test('has a key for each algorithm all the same, and none that signs', async () => {
    const before = await keySet();
    const signing = world.vneid.keys.list().flatMap(({ kid, state }) => (state === 'in-use' ? [kid] : []));
    await setFault(issuer, { fault: 'jwks.without-key' });
    const shown = await keySet();
    expect(shown.keys.map(({ alg }) => alg).toSorted()).toEqual(before.keys.map(({ alg }) => alg).toSorted());
    expect(kids(shown).filter((kid) => signing.includes(kid))).toEqual([]);
    // under the old name a stranger's key would be another fault
    expect(JSON.stringify(shown)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    await clearFaults(issuer);
  });
});

describe('jwks.duplicate-kid', () => {
  test('has the right key second: who tries each of them verifies', async () => {
    await setFault(issuer, { fault: 'jwks.duplicate-kid' });
    const { keys } = await keySet();
    expect(new Set(keys.map(({ kid }) => kid)).size * 2).toBe(keys.length);
    const set = createRemoteJWKSet(new URL(`${issuer}/jwks`));
    const token = await idToken();
    const several = await verify(token, set).catch((thrown: unknown) => thrown);
    if (!(several instanceof errors.JWKSMultipleMatchingKeys)) throw new Error(`not several: ${String(several)}`);
    const verdicts: boolean[] = [];
    for await (const key of several)
      verdicts.push(
        await jwtVerify(token, key, { issuer }).then(
          () => true,
          () => false,
        ),
      );
    expect(verdicts).toEqual([false, true]);
    await clearFaults(issuer);
  });
});

test('discovery.wrong-issuer is in both documents, and nothing else of them changes; nobody is to keep it', async () => {
  const documents = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
  for (const path of documents) {
    const honest = (await (await fetch(issuer + path)).json()) as object;
    await setFault(issuer, { fault: 'discovery.wrong-issuer', times: 1 });
    const answer = await fetch(issuer + path);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ ...honest, issuer: 'https://another-issuer.example' });
    const again = await fetch(issuer + path);
    expect(again.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await again.json()).toEqual(honest);
  }
});
