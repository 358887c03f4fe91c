import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { help, readCommand } from '../../src/lab/command-line.ts';
import { everyOperation, familyNames, operations } from '../../src/lab/operations.ts';
import { ask } from '../../src/lab/remote.ts';
import { freePort } from '../support/ports.ts';
import { an, testClient } from '../support/relying-party.ts';
import { relyingServer } from '../support/relying-server.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The operations as somebody types them. */
const {
  clock: { get },
  faults: { clear },
} = operations;
const inputOf = (...args: string[]) => readCommand(args).input;

describe('what is typed is what the operation takes', () => {
  test.each<[string, string[], Record<string, unknown>]>([
    ['a member of the path', ['phones', 'get', an.number], { number: an.number }],
    ['an id with a dash in front', ['tokens', 'end', '-CowYX2MhMsx', '--url', 'x'], { token: '-CowYX2MhMsx' }],
    ['that behind two dashes', ['tokens', 'end', '--', '-CowYX2MhMsx'], { token: '-CowYX2MhMsx' }],
    ['a choice', ['phones', 'face', an.number, '--face', 'differs'], { number: an.number, face: 'differs' }],
    ['a list with commas', ['phones', 'approve', 'n', '--factors', 'passcode,face'], { factors: ['passcode', 'face'] }],
    [
      'a list, one by one',
      ['phones', 'approve', 'n', '--factors', 'face', '--factors=passcode'],
      { factors: ['face', 'passcode'] },
    ],
    [
      'a list as JSON, with commas inside',
      ['clients', 'create', '--redirect_uris', '["http://localhost/?a=1,2","http://localhost/b"]'],
      { redirect_uris: ['http://localhost/?a=1,2', 'http://localhost/b'] },
    ],
    [
      'a list of objects',
      ['tenants', 'create', '--name', 'b', '--clients', '[{"client_id":"x","scope":"openid"},{"client_id":"y"}]'],
      { clients: [{ client_id: 'x', scope: 'openid' }, { client_id: 'y' }] },
    ],
    [
      'one object of such a list',
      ['tenants', 'create', '--clients', '{"client_id":"x"}'],
      { clients: [{ client_id: 'x' }] },
    ],
    ['a number', ['tenants', 'create', '--citizens', '3'], { citizens: 3 }],
    ['a number below zero', ['clock', 'advance', '--seconds=-1.5'], { seconds: -1.5 }],
    ['what is no number', ['clock', 'advance', '--seconds', '1e'], { seconds: '1e' }],
    ['yes', ['logins', 'create', '--number', 'n', '--tokens'], { tokens: true }],
    ['no', ['logins', 'create', '--number', 'n', '--no-tokens'], { tokens: false }],
    ['a time that looks like a number', ['clock', 'advance', '--to', '2026'], { to: '2026' }],
    ['a level', ['accounts', 'change', 'n', '--level', '2'], { level: 2 }],
    ['nothing, where there may be nothing', ['clients', 'change', 'x', '--client_uri', 'null'], { client_uri: null }],
    ['a word where there may not', ['clients', 'create', '--client_name', 'null'], { client_name: 'null' }],
    ['a version', ['state', 'import', '--version', '1'], { version: 1 }],
  ])('%s', (_what, args, expected) => {
    expect(inputOf(...args)).toMatchObject(expected);
  });
});

describe('what cannot be read says what would be right', () => {
  test.each<[string, string[], string]>([
    ['a family alone', ['phones'], 'vneid phones approve NUMBER'],
    ['a verb that there is not', ['phones', 'toString'], 'vneid phones approve NUMBER'],
    ['no member of the path', ['phones', 'get'], 'vneid phones get NUMBER'],
    ['one too many', ['phones', 'get', 'a', 'b'], 'vneid phones get NUMBER'],
    ['an option that there is not', ['phones', 'face', 'n', '--fece', 'x'], 'vneid phones face NUMBER --face'],
    ['an option without its value', ['phones', 'face', 'n', '--face'], 'vneid phones face NUMBER --face'],
    ['a number below zero that looks like an option', ['clock', 'advance', '--seconds', '-5'], '--seconds=-'],
  ])('%s', (_what, args, expected) => {
    expect(() => readCommand(args)).toThrow(expected);
  });
});

test('the page of help has two short lines for each family, and each verb on it', () => {
  const lines = help([]).split('\n');
  expect(lines).toHaveLength(2 * familyNames.length);
  for (const { verb } of everyOperation)
    expect(help([])).toContain(verb.replaceAll(/[A-Z]/g, (one) => `-${one.toLowerCase()}`));
});

