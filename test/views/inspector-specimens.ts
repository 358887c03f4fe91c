import { check } from '../../views/assets/inspector/checks/check.js';
import { kinds, others } from '../../views/assets/inspector/kinds.js';
import type { Input, Inspection, Report } from '../../views/assets/inspector/report.js';
import type { Page } from '../../views/layout.ts';
import { inspectorPage } from '../../views/lab/inspector-token.ts';

/** The token inspector, empty and as it answers a form that was sent. */
export function inspectorSpecimens(say: (vi: string, en: string) => string, as: (text: string) => string) {
  const label = {
    vi: say('Họ, chữ đệm và tên khai sinh', 'Họ, chữ đệm và tên khai sinh'),
    en: say('Full name', 'Full name'),
  };
  const world = { issuer: as('http://localhost:3000'), now: '2026-11-25T08:05:00.000Z', claims: { name: label } };
  const both = (vi: string, en: string) => ({ vi: as(vi), en: as(en) });
  const issuer = { vi: 'Bên phát hành.', en: 'The issuer.' };

  const idToken: Report = {
    kind: 'id-token',
    name: kinds['id-token'].name,
    about: kinds['id-token'].about,
    rule: kinds['id-token'].rule,
    checks: [
      check('form', 'good'),
      check('alg', 'none'),
      check('signature', 'unknown', { kid: as('no-such-key'), alg: as('ES256'), from: both('/jwks', '/jwks') }),
      check('aud', 'unasked', { aud: as('ihanoi') }),
      check('exp', 'over', { span: { vi: '5 phút', en: '5 minutes' } }),
    ],
    header: [
      {
        name: as('alg'),
        value: as('none'),
        meaning: both('Thuật toán ký.', 'How it is signed.'),
        rule: 'RFC 7515 §4.1.1',
      },
    ],
    payload: [
      { name: 'iss', value: as('http://localhost:3000'), meaning: issuer, rule: 'RFC 7519 §4.1.1' },
      {
        name: 'exp',
        value: 1764057600,
        meaning: both('Hết hạn.', 'The end.'),
        rule: 'RFC 7519 §4.1.4',
        time: '2026-11-25T08:00:00.000Z',
        seconds: -300,
      },
      {
        name: 'cnf',
        value: { jkt: as('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I') },
        meaning: both('Khóa mà token được gắn vào.', 'The key that it is bound to.'),
        members: [
          {
            name: 'jkt',
            value: as('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'),
            meaning: both('Dấu vân tay.', 'Thumbprint.'),
          },
        ],
      },
      {
        name: as('http://schemas.example.org/claims/something-that-nobody-has-heard-of'),
        value: { a: [1, as('two')] },
      },
    ],
  };
  const selective: Report = {
    ...idToken,
    kind: 'sd-jwt',
    name: kinds['sd-jwt'].name,
    about: kinds['sd-jwt'].about,
    disclosures: [
      {
        name: as('family_name'),
        value: as('Nguyễn'),
        digest: as('TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo'),
        matched: true,
      },
      { value: as('VN'), digest: as('pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo'), matched: false },
    ],
    inside: [{ ...idToken, kind: 'key-binding', name: kinds['key-binding'].name, about: kinds['key-binding'].about }],
  };
  const input: Input = {
    token: as('eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjMwMDAifQ.'),
    as: 'id-token',
    audience: as('ihanoi'),
    request: as('POST http://localhost:3000/token'),
    other: as('eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjMwMDAifQ.c2ln'),
  };
  const compared: Inspection = {
    token: idToken,
    other: {
      kind: 'id-token',
      name: kinds['id-token'].name,
      differences: [
        { part: 'header', name: as('alg'), state: 'different', here: as('none'), there: as('ES256') },
        { part: 'payload', name: 'exp', state: 'only-here', here: 1764057600 },
        { part: 'payload', name: 'aud', state: 'only-there', there: [as('ihanoi')] },
        {
          part: 'payload',
          name: 'iss',
          state: 'same',
          here: as('http://localhost:3000'),
          there: as('http://localhost:3000'),
        },
      ],
    },
  };
  const sealed: Report = {
    kind: 'jwe',
    ...others.jwe,
    checks: [check('decryption', 'unasked')],
    header: idToken.header,
    payload: [],
    text: as('a secret'),
  };
  const show = (sent?: { input: Input; inspection: Inspection }) => (page: Page) =>
    inspectorPage(page, { ...world, sent });
  return [
    { name: 'inspector', show: show() },
    { name: 'inspector-compared', show: show({ input, inspection: compared }) },
    { name: 'inspector-selective', show: show({ input: { token: input.token }, inspection: { token: selective } }) },
    { name: 'inspector-encrypted', show: show({ input: { token: input.token }, inspection: { token: sealed } }) },
    {
      name: 'inspector-opaque',
      show: show({
        input: { token: as('x1Rk9Q') },
        inspection: { token: { kind: 'opaque', ...others.opaque, checks: [], header: [], payload: [] } },
      }),
    },
  ];
}
