import { random } from '../../src/registry/generator/random.ts';
import type { Person } from './child.ts';
import { failPassword, logIn, type Site } from './sign-in.ts';
import { Visitor } from './visitor.ts';

/**
 * Shares of what people do at login.gov, in ten thousandths, as its load test has them: 18F/identity-loadtest,
 * load_testing/prod_simulator.locustfile.py, "updated based on measurements from 2021-04-13", and 54 % of sign-ins from
 * a browser that is remembered, which skip the second factor. Signing up (813) and proofing (18) are left out: here that
 * happens at an office and on the phone. A wrong one-time code (79) is a sign-in with a code as well.
 */
const shares = { remembered: 3922, withCode: 3341 + 79, nobody: 885, wrongPassword: 885 };
const total = Object.values(shares).reduce((sum, share) => sum + share, 0);

type Kind = keyof typeof shares;

/** Which of the kinds a number from 0 up to but not including 1 stands for. */
export function kindAt(chance: number): Kind {
  let left = chance * total;
  for (const [kind, share] of Object.entries(shares) as [Kind, number][]) {
    if (left < share) return kind;
    left -= share;
  }
  return 'remembered';
}

/** One visit after the other as they come at login.gov, each from an address of its own. */
export function createMix(site: Site, person: () => Person): () => Promise<void> {
  const chance = random(2021, 4, 13);
  let visits = 0;
  return async () => {
    visits += 1;
    const visitor = new Visitor(site.line, `10.${visits >> 16}.${(visits >> 8) & 255}.${visits & 255}`);
    const kind = kindAt(chance.next());
    if (kind === 'nobody')
      await failPassword(site, visitor, { number: strangerAt(visits), password: 'whatever it is' });
    else if (kind === 'wrongPassword') await failPassword(site, visitor, { ...person(), password: 'not that' });
    else await site.protocol.redeem(await logIn(site, visitor, { person: person(), withCode: kind === 'withCode' }));
  };
}

/** A number like everybody's that nobody has, another at each visit, as one alone would soon be slowed down. */
function strangerAt(visit: number): string {
  return `0010859${String(visit % 100_000).padStart(5, '0')}`;
}
