import { parseArgs } from 'node:util';
import { usable } from '../../src/accounts/accounts.ts';
import { createPasswords, type Passwords } from '../../src/accounts/passwords.ts';
import { startVneid } from '../../src/index.ts';
import { cast, castPassword } from '../../src/registry/cast.ts';
import { createGenerator } from '../../src/registry/generator/household.ts';
import { type Order, type Person, reportTo } from './child.ts';
import { api, client } from './client.ts';

/**
 * Ours, as the bench starts it: `--data <folder>` for files, else everything in memory; `--redis` and `--database` for
 * stores that instances share. Passwords are argon2id as everyone gets it from the moment that the bench says so; before
 * that whatever is typed is right.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: ':memory:' },
    redis: { type: 'string' },
    database: { type: 'string' },
    citizens: { type: 'string', default: '2000' },
  },
});
const citizens = Number(values.citizens);
const seed = 1;

const vneid = await startVneid({
  data: values.data,
  artifacts: values.data === ':memory:' ? 'memory' : 'sqlite',
  ...(values.redis && { redisUrl: values.redis }),
  ...(values.database && { databaseUrl: values.database }),
  citizens,
  seed,
  // people of the mix come from addresses of their own
  trustProxy: true,
  clients: [{ ...client, resources: [api.resource] }],
  resources: [api],
  passwords: checkWhenTold(),
});
reportTo(process, { ready: { issuer: vneid.issuer, people: await people() }, stop: () => vneid.stop() });

/** What everyone gets, one hashing thread, taking any password until told: what is measured then is everything else. */
function checkWhenTold(): Passwords {
  const passwords = createPasswords({ workers: 1, queue: 64 });
  let checking = false;
  process.on('message', (order: Order) => {
    checking ||= order === 'check passwords';
  });
  return { ...passwords, verify: async (phc, password) => !checking || passwords.verify(phc, password) };
}

/** Everybody whose account can reach level 2 with a code sent to their phone. */
async function people(): Promise<Person[]> {
  const numbers = cast.map(({ number }) => number);
  const makeHousehold = createGenerator(seed);
  for (let index = 0; numbers.length < citizens; index += 1) {
    for (const { number } of makeHousehold(index).citizens) numbers.push(number);
  }
  const found: Person[] = [];
  for (const number of numbers) {
    const account = await vneid.accounts.byNumber(number);
    if (account && usable(account) && account.level === 2 && account.phone)
      found.push({ number, password: castPassword });
  }
  return found;
}
