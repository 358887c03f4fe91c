import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startVneid } from '../../src/index.ts';
import { Browser } from '../support/browser.ts';
import { type Program, startProgram } from '../support/program.ts';
import { until } from '../support/redis.ts';
import { authorizationRequest, redeem, relyingParty, signIn, testClient } from '../support/relying-party.ts';

const waiting = { timeout: 60_000, interval: 50 };
/** Milliseconds for a test that starts several processes, on a machine that has others to run too. */
const slowly = 120_000;

/** The processes that a program has started. */
async function workersOf({ process: { pid } }: Program): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

/** On a connection of its own, which comes to the worker whose turn it is. */
async function get(url: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const asked = request(url, { agent: false, headers, signal }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

const start = (folder: string, env: Record<string, string>) =>
  startProgram({
    command: [process.execPath, 'src/main.js', 'start', '--workers', '2'],
    cwd: process.cwd(),
    folder,
    env: { VNEID_CITIZENS: '0', VNEID_LOG: 'error', ...env },
  });

describe('two workers on one port', () => {
  let folder: string;
  let program: Program;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vneid-workers-'));
    program = await start(folder, { VNEID_DRAIN: '2' });
    // it is told where it is when all are ready
    await until(async () => program.output().stdout.includes(program.issuer));
  }, slowly);
  afterAll(async () => {
    program.process.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  test('one banner is written, the city is there, and a person signs in to a client registered meanwhile', async () => {
    expect(program.output().stdout.split('SYNTHETIC DATA')).toHaveLength(2);
    expect((await get(`${program.city}/ihanoi`)).status).toBe(200);
    const made = await fetch(`${program.issuer}/lab/api/clients`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...testClient, token_endpoint_auth_method: 'client_secret_basic' }),
    });
    expect(made.status).toBe(201);
    const configuration = await relyingParty(program);
    const { url } = await authorizationRequest(configuration);
    const statuses = async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => get(url.href)));
      return answers.map(({ status }) => status);
    };
    await expect.poll(statuses, { timeout: 1_000, interval: 20 }).toEqual([303, 303, 303, 303]);
    const asked = await authorizationRequest(configuration);
    const { url: back } = await signIn(program, new Browser(), asked.url);
    expect((await redeem(configuration, { ...asked, url: back })).claims()?.sub).toBeTruthy();
  });

  test('a page of metrics is of both, whoever answers it', async () => {
    const counted = async () => {
      const { body } = await get(`${program.issuer}/metrics`);
      return Number(/^vneid_requests_total\{route="\/health\/live".*\} (\d+)$/m.exec(body)?.[1] ?? 0);
    };
    const before = await counted();
    for (let asked = 0; asked < 10; asked += 1) await get(`${program.issuer}/health/live`);
    expect(await counted()).toBe(before + 10);
    expect(await counted()).toBe(before + 10);
  });

  test('whoever comes to the city may come to any of them, and comes back to any', async () => {
    for (let visit = 0; visit < 4; visit += 1) {
      const begun = await get(`${program.city}/ihanoi/login`);
      const state = new URL(begun.headers.location ?? '').searchParams.get('state');
      const answer = { error: 'access_denied', state: String(state), iss: program.issuer };
      const cookie = begun.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      // one more, so that the next is another's turn
      await get(`${program.city}/ihanoi`);
      const path = `/ihanoi/callback?${new URLSearchParams(answer)}`;
      for (const expected of ['access_denied', 'no sign-in was begun']) {
        const { body } = await get(program.city + path, { cookie });
        expect(body).toContain(expected);
      }
    }
  });

  test('what is of one process is refused, in words', async () => {
    const answer = await fetch(`${program.issuer}/lab/api/clock/freeze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'lab.workers' });
    expect((await get(`${program.issuer}/lab/api/clock`)).status).toBe(200);
  });

  test(
    'another is started for one that dies, and meanwhile the others answer, for the city too',
    async () => {
      let known = await workersOf(program);
      expect(known).toHaveLength(2);
      const counted = async () => {
        const { body } = await get(`${program.issuer}/metrics`);
        return Number(/^vneid_requests_total\{route="\/health\/live".*\} (\d+)$/m.exec(body)?.[1] ?? 0);
      };
      const countedBefore = await counted();
      expect(countedBefore).toBeGreaterThan(1);
      const statuses = new Set<number | undefined>();
      // whoever comes to one that is starting is answered when it can, for the other would have answered
      const look = async () => {
        for (const address of [`${program.issuer}/jwks`, `${program.city}/ihanoi`])
          statuses.add((await get(address).catch(() => undefined))?.status);
      };
      /** Waits for one that is starting: while these stand still nobody else answers. */
      const othersAnswer = async (these: number[]) => {
        for (const one of these) process.kill(one, 'SIGSTOP');
        const asked = Array.from({ length: 4 }, () => get(`${program.issuer}/jwks`));
        await Promise.any(asked);
        for (const one of these) process.kill(one, 'SIGCONT');
        await Promise.all(asked);
      };
      const howMany = async () => {
        await look();
        return (await workersOf(program)).length;
      };
      for (const pid of known) {
        process.kill(pid, 'SIGKILL');
        await expect.poll(async () => (await workersOf(program)).includes(pid), waiting).toBe(false);
        await expect.poll(howMany, { ...waiting, interval: 5 }).toBe(2);
        const now = await workersOf(program);
        await othersAnswer(now.filter((one) => known.includes(one)));
        known = now;
        for (let asked = 0; asked < 4; asked += 1) await look();
      }
      expect([...statuses]).toEqual([200]);
      // a total that falls is read as one that began anew, and all of it as what has happened since
      expect(await counted()).toBe(countedBefore);
      expect(program.output().stderr).toMatch(/worker [12] ended \(SIGKILL\); another is started in \d+ ms/);
    },
    slowly,
  );

  test('told to stop, it is not ready but answers, finishes what is under way, and ends with 0', async () => {
    const body = 'grant_type=authorization_code';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
    const slow = request(`${program.issuer}/token`, { method: 'POST', agent: false, headers });
    const response = once(slow, 'response') as Promise<[IncomingMessage]>;
    // whoever waits for it below hears of it
    response.catch(() => undefined);
    slow.write(body.slice(0, 5));
    await once(slow, 'socket').then(([socket]) => (socket.connecting ? once(socket, 'connect') : undefined));
    // its worker has it: the workers take turns, and each has answered what was asked later
    for (let turn = 0; turn < 4; turn += 1) await get(`${program.issuer}/health/live`);
    program.process.kill('SIGTERM');
    await expect
      .poll(() => get(`${program.issuer}/health/ready`), { timeout: 10_000, interval: 20 })
      .toMatchObject({ status: 503, body: expect.stringContaining('leaving') });
    expect((await get(`${program.issuer}/.well-known/openid-configuration`)).status).toBe(200);
    // what node:cluster hands to a worker in the moment it closes goes to another, and where there is none, to nobody
    const live = () => get(`${program.issuer}/health/live`, {}, AbortSignal.timeout(1_000)).catch(() => 'refused');
    await expect.poll(live, waiting).toBe('refused');
    slow.end(body.slice(5));
    const [answer] = await response;
    expect(await text(answer)).toContain('invalid_request');
    expect(await program.ended).toBe(0);
  });
});

test(
  'one that dies at once again and again is given up, and the program ends with 1',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vneid-workers-'));
    const program = await start(folder, { VNEID_CITY: 'false' });
    await expect.poll(() => program.output().stdout, waiting).toContain(program.issuer);
    while (program.process.exitCode === null) {
      for (const pid of await workersOf(program).catch(() => []))
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it has ended meanwhile
        }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await program.ended).toBe(1);
    expect(program.output().stderr).toContain('giving up');
    await rm(folder, { recursive: true });
  },
  slowly,
);

describe('before any of them is started', () => {
  test(
    'a port that is taken ends the program with 1 and says which',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vneid-workers-'));
      await using other = await startVneid({ data: ':memory:' });
      const failed = start(folder, { VNEID_PORT: String(other.port), VNEID_CITY: 'false' });
      await expect(failed).rejects.toThrow(new RegExp(`ended with 1.*${other.port}`, 's'));
      await rm(folder, { recursive: true });
    },
    slowly,
  );

  const right = { workers: 2, data: '/d', keys: '/k', port: 3000 };
  const redisUrl = 'redis://127.0.0.1:6379';
  test.each([
    ['keys that vanish', { keys: ':memory:' }, 'keys'],
    ['data that vanish', { data: ':memory:' }, 'data'],
    ['artifacts in memory', { artifacts: 'memory' }, 'artifacts'],
    ['data that vanish beside Redis alone', { data: ':memory:', redisUrl }, 'data'],
    ['any port', { port: 0 }, 'port'],
    ['any port of the city', { cityPort: 0 }, 'cityPort'],
  ] as const)('%s are not shared, and are refused', (_, own, option) => {
    expect(readConfig({ ...right }).workers).toBe(2);
    expect(() => readConfig({ ...right, ...own })).toThrow(
      expect.objectContaining({ code: 'config.invalid', facts: expect.objectContaining({ option }) }),
    );
  });

  test('what servers keep is shared; max is one for each core; startVneid has one', async () => {
    const servers = { redisUrl, databaseUrl: 'postgres://u:p@127.0.0.1/n', data: ':memory:' };
    expect(readConfig({ ...right, ...servers, artifacts: 'memory' }).workers).toBe(2);
    expect(readConfig({}, { VNEID_WORKERS: 'max' }).workers).toBe(availableParallelism());
    await expect(startVneid({ ...right, artifacts: 'sqlite' })).rejects.toMatchObject({
      code: 'config.invalid',
      facts: { option: 'workers' },
    });
  });
});
