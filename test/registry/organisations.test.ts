import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClock } from '../../src/clock.ts';
import { createEvents } from '../../src/events.ts';
import { cast } from '../../src/registry/cast.ts';
import { createOrganisations, type Organisations } from '../../src/registry/organisations.ts';
import { seed } from '../../src/registry/seed.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase } from '../support/database.ts';

let database: Database;
let organisations: Organisations;
const clock = createClock();

beforeEach(async () => {
  database = await newDatabase();
  organisations = createOrganisations({ db: database.db, clock, events: createEvents() });
  await seed({ database, citizens: 0, seed: 1, passwordHash: async () => 'hash', clock });
});
afterEach(() => database.close());

it('knows for whom someone acts, from the first day of a mandate to the last', async () => {
  const id = cast.find(({ key }) => key === 'viet')?.id ?? '';
  expect(await organisations.mandates(id)).toMatchObject([
    { role: 'representative', organisation: { kind: 'enterprise', taxCode: '0100000001' } },
  ]);
  await organisations.end('0100000001', id, { role: 'representative', until: '2024-12-31' });
  for (const [day, many] of [
    ['2019-12-31', 0],
    ['2020-01-01', 1],
    ['2024-12-31', 1],
    ['2025-01-01', 0],
  ] as const)
    expect(await organisations.mandates(id, day), day).toHaveLength(many);
});
