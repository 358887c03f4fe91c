import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { cast } from '../../src/registry/cast.ts';
import { Browser } from '../support/browser.ts';
import { createHighClient, type HighClient, signInHigh } from '../support/high-client.ts';
import {
  an,
  atCallback,
  authorizationRequest,
  redeem,
  relyingParty,
  said,
  signIn,
  testClient,
} from '../support/relying-party.ts';

/** Claims with the proof of how they are known (OpenID Connect for Identity Assurance 1.0). */
const other = { ...testClient, client_id: 'other-app', scope: 'openid profile phone' };
const careful = {
  ...testClient,
  client_id: 'careful',
  scope: 'openid profile phone identity',
  purposes: [
    { id: 'account', vi: 'Mở tài khoản', en: 'Open an account', scopes: ['profile'], required: true },
    { id: 'papers', vi: 'Đối chiếu giấy tờ', en: 'Compare papers', scopes: ['identity', 'phone'] },
  ],
};

let vneid: Instance;
let high: HighClient;

beforeAll(async () => {
  high = await createHighClient({ scope: 'openid profile phone identity' });
  vneid = await startVneid({ clients: [testClient, other, careful, high.registration] });
});
afterAll(() => vneid.stop());

const people = {
  level1: '001195000006',
  foreigner: cast.find(({ account }) => account?.kind === 'foreigner')?.number ?? '',
  expired: '001084000011',
  yearOnly: '038048000026',
};

interface Element {
  verification: { evidence?: { type: string; document_details?: object }[] } & Record<string, unknown>;
  claims: Record<string, unknown>;
}

interface Asking {
  person?: string;
  app?: string;
  purposes?: string[];
}

async function answerTo(claims: object, { person = an.number, app = 'test-app', purposes = [] }: Asking = {}) {
  const configuration = await relyingParty(vneid, { id: app });
  const request = await authorizationRequest(configuration, { scope: 'openid', claims: JSON.stringify(claims) });
  const { url } = await signIn(vneid, new Browser(), request.url, { number: person, password: an.password }, purposes);
  const tokens = await redeem(configuration, { ...request, url });
  const idToken = tokens.claims();
  const userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, idToken?.sub ?? '');
  return { idToken, userinfo, verified: userinfo.verified_claims as unknown as Element | undefined };
}

const verified = (verification: object, claims: object) => ({
  verified_claims: { verification: { trust_framework: null, ...verification }, claims },
});
const documents = [
  {
    type: { value: 'document' },
    check_details: [{ check_method: null, organization: null, time: null }],
    document_details: {
      type: null,
      document_number: null,
      date_of_issuance: null,
      date_of_expiry: null,
      issuer: { name: null, country_code: null },
    },
  },
];
const records = [
  { type: { value: 'electronic_record' }, check_details: [{}], record: { type: null, source: { name: null } } },
];

