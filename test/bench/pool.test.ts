import { expect, test } from 'vitest';
import { createPool } from './pool.ts';

test('a turn that is nothing in itself is lent too, to one after the other', async () => {
  const turn = createPool([undefined]);
  const order: string[] = [];
  const work = (name: string) =>
    turn.lend(async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    });
  await Promise.all([work('one'), work('two')]);
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('what failed is lent to the next as it was', async () => {
  const pool = createPool(['token']);
  await expect(pool.lend(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  const lent: string[] = [];
  await pool.lend(async (item) => (lent.push(item), 'newer'));
  await pool.lend(async (item) => (lent.push(item), item));
  expect(lent).toEqual(['token', 'newer']);
});
