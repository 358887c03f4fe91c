import { timelinesPage } from '../../views/lab/timelines.ts';
import { timelinePage } from '../../views/lab/timelines-one.ts';
import type { DecisionShown, EntryShown, SummaryShown, WhyShown } from '../../views/lab/timelines-shown.ts';
import type { Page } from '../../views/layout.ts';

/** The sign-ins of the inspector: the list, and one that went a long way. */
export function timelinesSpecimens(say: (vi: string, en: string) => string, as: (text: string) => string) {
  const both = (vi: string, en: string, nextVi: string, nextEn: string) => ({
    vi: { text: as(vi), next: as(nextVi) },
    en: { text: as(en), next: as(nextEn) },
  });
  const mismatch: WhyShown = {
    error: as('invalid_grant'),
    reason: as('code_verifier does not match code_challenge'),
    rule: as('RFC 7636 §4.6'),
    ...both(
      'code_verifier không khớp code_challenge của lần đăng nhập này.',
      'code_verifier does not fit the code_challenge of this sign-in.',
      'Giữ verifier theo từng lần đăng nhập.',
      'Keep one verifier for each sign-in.',
    ),
    expected: as('l254LfXBhCEG6b2gYknOvnayA6wm2Yx4aPFi65XNJlI'),
    found: as('Zf1S0vW0x3mC2yq4cQxYJ2b6kXyq3mD9sZ0nQe1rT8U'),
  };
  const wrongCode: WhyShown = {
    error: as('otp'),
    reason: as('otp.wrong'),
    rule: as('OWASP ASVS 5.0 §6.5.1'),
    ...both('Mã xác nhận không đúng.', 'The code is wrong.', 'Nhập lại.', 'Type it again.'),
    expected: null,
    found: null,
  };
  const failed: SummaryShown = {
    id: as('b52277b3af79'),
    began: as('authorize'),
    startedAt: as('2026-11-25T08:05:00.304Z'),
    changedAt: as('2026-11-25T08:05:21.020Z'),
    outcome: as('failed'),
    client: { id: as('ihanoi'), name: as('iHanoi · Công dân Thủ đô số') },
    citizen: { number: as('001085******'), name: as('Nguyễn Văn An') },
    level: 2,
    requests: 9,
    why: mismatch,
  };
  const unknown = {
    ...failed,
    id: as('1b010a5f33aa'),
    outcome: 'under-way',
    client: { id: as('a-kiosk-of-the-people-s-committee-of-a-very-long-named-commune'), name: null },
    citizen: null,
    level: null,
    why: null,
  };
  const decided = (
    decision: string,
    ok: boolean | null,
    facts: DecisionShown['facts'],
    why: WhyShown | null = null,
  ) => ({
    decision,
    ok,
    facts,
    why,
  });
  const request = (method: string, path: string, status: number, milliseconds: number) => ({
    id: null,
    method: as(method),
    path: as(path),
    status,
    milliseconds,
    parameters: [],
  });
  const entry = (at: string, rest: Partial<EntryShown>): EntryShown => ({
    at: as(at),
    times: 1,
    request: null,
    decisions: [],
    tokens: [],
    ...rest,
  });
  const entries: EntryShown[] = [
    entry('2026-11-25T08:05:00.304Z', {
      request: {
        ...request('GET', '/authorize', 303, 12.4),
        parameters: [
          { name: as('client_id'), value: as('ihanoi'), token: false },
          { name: as('code_challenge'), value: as('l254LfXBhCEG6b2gYknOvnayA6wm2Yx4aPFi65XNJlI'), token: false },
          {
            name: as('request'),
            value: as(`eyJhbGciOiJFUzI1NiJ9.${'eyJpc3MiOiJpaGFub2kifQ'.repeat(8)}.c2ln`),
            token: true,
          },
          { name: as('client_secret'), value: null, token: false },
        ],
      },
      decisions: [
        decided('client', true, { client: as('ihanoi'), name: as('iHanoi'), profile: as('baseline'), minimum: 1 }),
        decided('request', true, {
          scope: as('openid profile identity'),
          wanted: 2,
          least: 2,
          way: ['pushed', 'signed'],
          pkce: 'S256',
          along: ['state', 'nonce'],
        }),
        decided('prompt', null, { prompt: 'login', reasons: ['no_session'] }),
      ],
    }),
    entry('2026-11-25T08:05:00.455Z', {
      request: request('GET', '/login/…', 200, 7.4),
      decisions: [decided('page', null, { step: 'password', ways: ['password', 'passkey', 'qr'] })],
    }),
    entry('2026-11-25T08:05:09.795Z', {
      request: request('POST', '/login/…/otp', 401, 3.7),
      decisions: [
        decided(
          'factor',
          false,
          {
            method: 'otp',
            reason: 'otp.wrong',
            read: say('Mã xác nhận không đúng. Bạn còn 4 lần thử.', 'The code is wrong.'),
          },
          wrongCode,
        ),
        decided('slowed', false, { failures: 3, seconds: 4 }),
      ],
    }),
    entry('2026-11-25T08:05:12.908Z', {
      request: request('POST', '/login/…/otp', 303, 19.9),
      decisions: [
        decided('factor', true, { method: 'otp', proved: ['otp'], level: 2 }),
        decided('signed-in', true, { acr: as('urn:vneid:loa:2'), amr: [as('pwd'), as('otp'), as('mfa')] }),
      ],
    }),
    entry('2026-11-25T08:05:14.083Z', {
      request: request('GET', '/authorize/…', 303, 18.7),
      decisions: [
        decided('code', true, { to: as('http://localhost:3001/ihanoi/callback'), mode: 'query', carried: ['code'] }),
      ],
      tokens: [
        {
          kind: 'code',
          value: as('Ybanx4F7SZCZCjey3YAlsnlzMHkmxnNS09HvqapPDiq'),
          format: 'opaque',
          alg: null,
          kid: null,
          claims: null,
          seconds: null,
        },
      ],
    }),
    entry('2026-11-25T08:05:14.500Z', {
      decisions: [
        decided('phone', false, { kind: 'push', state: 'declined' }),
        decided('told', true, { client: as('ihanoi'), attempt: 1 }),
      ],
    }),
    entry('2026-11-25T08:05:15.000Z', {
      times: 7,
      request: { ...request('POST', '/token', 200, 22), id: as('7624e4a6-07f4-43dc-96b4-d9ecd79d544e') },
      decisions: [
        decided('tokens', true, {
          grant: as('authorization_code'),
          issued: ['access_token', 'id_token'],
          seconds: 3600,
        }),
      ],
      tokens: [
        {
          kind: 'access_token',
          value: as('xCbfSB01ywlLN83gtDlMGKIpAIUFOLKVT1cfdtsN_Jy'),
          format: 'opaque',
          alg: null,
          kid: null,
          claims: null,
          seconds: null,
        },
        {
          kind: 'id_token',
          value: as('eyJhbGciOiJFUzI1NiIsImtpZCI6Ijc2MjRlNGE2In0.eyJzdWIiOiJ4In0.c2ln'),
          format: 'jwt',
          alg: as('ES256'),
          kid: as('7624e4a6'),
          claims: [as('sub'), as('acr'), as('amr'), as('auth_time'), as('nonce')],
          seconds: 3600,
        },
      ],
    }),
    entry('2026-11-25T08:05:21.020Z', {
      request: request('POST', '/token', 400, 4.1),
      decisions: [
        decided('client', true, { client: as('ihanoi'), by: as('private_key_jwt') }),
        decided(
          'failure',
          false,
          { error: as('invalid_grant'), reason: as('code_verifier does not match code_challenge') },
          mismatch,
        ),
      ],
    }),
  ];
  const list = {
    clients: [{ id: as('ihanoi'), name: as('iHanoi') }],
    outcomes: ['under-way', 'signed-in', 'failed'],
    version: as('7'),
  };
  return [
    {
      name: 'timelines',
      show: (page: Page) =>
        timelinesPage(page, {
          ...list,
          timelines: [failed, unknown],
          wanted: { text: as('invalid_grant') },
          next: as('1b010a5f33aa'),
        }),
    },
    { name: 'timelines-empty', show: (page: Page) => timelinesPage(page, { ...list, timelines: [], wanted: {} }) },
    {
      name: 'timelines-one',
      show: (page: Page) => timelinePage(page, { timeline: { ...failed, entries, left: 3 }, version: as('8-8') }),
    },
  ];
}