describe('what is known comes with how it is known', () => {
  test('everything that was asked for, in userinfo', async () => {
    const { verified: answer, idToken } = await answerTo({
      userinfo: verified(
        {
          assurance_level: null,
          assurance_process: { policy: null, procedure: null },
          time: null,
          verification_process: null,
          evidence: [...documents, ...records],
        },
        { name: null, birthdate: null, gender: null, personal_number: null, phone_number: null, nationality: null },
      ),
    });
    expect(idToken).not.toHaveProperty('verified_claims');
    expect(answer).toEqual({
      verification: {
        trust_framework: 'vn_vneid',
        assurance_level: 'vneid_2',
        assurance_process: { policy: 'vn_decree_69_2024', procedure: 'article_10_level_2' },
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        verification_process: expect.stringMatching(/^[\w-]{43}$/),
        evidence: [
          {
            type: 'document',
            check_details: ['vpip', 'vcrypt', 'bvp'].map((method) => ({
              check_method: method,
              organization: 'Bộ Công an',
              time: expect.any(String),
            })),
            document_details: {
              type: 'idcard',
              document_number: an.number,
              date_of_issuance: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
              date_of_expiry: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
              issuer: { name: 'Bộ Công an', country_code: 'VN' },
            },
          },
          {
            type: 'electronic_record',
            check_details: [{ check_method: 'data' }],
            record: { type: 'population_register', source: { name: 'Cơ sở dữ liệu quốc gia về dân cư' } },
          },
        ],
      },
      claims: {
        name: an.name,
        birthdate: '1985-03-12',
        gender: 'male',
        personal_number: an.number,
        phone_number: expect.stringMatching(/^000/),
        nationality: 'VNM',
      },
    });
  });

  test('in the ID token, and nothing that was not asked for', async () => {
    const { idToken, userinfo } = await answerTo({ id_token: verified({}, { given_name: { essential: true } }) });
    expect(idToken?.verified_claims).toEqual({
      verification: { trust_framework: 'vn_vneid' },
      claims: { given_name: 'An' },
    });
    expect(userinfo).not.toHaveProperty('verified_claims');
  });

  test.each([{ name: null }, { name: {} }, { name: { essential: false } }])(
    'one claim, written as %j, and nothing else about how it is known',
    async (claims) => {
      const { verified: answer } = await answerTo({ userinfo: verified({}, claims) });
      expect(answer).toEqual({ verification: { trust_framework: 'vn_vneid' }, claims: { name: an.name } });
    },
  );

  test.each([null, { essential: true }])('and a claim that nobody knows beside it, as %j, is left out', async (how) => {
    for (const name of ['nonsense', 'claim%1/a&,.b ?=<é>'])
      expect((await answerTo({ userinfo: verified({}, { name: null, [name]: how }) })).verified?.claims).toEqual({
        name: an.name,
      });
  });

  test('several requests have several answers, each by itself', async () => {
    const list = [
      verified({ assurance_level: { value: 'vneid_2' } }, { name: null }).verified_claims,
      verified({ trust_framework: { value: 'de_aml' } }, { birthdate: null }).verified_claims,
      verified({ trust_framework: { values: ['eidas', 'vn_vneid'] } }, { name: null, gender: {} }).verified_claims,
    ];
    const { userinfo } = await answerTo({ userinfo: { verified_claims: list } });
    expect(userinfo.verified_claims).toEqual([
      { verification: { trust_framework: 'vn_vneid', assurance_level: 'vneid_2' }, claims: { name: an.name } },
      { verification: { trust_framework: 'vn_vneid' }, claims: { name: an.name, gender: 'male' } },
    ]);
  });

  test('beside single claims, the registry being asked once', async () => {
    const { byId } = vneid.registry;
    const person = '001191000025';
    await answerTo({ userinfo: { gender: null, ...verified({}, { name: null }) } }, { person });
    let asked = 0;
    vneid.registry.byId = (id) => {
      asked += 1;
      return byId(id);
    };
    const { userinfo } = await answerTo({ userinfo: { gender: null, ...verified({}, { name: null }) } }, { person });
    vneid.registry.byId = byId;
    expect(userinfo).toMatchObject({ gender: 'female', verified_claims: { claims: { name: expect.any(String) } } });
    expect(asked).toBe(1);
  });

  test('a client of the high class has it too', async () => {
    const claims = JSON.stringify({ userinfo: verified({ assurance_level: null }, { name: null }) });
    const { configuration, dpop, tokens, sub } = await signInHigh(vneid, high, {
      parameters: { scope: 'openid', claims },
    });
    expect(await oidc.fetchUserInfo(configuration, tokens.access_token, sub, dpop)).toMatchObject({
      verified_claims: { verification: { assurance_level: 'vneid_2' }, claims: { name: an.name } },
    });
  });
});

