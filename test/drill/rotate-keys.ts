import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { rotateKeys } from '../../src/oidc/keys/keys.ts';
import { client } from '../bench/client.ts';
import { authorizeWithSession, logIn, redeem } from './ours.ts';
import { openLine, Visitor } from '../bench/visitor.ts';
import { an } from '../support/relying-party.ts';
import type { Story } from './story.ts';
import { startWorld, type World } from './world.ts';

/** Seconds that a relying party keeps the key set, whatever it finds in a token. */
const cached = 300;
/** Seconds of the instances that pass in one of ours: five minutes are waited for in ten seconds. */
const pace = 30;
/** New keys are shown so long before they are used: the five minutes, and what instances take to notice. */
const announce = (cached + 3 * pace) * 1000;

export const rotateEverySecond: Story = {
  name: 'rotate-keys',
  about: `New signing keys every second, while clients keep the key set five minutes and take no other; the instances' clocks run ${pace} times as fast.`,
  seconds: 30,
  async run(seconds) {
    await using world = await startWorld();
    const line = openLine(world.issuer, 8);
    const first = await clockOf(world);
    const [kids, faults] = [new Set<string>(), [] as string[]];
    let [verified, rotations, fetches] = [0, 0, 0];
    const until = performance.now() + seconds * 1000;

    const relyingParty = async (): Promise<void> => {
      const visitor = new Visitor(line);
      await logIn(line, visitor, { person: an, mayConsent: true });
      let keys: { at: number; set: ReturnType<typeof createLocalJWKSet> } | undefined;
      while (performance.now() < until) {
        const { id_token: token } = await redeem(line, await authorizeWithSession(visitor));
        // the time of the instances, as a token of this moment tells it
        const at = decodeJwt(token).iat ?? 0;
        if (!keys || at - keys.at >= cached) {
          const { body } = await line.send('GET', '/jwks');
          keys = { at, set: createLocalJWKSet(JSON.parse(body) as JSONWebKeySet) };
          fetches += 1;
        }
        const checks = { issuer: world.issuer, audience: client.client_id, currentDate: new Date(at * 1000) };
        kids.add(String(decodeProtectedHeader(token).kid));
        await jwtVerify(token, keys.set, checks).then(
          () => (verified += 1),
          (cause: Error) => faults.push(cause.message),
        );
      }
    };
    const everySecond = async (): Promise<void> => {
      for (; performance.now() < until; rotations += 1) {
        const next = pause(1000);
        const now = await clockOf(world);
        await rotateKeys({ folder: join(world.folder, 'keys'), now, announce, retire: 3_600_000 });
        await Promise.all(
          world.members.map(({ origin }) => post(`${origin}/lab/api/clock/advance`, { seconds: pace - 1 })),
        );
        await next;
      }
    };
    await Promise.all([everySecond(), ...Array.from({ length: 4 }, relyingParty)]).finally(() => line.close());
    return [
      {
        name: 'rotations',
        value: `${rotations}, in ${Math.round(((await clockOf(world)) - first) / 60_000)} minutes of the instances`,
      },
      { name: 'keys that signed', value: String(kids.size), holds: kids.size > 2 },
      {
        name: 'ID tokens that did not verify',
        value: `${faults.length} of ${faults.length + verified} ${[...new Set(faults)].join('; ')}`,
        holds: faults.length === 0 && verified > 0,
      },
      { name: 'times that a key set was fetched', value: String(fetches) },
    ];
  },
};

async function clockOf({ members: [member] }: World): Promise<number> {
  const answer = await fetch(`${member?.origin}/lab/api/clock`);
  return Date.parse(((await answer.json()) as { now: string }).now);
}

async function post(address: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
}