test('every family and verb has help, with what each member is', () => {
  for (const family of familyNames)
    expect(help([family.replaceAll(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)])).toContain('vneid ');
  expect(help(['phones', 'approve'])).toMatch(/--passcode +That of the cast unless told/);
  expect(help(['phones', 'face'])).toMatch(/--face +matches \| differs \| no-camera/);
  // no member is hidden by an option of the command line itself
  for (const { operation } of everyOperation)
    for (const own of ['url', 'from', 'help']) expect(Object.keys(operation.input.shape)).not.toContain(own);
});

describe('on a running program', { timeout: 60_000 }, () => {
  let vneid: Instance;
  beforeAll(async () => {
    vneid = await startVneid({ clients: [testClient] });
  });
  afterAll(() => vneid.stop());

  const run = (args: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const child = execFile(
        process.execPath,
        ['src/main.js', ...args],
        { env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 1e8, timeout: 55_000 },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  const at = (...args: string[]) => [...args, '--url', `${vneid.issuer}/`];

  test('the whole state is kept in a file and brought back from it', async () => {
    const kept = await run(at('state', 'export'));
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    await vneid.control.phones.lose({ number: an.number });
    expect(await run(at('state', 'import', '--from', '-'), { input: kept.stdout })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"passcodes": "kept"'),
    });
    expect((await vneid.control.phones.get({ number: an.number })).phone.name).toContain(an.name);
    expect(await run(at('state', 'import', '--from', '-'), { input: '[' })).toMatchObject({ code: 1, stdout: '' });
  });

  test('what is refused is told as JSON, and by the exit code', async () => {
    const { code, stdout } = await run(at('clock', 'advance', '--seconds', 'soon'));
    expect([code, JSON.parse(stdout).code]).toEqual([1, 'request.badField']);
  });

  test('a variable that looks like an option, and is none, is told, with the nearest', async () => {
    const env = { VNEID_PROT: '4000', VNEID_PORT_8080_TCP: 'tcp://10.0.0.1:8080' };
    const { code, stderr, stdout } = await run(['config'], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('VNEID_PORT ')]);
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('VNEID_PROT, so it does nothing; the nearest is VNEID_PORT.'),
      '',
    ]);
    // before anything else that may be wrong, and it is no failure
    const started = await run(['start'], { env: { ...env, VNEID_MODE: 'nowhere' } });
    expect(started.stderr.split('\n')[0]).toContain('VNEID_PROT');
  });

  test('a name that is empty, or leads elsewhere, is nobody’s', async () => {
    await vneid.control.faults.set({ fault: 'endpoint.500', client: testClient.client_id });
    for (const id of ['', '.', '..'])
      await expect(ask({ url: vneid.issuer, operatorToken: '' }, clear, { id })).rejects.toThrow(`id "${id}"`);
    expect((await vneid.control.faults.list()).faults.filter(({ on }) => on)).toHaveLength(1);
    await vneid.control.faults.clearAll();
  });

  test.each([
    [['phones', 'approve', '--help'], 0, 'That of the cast'],
    [['start', '--help'], 0, '--workers N'],
    [['keys', 'rotate', '-h'], 0, '--announce SECONDS'],
    [['--version'], 0, `vneid ${version}`],
    [['-v'], 0, `vneid ${version}`],
    [['version'], 0, `vneid ${version}`],
    [['check-rp', '--help'], 0, '--junit FILE'],
    [['keys', 'list'], 0, '/nowhere yet: the first start makes them'],
    [['constructor'], 1, 'unknown command "constructor"'],
  ])('vneid %j', async (args, code, said) => {
    const told = await run(args, { env: { VNEID_KEYS: './nowhere' } });
    expect([told.code, code === 0 ? told.stdout : told.stderr]).toEqual([code, expect.stringContaining(said)]);
  });

  test('who has read enough of the help closes the pipe, and hears no more', async () => {
    const { stdout, stderr } = await promisify(execFile)('sh', [
      '-c',
      `"${process.execPath}" src/main.js help | head -n 1`,
    ]);
    expect([stdout, stderr]).toEqual([expect.stringContaining('vneid start'), '']);
  });

  test('what answers and is not VNeID, and what does not answer, is told in words', async () => {
    await using other = await relyingServer();
    other.answer = (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nginx</h1>');
    await expect(ask({ url: other.origin, operatorToken: '' }, get, {})).rejects.toThrow('is not a VNeID (404)');
    const nobody = `http://localhost:${await freePort()}`;
    await expect(ask({ url: nobody, operatorToken: '' }, get, {})).rejects.toThrow('ECONNREFUSED');
  });

  test('a port that is taken ends the start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const env = {
      VNEID_DATA: ':memory:',
      VNEID_KEYS: ':memory:',
      VNEID_CITIZENS: '0',
      VNEID_PORT: String(await freePort()),
      VNEID_CITY_PORT: String(port),
    };
    expect(await run(['start'], { env })).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port}`) });
    taken.close();
  });
});