describe('what was checked decides what is sent', () => {
  const everything = { name: null, personal_number: null, phone_number: null, nationality: null };
  const askAll = { userinfo: verified({ assurance_level: null, evidence: [...documents, ...records] }, everything) };

  test('level 1 was compared with the register, from afar: no phone, and nobody has seen a card', async () => {
    const { verified: answer } = await answerTo(askAll, { person: people.level1 });
    expect(answer?.claims).toEqual({ name: expect.any(String), personal_number: people.level1 });
    expect(answer?.verification).toEqual({
      trust_framework: 'vn_vneid',
      assurance_level: 'vneid_1',
      evidence: [
        {
          type: 'electronic_record',
          check_details: [{ check_method: 'data' }, { check_method: 'bvr' }],
          record: { type: 'population_register', source: { name: expect.any(String) } },
        },
      ],
    });
  });

  test('a foreigner showed a passport and a residence card', async () => {
    const { verified: answer } = await answerTo(askAll, { person: people.foreigner });
    expect(answer?.verification.evidence?.map(({ document_details: details }) => details)).toEqual([
      { type: 'passport' },
      expect.objectContaining({ type: 'vn_residence_card', document_number: people.foreigner }),
      undefined,
    ]);
    expect(answer?.claims).toMatchObject({ nationality: 'KOR' });
  });

  test('a card that is expired is no evidence: the record is, and who wants a card gets no answer', async () => {
    const { verified: answer } = await answerTo(askAll, { person: people.expired });
    expect(answer?.verification.evidence?.map(({ type }) => type)).toEqual(['electronic_record']);
    const { userinfo } = await answerTo(
      { userinfo: verified({ evidence: documents }, { name: null }) },
      { person: people.expired },
    );
    expect(userinfo).not.toHaveProperty('verified_claims');
  });

  test('a birthday of which only the year is known is sent as that', async () => {
    const { verified: answer } = await answerTo(
      { userinfo: verified({}, { birthdate: null }) },
      { person: people.yearOnly },
    );
    expect(answer?.claims).toEqual({ birthdate: '1948' });
  });
});

describe('requirements (§5.7.4)', () => {
  test('of the verification that do not hold leave the whole element out', async () => {
    for (const verification of [
      { trust_framework: { value: 'de_aml' } },
      { assurance_level: { values: ['vneid_3'] } },
      { time: { max_age: 1 } },
      { evidence: [{ type: { value: 'vouch' } }] },
      { evidence: [{ type: { value: 'document' }, document_details: { type: { value: 'passport' } } }] },
      { evidence: [{ type: { value: 'document' }, check_details: [{ check_method: { value: 'kbv' } }] }] },
    ]) {
      const { userinfo } = await answerTo({ userinfo: verified(verification, { name: null }) });
      expect(Object.keys(userinfo), JSON.stringify(verification)).toEqual(['sub']);
    }
  });

  test('that hold change nothing', async () => {
    const verification = {
      trust_framework: { values: ['de_aml', 'vn_vneid'] },
      time: { max_age: 100 * 365 * 86_400 },
      evidence: [{ type: { value: 'document' }, document_details: { type: { values: ['idcard', 'passport'] } } }],
    };
    const { verified: answer } = await answerTo({ userinfo: verified(verification, { name: { value: an.name } }) });
    expect(answer).toMatchObject({
      verification: { evidence: [{ type: 'document', document_details: { type: 'idcard' } }] },
      claims: { name: an.name },
    });
  });

  test('of a claim that do not hold leave out the claim', async () => {
    const claims = { name: { value: 'Trần Văn Bình' }, gender: { values: ['female', 'male'] }, nonsense: null };
    const { verified: answer } = await answerTo({ userinfo: verified({}, claims) });
    expect(answer?.claims).toEqual({ gender: 'male' });
    const alone = await answerTo({ userinfo: verified({}, { name: { value: 'Trần Văn Bình' } }) });
    expect(alone.verified).toEqual({ verification: { trust_framework: 'vn_vneid' }, claims: {} });
  });
});

