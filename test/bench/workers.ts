import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { castPassword } from '../../src/registry/cast.ts';
import { createGenerator } from '../../src/registry/generator/household.ts';
import { startRedis } from '../support/redis.ts';
import type { Person } from './child.ts';
import { client } from './client.ts';
import { cheapest, compare, type Contender, fastest, type Row } from './comparison.ts';
import { describeMachine } from './cores.ts';
import { atLeast, type Figures, information } from './figures.ts';
import { type OperationName, prepare } from './operations.ts';
import { freePort } from '../support/ports.ts';
import { startPeer } from './peers.ts';
import { type Bench, ourWays } from './targets.ts';

/** What two workers have to do beside one. */
const least = 1.7;
/** No password is in it: those are hashed beside the workers, on every core there is already. */
const scenario: OperationName = 'session';
/** Cores that two workers and the generator have to have to themselves before the ratio says something of the program. */
const enough = 3;

/** The program as it is deployed, with one worker and with two, Redis behind them; all cores are theirs, in turns. */
export async function measureWorkers(bench: Bench, seconds: number): Promise<{ rows: Row[]; figures: Figures }> {
  await using stack = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  for (const workers of [1, 2]) contenders.push(await contend(stack, bench, workers));
  const rows = await compare(scenario, contenders, seconds);
  const [one, two] = rows as [Row, Row];
  const ratio = fastest(two) / fastest(one);
  const { cores } = describeMachine();
  return {
    rows,
    figures: {
      'two workers against one: rate': cores < enough ? information(ratio, 'x') : atLeast(least, ratio, 'x'),
      // what they would do with a core each and the generator elsewhere
      'two workers against one: work for the CPU, twice': atLeast(least, (2 * cheapest(one)) / cheapest(two), 'x'),
    },
  };
}

async function contend(stack: AsyncDisposableStack, bench: Bench, workers: number): Promise<Contender> {
  const redis = stack.use(await startRedis());
  const clients = join(bench.folder, 'clients.json');
  await writeFile(clients, JSON.stringify({ clients: [client] }));
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const folder = join(bench.folder, `workers-${workers}`);
  const target = await startPeer({
    name: `${workers} worker${workers === 1 ? '' : 's'}`,
    command: [process.execPath, 'src/main.js', 'start', '--workers', String(workers)],
    env: {
      VNEID_PORT: String(port),
      VNEID_DATA: join(folder, 'data'),
      VNEID_KEYS: join(folder, 'keys'),
      VNEID_CITIZENS: '1000',
      VNEID_CITY: 'false',
      VNEID_CLIENTS: clients,
      VNEID_REDIS_URL: redis.url,
      VNEID_LOG: 'error',
    },
    issuer,
    ready: `${issuer}/health/ready`,
    // a connection stays where it was opened, and the first worker answers before there is a second
    says: issuer,
    people: people(200),
    cores: bench.cores,
    on: 'all',
  });
  stack.defer(() => target.stop());
  const operations = await prepare(target, { enter: ourWays.enter }, (name) => name === scenario);
  stack.defer(() => operations.close());
  return { target, operations };
}

/** Generated people who can sign in; the program makes the same. */
function people(count: number): Person[] {
  const found: Person[] = [];
  const makeHousehold = createGenerator(1);
  for (let index = 0; found.length < count; index += 1) {
    const { citizens, accounts } = makeHousehold(index);
    const open = new Set(accounts.filter(({ state }) => state === 'active').map((account) => account.citizen_id));
    for (const { id, number } of citizens) if (open.has(id)) found.push({ number, password: castPassword });
  }
  return found;
}
