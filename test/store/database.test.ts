import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { tableNames } from '../../src/store/schema.ts';
import { newPlace, rowsOf } from '../support/database.ts';

it('makes the tables of a new database once, however many programs open it at once', async () => {
  const { place, drop } = await newPlace();
  const all = await Promise.all(Array.from({ length: 5 }, () => openDatabase(place)));
  for (const one of all) {
    expect(await rowsOf(one, `select count(*) as n from ${tableNames[0]}`)).toEqual([{ n: 0 }]);
    await one.close();
  }
  await drop();
});