describe('what a person agrees to', () => {
  async function consentPage(claims: object, person: string, language: 'vi' | 'en' = 'vi') {
    const configuration = await relyingParty(vneid, { id: 'careful' });
    const browser = new Browser({ language });
    const { url } = await authorizationRequest(configuration, { scope: 'openid', claims: JSON.stringify(claims) });
    await browser.open(url);
    return browser.submit({ login: person, password: an.password }, { until: atCallback });
  }

  test('is marked on the page as sent with proof, and the card that the evidence tells of is on it', async () => {
    const page = await consentPage(
      { userinfo: { gender: null, ...verified({ evidence: documents }, { name: null }) } },
      an.number,
    );
    expect(page.html.match(/class="proof"/g)).toHaveLength(3);
    for (const words of [
      'Họ, chữ đệm và tên khai sinh',
      'Thẻ căn cước',
      'Số định danh cá nhân',
      'Giới tính',
      'Kèm bằng chứng',
    ])
      expect(page.text).toContain(words);
    const english = await consentPage({ userinfo: verified({}, { name: null }) }, an.number, 'en');
    expect(english.html.match(/class="proof"/g)).toHaveLength(1);
    expect(english.text).toContain('With proof');
    expect(english.text).not.toContain('Identity card');
  });

  test('plainly is not agreed to with proof: that is asked again', async () => {
    const person = '001187000002';
    await answerTo({ userinfo: { name: null } }, { person, app: 'careful' });
    const page = await consentPage({ userinfo: verified({}, { name: null }) }, person);
    expect(page.text).toContain('Kèm bằng chứng');
    await answerTo({ userinfo: verified({}, { name: null }) }, { person, app: 'careful' });
    expect(atCallback((await consentPage({ userinfo: verified({}, { name: null }) }, person)).url)).toBe(true);
  });

  test('leaves out what was not ticked: the claim, and the document that it would have told of', async () => {
    const person = '001082000022';
    const claims = {
      userinfo: verified({ evidence: [...documents, ...records] }, { name: null, personal_number: null }),
    };
    const { verified: answer } = await answerTo(claims, { person, app: 'careful' });
    expect(answer?.claims).toEqual({ name: expect.any(String) });
    expect(answer?.verification.evidence?.map(({ type }) => type)).toEqual(['electronic_record']);
    const again = await answerTo(claims, { person, app: 'careful' });
    expect(again.verified).toEqual(answer);
  });

  test('nothing: then there is no element, not even the level of the account', async () => {
    const person = '030186000023';
    const claims = { userinfo: verified({ assurance_level: null, time: null }, { phone_number: null }) };
    const { userinfo } = await answerTo(claims, { person, app: 'careful' });
    expect(Object.keys(userinfo)).toEqual(['sub']);
  });
});

describe('attacks', () => {
  test('an app without the scope of the card gets no document, neither through its number nor through its dates', async () => {
    const claims = {
      userinfo: verified({ evidence: [...documents, ...records] }, { name: null, personal_number: null }),
    };
    const { verified: answer } = await answerTo(claims, { app: 'other-app' });
    expect(answer?.claims).toEqual({ name: an.name });
    expect(JSON.stringify(answer)).not.toContain(an.number);
    expect(answer?.verification.evidence?.map(({ type }) => type)).toEqual(['electronic_record']);
  });

  test('two apps cannot tell by the reference that they have the same person', async () => {
    const claims = { userinfo: verified({ verification_process: null }, { name: null }) };
    const [one, two, again] = [
      await answerTo(claims, { app: 'test-app' }),
      await answerTo(claims, { app: 'other-app' }),
      await answerTo(claims, { app: 'test-app' }),
    ];
    const reference = (answer: typeof one) => answer.verified?.verification.verification_process;
    expect(reference(one)).toEqual(expect.any(String));
    expect(reference(one)).toBe(reference(again));
    expect(reference(one)).not.toBe(reference(two));
  });

  test.each([
    [
      { verification: {}, claims: { name: null } },
      'claims.userinfo.verified_claims.verification has no trust_framework',
    ],
    [
      [{ verification: { trust_framework: null }, claims: {} }],
      'claims.userinfo.verified_claims[0].claims names no claim',
    ],
    [
      {
        verification: { trust_framework: null },
        claims: { name: { purpose: '<script>alert(1)</script>'.repeat(20) } },
      },
      'claims.userinfo.verified_claims.claims.name.purpose has to be a text of 3 to 300 characters',
    ],
  ])('a request of a wrong shape is refused with its place: %j', async (asked, description) => {
    const configuration = await relyingParty(vneid);
    const claims = JSON.stringify({ userinfo: { verified_claims: asked } });
    const { url } = await authorizationRequest(configuration, { scope: 'openid', claims });
    const back = await new Browser().open(url, { until: atCallback });
    expect(said(back.url)).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining(description),
    });
  });
});

test('discovery says what there is (§8)', async () => {
  const metadata = (await relyingParty(vneid)).serverMetadata() as Record<string, unknown>;
  expect(metadata).toMatchObject({
    trust_frameworks_supported: ['vn_vneid'],
    evidence_supported: ['document', 'electronic_record'],
    documents_supported: ['idcard', 'vn_residence_card', 'passport'],
    documents_check_methods_supported: ['vpip', 'vcrypt', 'bvp', 'bvr', 'data'],
    electronic_records_supported: ['population_register'],
    claims_parameter_supported: true,
  });
  expect(metadata.claims_in_verified_claims_supported).toEqual(
    expect.arrayContaining(['name', 'birthdate', 'personal_number', 'phone_number']),
  );
});
