import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInbox, type Inbox } from '../../src/accounts/inbox.ts';
import type { Clock } from '../../src/clock.ts';
import type { Database } from '../../src/store/database.ts';
import { createStillClock } from './still-clock.ts';
import { newDatabase } from '../support/database.ts';

let clock: Clock;
let database: Database;
let inbox: Inbox;

beforeEach(async () => {
  clock = createStillClock();
  database = await newDatabase();
  inbox = createInbox({ db: database.db, clock });
});
afterEach(() => database.close());

const deliver = (citizenId: string, titleVi: string) =>
  inbox.deliver({
    citizenId,
    kind: 'notice',
    channel: 'app',
    recipient: 'VNeID',
    titleVi,
    titleEn: titleVi,
    textVi: 'Nội dung',
    textEn: 'Text',
  });

test('shows a citizen their own messages, the newest first, even within a millisecond', async () => {
  for (let index = 0; index < 30; index += 1) await deliver('an', `thư ${index}`);
  await deliver('bình', 'của người khác');
  clock.advance(1000);
  const last = await deliver('an', 'thư cuối');
  const messages = await inbox.messages('an');
  expect(messages.map(({ titleVi }) => titleVi)).toEqual([
    'thư cuối',
    ...Array.from({ length: 30 }, (_, index) => `thư ${29 - index}`),
  ]);
  expect(messages[0]).toEqual(last);
  expect(messages[0]?.code).toBeUndefined();
});

test('shows as many as asked, between one and two hundred', async () => {
  for (let index = 0; index < 60; index += 1) await deliver('an', `thư ${index}`);
  expect(await inbox.messages('an')).toHaveLength(50);
  expect(await inbox.messages('an', { limit: 3 })).toHaveLength(3);
  expect(await inbox.messages('an', { limit: -1 })).toHaveLength(1);
  expect(await inbox.messages('an', { limit: 1e9 })).toHaveLength(60);
  expect(await inbox.messages('nobody')).toEqual([]);
});
