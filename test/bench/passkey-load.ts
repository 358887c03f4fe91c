import { createAuthenticator, type Authenticator } from '../../src/lab/authenticator.ts';
import { Browser } from '../support/browser.ts';
import { addPasskey, openOwnPasskeys } from '../support/passkeys.ts';
import type { Contender } from './comparison.ts';
import { atMost, type Figures, information } from './figures.ts';
import { logInByPasskey, redeem } from './flows.ts';
import { drive, type Load, measure, rangeOf } from './load.ts';
import { lanes } from './operations.ts';
import { openLine, Visitor } from './visitor.ts';

/** Milliseconds of the server's CPU that signing in by passkey may cost beyond a login in which nothing is checked. */
const dearest = 1;
/** People who have a passkey. */
const holders = 48;
const rounds = 12;

/**
 * Logins by passkey, in turns with those of the bare provider and with ours by a password that costs nothing: what the
 * ceremony adds, and what all of ours adds. ES256, user verified.
 */
export async function measurePasskeys(bare: Contender, ours: Contender, seconds: number): Promise<Figures> {
  const { issuer, people } = ours.target;
  const line = openLine(issuer, lanes + 4);
  const authenticators: Authenticator[] = [];
  await drive({
    seconds: 60,
    most: holders,
    lanes: 8,
    async work(_lane, turn) {
      const person = people[turn];
      if (!person) throw new Error(`the bench has ${people.length} people, not ${holders}`);
      const [browser, authenticator] = [new Browser(), createAuthenticator({ origin: issuer })];
      await openOwnPasskeys({ issuer }, browser, person);
      const page = await addPasskey(browser, authenticator);
      if (page.status >= 400) throw new Error(`no passkey was added: ${page.status} ${page.text.slice(0, 300)}`);
      authenticators[turn] = authenticator;
    },
  });
  let turns = 0;
  const byPasskey = () =>
    logInByPasskey(new Visitor(line), authenticators[turns++ % holders] as Authenticator).then((code) =>
      redeem(line, code),
    );
  const load = (work: Load['work']): Load => ({ seconds: seconds / rounds, most: 5_000, lanes, work });
  const costs: Record<'bare' | 'password' | 'passkey', number[]> = { bare: [], password: [], passkey: [] };
  await drive({ ...load(byPasskey), seconds: seconds / 3 });
  for (let round = 0; round < rounds; round += 1) {
    costs.bare.push((await measure(bare.target, load(bare.operations.login))).cpuMsPerOperation);
    costs.password.push((await measure(ours.target, load(ours.operations.login))).cpuMsPerOperation);
    costs.passkey.push((await measure(ours.target, load(byPasskey))).cpuMsPerOperation);
  }
  line.close();
  const least = (name: keyof typeof costs) => rangeOf(costs[name]).least;
  return {
    'full login by passkey, memory: CPU': information(least('passkey'), 'ms/op'),
    'full login by passkey, memory: CPU beyond a bare login': atMost(dearest, least('passkey') - least('bare'), 'ms'),
    'full login by passkey, memory: CPU beyond ours without password': atMost(
      dearest,
      least('passkey') - least('password'),
      'ms',
    ),
  };
}
