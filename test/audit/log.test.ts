import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/errors.ts';
import { createEvents } from '../../src/events.ts';
import { createLog, type Log, type LogLevel } from '../../src/web/log.ts';

/** A log whose lines can be looked at. */
function open(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const events = createEvents();
  const log = createLog({ level, events, destination: { write: (line) => lines.push(line) } });
  const last = () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>;
  return { log, events, lines, last };
}

const sample = fc.stringMatching(/^[A-Za-z0-9]{8}$/);
const heart = (text: string) => `Zq7${text}`;
/** Each secret has a heart without odd characters, by which it is found again however it was escaped. */
const password = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 6 }), sample, fc.string({ unit: 'grapheme', maxLength: 6 }))
  .map(([before, middle, after]) => ({ secret: `${before}${heart(middle)}${after}`, heart: heart(middle) }));
const base64url = (length: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
const opaque = base64url(39).map((text) => ({ secret: `Zq7x${text}`, heart: `Zq7x${text}` }));
const jwt = fc
  .tuple(base64url(30), base64url(80), base64url(86))
  .map(([head, body, signature]) => ({ secret: `eyJ${head}.eyJ${body}.${signature}`, heart: signature }));
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const otp = digits(6).map((secret) => ({ secret, heart: secret }));
const number = digits(12).map((secret) => ({ secret, heart: secret }));

const query = (name: string, secret: string) => `${name}=${encodeURIComponent(secret)}`;
const form = (name: string, secret: string) => new URLSearchParams({ [name]: secret }).toString();
const secretFields = [
  'password',
  'newPassword',
  'new_password',
  'passcode',
  'otp',
  'code',
  'user_code',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'client_secret',
  'clientSecret',
  'client_assertion',
  'code_verifier',
  'Authorization',
  'Cookie',
  'set-cookie',
  'Set-Cookie',
  'DPoP',
  'operatorToken',
  'body',
  'form',
  'rawHeaders',
] as const;
const secretParameters = [
  'code',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'login_hint',
  'password',
  'otp',
  'client_secret',
  'client_assertion',
  'request',
  'user_code',
  'unheard_of',
] as const;

/** Where a secret may turn up that its name gives away. */
const namedPlaces: Record<string, (secret: string, pick: number) => unknown> = {
  'a field': (secret, pick) => ({ [at(secretFields, pick)]: secret }),
  'a field deep inside': (secret, pick) => ({
    ctx: { state: [{ [at(secretFields, pick)]: { very: ['deep', secret] } }] },
  }),
  'request headers': (secret, pick) => ({
    headers: { host: 'localhost', [at(['authorization', 'cookie', 'dpop', 'x-api-key'], pick)]: secret },
  }),
  'response headers': (secret) => ({ response: { headers: new Headers([['x-odd', encodeURIComponent(secret)]]) } }),
  'raw headers': (secret) => ({ request: { rawHeaders: ['Host', 'localhost', 'Authorization', secret] } }),
  'a list of headers': (secret) => ({
    sent: [
      ['Authorization', secret],
      ['Cookie', secret],
    ],
  }),
  'a Map': (secret) => ({ fields: new Map([['password', secret]]) }),
  'the query of an address': (secret, pick) => ({
    url: `/authorize?client_id=ihanoi&${query(at(secretParameters, pick), secret)}&state=s`,
  }),
  'the query of an address, form style': (secret, pick) => ({ url: `/x?${form(at(secretParameters, pick), secret)}` }),
  'the fragment of an address': (secret, pick) => ({
    referer: `https://rp.example/cb#${query(at(secretParameters, pick), secret)}&state=s`,
  }),
  'an address inside an address': (secret, pick) => ({
    url: `/authorize?redirect_uri=${encodeURIComponent(`https://rp.example/cb?${query(at(secretParameters, pick), secret)}`)}`,
  }),
  'a URL object': (secret, pick) => ({
    to: new URL(`https://rp.example/cb?${query(at(secretParameters, pick), secret)}`),
  }),
  'the parsed query': (secret, pick) => ({ query: { state: 's', [at(secretParameters, pick)]: secret } }),
  'search parameters': (secret, pick) => ({ query: new URLSearchParams({ [at(secretParameters, pick)]: secret }) }),
  'the address of a database': (secret) => ({ database: `postgres://vneid:${encodeURIComponent(secret)}@db/vneid` }),
  'a form as text': (secret) => ({ got: `login=001085000001&${form('password', secret)}&${form('otp', secret)}` }),
  'JSON as text': (secret) => ({ got: JSON.stringify({ login: '001085000001', password: secret, state: 's' }) }),
  'JSON in JSON': (secret) => ({ got: JSON.stringify({ inner: JSON.stringify({ password: secret }) }) }),
  'a message with its name': (secret) => `rejected password: ${secret}`,
  'an error with its name': (secret) => ({ err: new Error(`bad client_secret=${secret}`) }),
  'what an error quotes': (secret) => ({ err: new Error(`invalid input syntax for type uuid: "${secret}"`) }),
  'JSON that does not parse': (secret) => thrownBy(() => JSON.parse(`${secret} {`)),
  'JSON that breaks off': (secret) => thrownBy(() => JSON.parse(`{"login":"x","password":${JSON.stringify(secret)}`)),
  'an address that does not parse': (secret) => thrownBy(() => new URL(`http://:${secret}`)),
  'fields of an error': (secret) =>
    Object.assign(new Error('failed'), { input: secret, body: secret, config: { auth: secret } }),
  'the cause of an error': (secret) => new Error('outer', { cause: new Error(`got password=${secret}`) }),
  'an object of a class': (secret) => ({
    who: new (class Person {
      readonly secret = secret;
      readonly other = secret;
    })(),
  }),
  'a private key': (secret) => ({
    jwk: { kty: 'oct', k: secret, d: secret, kid: 'one' },
    pem: `-----BEGIN PRIVATE KEY-----\n${secret}`,
  }),
  'a number field holding a password': (secret) => ({ login: `x${secret}` }),
  'elsewhere too, in free text': (secret) => ({
    password: secret,
    err: new Error(`nobody has ${secret} here`),
    note: [`saw ${secret}.`],
  }),
  'elsewhere too, in an address': (secret) => ({
    password: secret,
    path: `/x/${encodeURIComponent(secret)}`,
    note: JSON.stringify({ x: secret }),
  }),
};

/** Where a secret may turn up that only its look gives away. */
const anyPlaces: Record<string, (secret: string, pick: number) => unknown> = {
  'a field of any name': (secret) => ({ value: secret, list: ['a', secret], deep: { er: { x: secret } } }),
  'a message': (secret) => `the client sent ${secret} again`,
  'a message beside facts': (secret) => [{ status: 400 }, `the client sent ${secret}.`],
  'an error': (secret) => new TypeError(`cannot use ${secret}, sorry`),
  'the name of a field': (secret) => ({ [secret]: 1 }),
  'a path': (secret) => ({ path: `/lab/inbox/${secret}`, url: `/a/${secret}/b?state=s` }),
  'after an escape': (secret) => ({ path: `/lab/inbox/%20${secret}%20` }),
  'a shown parameter': (secret) => ({ url: `/authorize?scope=${secret}&error_description=saw%20${secret}` }),
  'a shown header': (secret) => ({ headers: { 'user-agent': `robot ${secret}` } }),
  ...namedPlaces,
};

describe('the log keeps secrets to itself', () => {
  it.each([
    ['passwords, whatever their characters, wherever a name tells', password, namedPlaces],
    ['opaque tokens and authorization codes, anywhere', opaque, anyPlaces],
    ['signed tokens, anywhere', jwt, anyPlaces],
    ['one-time codes, anywhere', otp, anyPlaces],
    ['personal numbers, anywhere', number, anyPlaces],
  ])('%s', (_, secrets, places) => {
    for (const [place, plant] of Object.entries(places)) {
      fc.assert(
        fc.property(secrets, fc.nat(100), ({ secret, heart: found }, pick) => {
          const { log, lines, last } = open();
          sayAll(log, plant(secret, pick));
          expect(lines, place).toHaveLength(4);
          for (const line of lines) expect(line, place).not.toContain(found);
          expect(last()).toMatchObject({ level: 'error' });
        }),
        { numRuns: 25 },
      );
    }
  });

  it('a password that begins with quotes, which look like nothing quoted', () => {
    const { log, lines } = open();
    log.info(new Error('bad client_secret=""Zq7aaaAaA00'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('Zq7aaaAaA00');
  });

  it('the same in every fact of every event', () => {
    const names = ['uid', 'client', 'account', 'reason', 'error', 'message', 'path', 'address', 'key'];
    fc.assert(
      fc.property(fc.oneof(opaque, jwt, otp, number), fc.constantFrom(...names), ({ secret, heart: found }, name) => {
        const { events, lines } = open();
        const stack = `Error: saw ${secret}\n    at thing (/x/y.ts:1:2)`;
        events.emit('server.error', { message: stack, path: '/', method: 'GET', [name]: secret });
        events.emit('token.refused', { error: 'invalid_grant', reason: 'used', [name]: secret });
        expect(lines).toHaveLength(2);
        for (const line of lines) expect(line).not.toContain(found);
      }),
    );
  });

  it('would be noticed: the same facts in a plain log do contain them', () => {
    fc.assert(
      fc.property(opaque, fc.nat(100), ({ secret, heart: found }, pick) => {
        const plain = Object.entries(anyPlaces).filter(
          ([place]) => !/error|class|Map|header|parse|breaks|cause|search/.test(place),
        );
        expect(plain.length).toBeGreaterThan(15);
        for (const [place, plant] of plain) expect(JSON.stringify(plant(secret, pick)), place).toContain(found);
      }),
    );
  });
});

describe('the log stays useful', () => {
  it('shows a personal number by its first half, and nothing of what is not one', () => {
    const { log, last } = open();
    log.info({ login: '001085000001', path: '/lab/inbox/001085000001' }, 'inbox of 001 085 000 001');
    expect(last()).toMatchObject({
      login: '001085******',
      path: '/lab/inbox/001085******',
      msg: 'inbox of 001085******',
    });
    log.info({ login: 'Hanoi@2024' });
    expect(last()).toMatchObject({ login: '[redacted]' });
  });

  it('shows which parameters an address had, and what harmless ones said', () => {
    const { log, last } = open();
    const state = 'aB3_'.repeat(11);
    log.info({
      url: `/authorize?client_id=ihanoi&scope=openid%20identity&state=${state}&nonce=${state}&code=abc&id_token_hint=x.y.z`,
    });
    expect(last().url).toBe(
      `/authorize?client_id=ihanoi&scope=openid%20identity&state=${state}&nonce=${state}&code=[redacted]&id_token_hint=[redacted]`,
    );
  });

  it('shows requests, events, identifiers and codes of errors as they are', () => {
    const { log, events, last } = open();
    const facts = {
      request: '01934f6b-1f6a-7c3e-9a2b-0123456789ab',
      route: '/interaction/:uid',
      method: 'POST',
      status: 403,
      seconds: 0.0123,
      headers: { host: 'localhost:3000', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
    };
    log.info(facts, 'POST /interaction/:uid 403');
    expect(last()).toMatchObject({ ...facts, level: 'info', msg: 'POST /interaction/:uid 403' });
    const login = {
      uid: 'q1w2e3r4t5y6u7i8o9p0a',
      client: 'ihanoi',
      account: facts.request,
      acr: 'urn:vneid:loa:2',
      amr: ['pwd', 'otp', 'mfa'],
      address: '127.0.0.1',
    };
    events.emit('login.succeeded', login);
    expect(last()).toMatchObject({ event: 'login.succeeded', ...login });
    for (const code of ['form.expired', 'ECONNREFUSED', 'ERR_INVALID_URL', '23505', 'invalid_grant']) {
      log.info({ code });
      expect(last()).toMatchObject({ code });
    }
  });

  it('shows what was thrown: kind, message, code and places, down to the cause', () => {
    const { log, last } = open();
    log.error(
      new TypeError("Cannot read properties of undefined (reading 'uid')", { cause: problem('store.full') }),
      'it broke',
    );
    const { err, msg } = last() as { err: Record<string, unknown>; msg: string };
    expect(msg).toBe('it broke');
    expect(err).toMatchObject({
      type: 'TypeError',
      message: "Cannot read properties of undefined (reading 'uid')",
      stack: expect.stringMatching(/log\.test\.ts:\d+:\d+/),
      cause: {
        type: 'VneidError',
        code: 'store.full',
        status: 503,
        message: expect.stringContaining('as many sign-ins'),
      },
    });
  });

  it('lets nobody hide who they are by sending it as a parameter', () => {
    const { log, last } = open();
    const facts = { method: 'GET', address: '127.0.0.1', status: 404, event: 'request.failed' };
    log.info({ ...facts, url: '/x?token=127.0.0.1&password=GET&code=request.failed' });
    expect(last()).toMatchObject(facts);
  });

  it('writes from its level on, and events at the level that suits them', () => {
    const { log, events, lines } = open('warn');
    log.debug('no');
    log.info('no');
    events.emit('session.ended', {});
    events.emit('request.failed', { code: 'request.notFound', status: 404, path: '/x', method: 'GET' });
    expect(lines).toEqual([]);
    events.emit('request.failed', { code: 'login.busy', status: 503, path: '/x', method: 'POST' });
    events.emit('server.error', { message: 'x', path: '/x', method: 'GET' });
    log.error('yes');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'error', 'error']);
    const silent = open('silent');
    silent.log.error('no');
    expect(silent.lines).toEqual([]);
  });

  it('bears whatever it is given, in one line of bounded length', () => {
    const { log, lines, last } = open();
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    const trap = {
      get bad() {
        throw new Error('no');
      },
    };
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as object;
    const wide = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`k${i}`, { n: i, text: 'x y '.repeat(100) }]),
    );
    const odd = [
      null,
      undefined,
      42,
      1n,
      Symbol('s'),
      () => 1,
      [],
      [[]],
      circle,
      { trap },
      deep,
      wide,
      new Proxy({}, {}),
      Buffer.alloc(10_000),
      '\ud800',
      'a b '.repeat(1_000_000),
      new Date(Number.NaN),
    ];
    for (const given of odd) {
      log.info({ given }, 'odd');
      expect(last()).toMatchObject({ msg: 'odd' });
      log.info(given);
    }
    log.info(trap);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      expect(line.trimEnd()).not.toContain('\n');
      expect(line.length).toBeLessThan(400_000);
    }
    expect(lines).toHaveLength(2 * odd.length + 1);
  });

  it('holds no process, and a reader of standard output that goes away stops nothing', () => {
    const log = new URL('../../src/web/log.ts', import.meta.url);
    const program = `import { createLog } from '${log}'; const log = createLog({ level: 'info' }); for (let i = 0; i < 5000; i += 1) log.info({ i }, 'line'); process.stderr.write('done');`;
    const run = (script: string) => execFileSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
    expect(run('"$0" --input-type=module-typescript --eval "$1" 2>/dev/null | tail -n 1')).toContain('"i":4999');
    expect(run('("$0" --input-type=module-typescript --eval "$1" 2>&3 | head -n 1 >/dev/null) 3>&1')).toBe('done');
  });
});

function at<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it should have thrown');
}

/** Says the same in the ways there are: alone, with a message, as facts, and as an error line. */
function sayAll(log: Log, planted: unknown): void {
  const [what, message] = Array.isArray(planted) ? (planted as [unknown, string]) : [planted, undefined];
  log.info(what, message);
  log.warn(what, 'it happened');
  log.debug({ what, message });
  log.error({ event: 'request.failed', what: [what] }, message ?? 'and again');
}
