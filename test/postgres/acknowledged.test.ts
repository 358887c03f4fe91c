import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../support/browser.ts';
import { newPostgres } from '../support/database.ts';
import { lab } from '../support/lab.ts';
import { ask } from '../support/postgres.ts';
import { type Program, startProgram } from '../support/program.ts';
import { an, atCallback, authorizationRequest, relyingParty, testClient } from '../support/relying-party.ts';

/**
 * Who was told that something was done finds it in the audit, though the instance dies (kill -9) with the answer. The
 * table is held by somebody else meanwhile: that makes a moment of the last turn of an event loop as long as it takes.
 */
const folder = mkdtempSync(join(tmpdir(), 'vneid-acknowledged-'));
let postgres: Awaited<ReturnType<typeof newPostgres>>;
beforeAll(async () => {
  postgres = await newPostgres();
  writeFileSync(join(folder, 'clients.yaml'), JSON.stringify({ clients: [testClient] }));
});
afterAll(async () => {
  await postgres.drop();
  await rm(folder, { recursive: true });
});

const start = () =>
  startProgram({
    command: [process.execPath, 'src/main.js', 'start'],
    cwd: process.cwd(),
    folder,
    env: {
      VNEID_CITY: 'false',
      VNEID_CITIZENS: '0',
      VNEID_LOG: 'error',
      VNEID_CLIENTS: join(folder, 'clients.yaml'),
      VNEID_DATABASE_URL: postgres.url,
    },
  });

/** Asks for something while nobody can write into the audit. */
async function whileHeld(
  program: Program,
  act: () => Promise<unknown>,
): Promise<{ answered: boolean; goOn(): Promise<void> }> {
  const holder = new Client({ connectionString: postgres.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table audit in share row exclusive mode');
  let answered = false;
  const answer = act().then(() => (answered = true));
  const waits = `select count(*)::int as n from pg_locks where relation = 'audit'::regclass and not granted`;
  while (!answered && (await ask(postgres.url, waits))[0]?.n === 0);
  // whatever is not held up is through long before these are
  for (let time = 0; time < 30; time += 1) await fetch(`${program.issuer}/health/ready`);
  return {
    answered,
    async goOn() {
      await holder.end();
      await answer;
    },
  };
}

/** With all that it was about to write. */
async function kill(program: Program): Promise<void> {
  program.process.kill('SIGKILL');
  await program.ended;
  await ask(
    postgres.url,
    `select pg_terminate_backend(pid) from pg_locks where relation = 'audit'::regclass and not granted`,
  );
}

const recorded = async (event: string) =>
  Number((await ask(postgres.url, `select count(*)::int as n from audit where event = '${event}'`))[0]?.n);

/** What people and operators do, and the record of it. */
const acts: [string, (program: Program) => Promise<() => Promise<unknown>>][] = [
  [
    'consent.given',
    async (program) => {
      const browser = new Browser();
      const { url } = await authorizationRequest(await relyingParty(program), { prompt: 'consent' });
      await browser.open(url);
      await browser.submit({ login: an.number, password: an.password }, { until: atCallback });
      return async () => {
        const page = await browser.submit({ decision: 'allow' }, { until: atCallback });
        expect(page.url.searchParams.get('code')).toBeTruthy();
      };
    },
  ],
  [
    'account.locked',
    async (program) => async () => {
      const answer = await lab(program, 'PATCH', `/accounts/${an.number}`, { state: 'locked' });
      expect(answer.status).toBe(200);
    },
  ],
];

test.each(acts)(
  '%s: the answer waits for its record, which survives the instance',
  async (event, prepare) => {
    const program = await start();
    const act = await prepare(program);
    const before = await recorded(event);
    const { answered, goOn } = await whileHeld(program, act);
    if (answered) await kill(program);
    await goOn();
    await kill(program);
    expect(await recorded(event)).toBe(before + 1);
    expect(answered).toBe(false);
  },
  60_000,
);
