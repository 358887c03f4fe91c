import type { Context } from 'koa';
import { afterEach, describe, expect, it } from 'vitest';
import { type Audit, type AuditParts, createAudit } from '../../src/audit/audit.ts';
import { createClock } from '../../src/clock.ts';
import { createEvents, type Events } from '../../src/events.ts';
import type { Database } from '../../src/store/database.ts';
import { newDatabase, onPostgres, rowsOf } from '../support/database.ts';

const login: Events['login.succeeded'] = {
  uid: 'u1',
  client: 'ihanoi',
  account: 'an',
  acr: 'urn:vneid:loa:2',
  amr: ['pwd', 'otp', 'mfa'],
  address: '127.0.0.1',
};
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const noTable = onPostgres() ? 'does not exist' : 'no such table';

describe('the audit', () => {
  const opened: { audit: Audit; database: Database }[] = [];
  afterEach(async () => {
    for (const { audit, database } of opened.splice(0)) {
      await audit.stop();
      await database.close();
    }
  });

  async function open(failed?: AuditParts['failed']) {
    const database = await newDatabase();
    const clock = createClock();
    const events = createEvents();
    const audit = createAudit({ db: database.db, clock, events, ...(failed && { failed }) });
    opened.push({ audit, database });
    const rows = () => rowsOf(database, 'select * from audit order by id');
    const run = (statement: string) => rowsOf(database, statement);
    return { database, clock, events, audit, rows, run };
  }

  it('keeps every event with who, where and when, by the clock of the instance', async () => {
    const { audit, clock, events } = await open();
    clock.advance(86_400_000);
    const before = clock.now();
    events.emit('login.succeeded', login);
    events.emit('keys.changed', { active: ['k2'], published: ['k1', 'k2'] });
    await audit.flush();
    const [keys, first] = await audit.list();
    expect(first).toMatchObject({ event: 'login.succeeded', account: 'an', client: 'ihanoi', facts: login });
    expect(keys).toMatchObject({ event: 'keys.changed', account: null, client: null, facts: { active: ['k2'] } });
    expect(first?.id).toMatch(uuidv7);
    expect(first?.at).toBeGreaterThanOrEqual(before);
    expect(first?.at).toBeLessThanOrEqual(clock.now());
    expect(Number.parseInt(first?.id.replace('-', '').slice(0, 12) ?? '', 16)).toBe(first?.at);
  });

  it('writes by itself after the turn, without anybody asking, and in the order of the events', async () => {
    const { events, rows } = await open();
    for (let i = 0; i < 500; i += 1) events.emit('session.ended', { account: String(i) });
    while ((await rows()).length < 500) await new Promise((resolve) => setImmediate(resolve));
    expect((await rows()).map((row) => row.account_id)).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
    expect(new Set((await rows()).map((row) => row.id)).size).toBe(500);
  });

  it('puts what one turn brought into one transaction', async () => {
    const { database, audit, events } = await open();
    let begun = 0;
    const { transaction } = database.db;
    database.db.transaction = () => {
      begun += 1;
      return transaction.call(database.db);
    };
    for (let i = 0; i < 50; i += 1) events.emit('session.ended', { account: String(i) });
    await audit.flush();
    expect(await audit.list({ limit: 1_000 })).toHaveLength(50);
    expect(begun).toBe(1);
  });

  it('has an answer wait for what people did, not for what programs do, nor while nothing can be written', async () => {
    const { audit, events, rows, run } = await open();
    const answer = async (did: () => void) => audit.acknowledged({} as Context, async () => did());
    await answer(() => events.emit('login.succeeded', login));
    expect(await rows()).toHaveLength(1);
    // at the same time, and one that did nothing
    await Promise.all(
      ['an', 'binh', 'cuc']
        .map((account) => answer(() => events.emit('session.ended', { account })))
        .concat(answer(() => {})),
    );
    expect(await rows()).toHaveLength(4);

    await run('alter table audit rename to hidden');
    await answer(() => events.emit('token.issued', { client: 'ihanoi', grantType: 'refresh_token' }));
    // whoever waits when the write fails is let go, and who comes after them does not wait
    await answer(() => events.emit('login.succeeded', login));
    await answer(() => events.emit('login.succeeded', login));
    await run('alter table hidden rename to audit');
    await audit.flush();
    expect(await rows()).toHaveLength(7);
  });

  it('cannot be rewritten: the table refuses update and delete, and the row stays as it was', async () => {
    const { database, audit, events, rows, run } = await open();
    events.emit('login.succeeded', login);
    await audit.flush();
    const kept = await rows();
    expect(kept).toHaveLength(1);
    const attacks = [
      "update audit set account_id = 'another'",
      "update audit set facts = '{}' where event = 'login.succeeded'",
      'delete from audit',
      "delete from audit where account_id = 'an'",
    ];
    for (const attack of attacks) await expect(run(attack), attack).rejects.toThrow('audit is append-only');
    await expect(database.db.deleteFrom('audit').execute()).rejects.toThrow('append-only');
    expect(await rows()).toEqual(kept);
  });

  it('is read by page, by account and by event', async () => {
    const { audit, events } = await open();
    for (let i = 0; i < 25; i += 1) {
      events.emit('session.ended', { account: i % 2 === 0 ? 'an' : 'binh', client: String(i) });
      if (i % 5 === 0) events.emit('consent.refused', { account: 'an', client: 'ihanoi' });
    }
    const pages: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await audit.list({ limit: 4, event: 'session.ended', before });
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(4);
      pages.push(...page.map((entry) => entry.client ?? ''));
      before = page.at(-1)?.id;
    }
    expect(pages).toEqual(Array.from({ length: 25 }, (_, i) => String(24 - i)));
    const ofAn = await audit.list({ account: 'an' });
    expect(ofAn).toHaveLength(13 + 5);
    expect(ofAn.every((entry) => entry.account === 'an')).toBe(true);
    expect(await audit.list({ account: 'an', event: 'consent.refused' })).toHaveLength(5);
    expect(await audit.list({ account: "' or 1=1 --" })).toEqual([]);
    for (const limit of [0, -5, Number.NaN, 0.5]) expect(await audit.list({ limit })).toHaveLength(1);
  });

  it('says when it cannot write, keeps the rows, and writes each once when it can again', async () => {
    const failures: { waiting: number; lost: number }[] = [];
    const { audit, events, rows, run } = await open((error, kept) => {
      expect(String(error)).toContain(noTable);
      failures.push(kept);
    });
    await run('alter table audit rename to hidden');
    events.emit('login.succeeded', login);
    events.emit('session.ended', { account: 'an' });
    await expect(audit.flush()).rejects.toThrow(noTable);
    events.emit('session.ended', { account: 'binh' });
    await expect(audit.flush()).rejects.toThrow(noTable);
    expect(failures).toEqual([
      { waiting: 2, lost: 0 },
      { waiting: 3, lost: 0 },
    ]);
    await run('alter table hidden rename to audit');
    await audit.flush();
    expect((await rows()).map((row) => row.account_id)).toEqual(['an', 'an', 'binh']);
    expect(failures).toHaveLength(2);
  });

  it('does not write a row twice when the answer to a commit was lost', async () => {
    const { database, audit, events, rows } = await open(() => {});
    const { transaction } = database.db;
    database.db.transaction = () => {
      const begun = transaction.call(database.db);
      const execute = begun.execute.bind(begun);
      begun.execute = async (work) => {
        await execute(work);
        throw new Error('connection lost');
      };
      return begun;
    };
    for (const _ of [1, 2, 3]) events.emit('login.succeeded', login);
    await expect(audit.flush()).rejects.toThrow('connection lost');
    expect(await rows()).toHaveLength(3);
    database.db.transaction = transaction;
    await audit.flush();
    expect(await rows()).toHaveLength(3);
  });

  it('never throws at an emitter: not for facts that cannot be written, not for a database that is gone', async () => {
    const failures: { waiting: number; lost: number }[] = [];
    const { audit, events, rows, run } = await open((_, kept) => failures.push(kept));
    const odd: Record<string, unknown> = { account: 'an' };
    odd.self = odd;
    events.emit('session.ended', odd);
    events.emit('session.ended', { account: 'binh', size: 1n } as never);
    await audit.flush();
    expect((await rows()).map((row) => row.account_id)).toEqual(['an', 'binh']);
    for (const row of await rows()) expect(String(row.facts)).toContain('unreadable');

    await run('drop table audit');
    events.emit('session.ended', { account: 'chi' });
    await audit.stop();
    expect(failures.at(-1)).toEqual({ waiting: 0, lost: 1 });
  });

  it('says how many it had to give up when the database stays away for long', async () => {
    const failures: { waiting: number; lost: number }[] = [];
    const { audit, events, rows, run } = await open((_, kept) => failures.push(kept));
    await run('alter table audit rename to hidden');
    for (let i = 0; i < 50_007; i += 1) events.emit('session.ended', {});
    await expect(audit.flush()).rejects.toThrow(noTable);
    expect(failures).toEqual([{ waiting: 50_000, lost: 7 }]);
    await run('alter table hidden rename to audit');
    await audit.flush();
    expect(await rows()).toHaveLength(50_000);
  });

  it('writes what waits when it stops, and hears nothing afterwards', async () => {
    const { audit, events, rows } = await open();
    events.emit('login.succeeded', login);
    await audit.stop();
    expect(await rows()).toHaveLength(1);
    events.emit('login.succeeded', login);
    await audit.flush();
    await audit.stop();
    expect(await rows()).toHaveLength(1);
  });
});
