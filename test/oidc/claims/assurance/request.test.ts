import { describe, expect, test } from 'vitest';
import { checkClaimsParameter } from '../../../../src/oidc/claims/assurance/request.ts';

/** What a `claims` parameter has to be; what is wrong is said with its place. */
const verification = { trust_framework: null };
const claims = { name: null };
const check = (asked: unknown) => checkClaimsParameter({} as never, { userinfo: { verified_claims: asked } });

test.each([
  { verification, claims },
  [
    { verification, claims },
    { verification: { trust_framework: { values: ['a', 'b'] } }, claims },
  ],
  { verification: { ...verification, time: { max_age: 60 }, anything: { else: null } }, claims },
  { verification: { ...verification, evidence: [{ type: { value: 'document' }, document_details: null }] }, claims },
  {
    verification,
    claims: { name: {}, gender: { essential: false, purpose: 'for the record' }, 'claim%1/a&,.b': null },
  },
])('%j is one', (asked) => {
  expect(() => check(asked)).not.toThrow();
});

describe('a mistake has its place', () => {
  const at = 'claims.userinfo.verified_claims';
  const purposed = (purpose: unknown) => ({ verification, claims: { name: { purpose } } });
  test.each([
    [null, `${at} has to be an object`],
    ['name', `${at} has to be`],
    [[], `${at} is an empty list`],
    [[{ verification, claims }, { claims }], `${at}[1].verification is missing`],
    [{ verification: null, claims }, `${at}.verification has to be an object`],
    [{ verification: {}, claims }, `${at}.verification has no trust_framework`],
    [{ verification: { trust_framework: 'vn_vneid' }, claims }, `${at}.verification.trust_framework has to be null or`],
    [{ verification }, `${at}.claims is missing`],
    [{ verification, claims: {} }, `${at}.claims names no claim`],
    [{ verification, claims: null }, `${at}.claims has to be an object`],
    [{ verification, claims: { name: true } }, `${at}.claims.name has to be null or`],
    [{ verification, claims: { name: { essential: 'yes' } } }, `${at}.claims.name.essential has to be a boolean`],
    [{ verification, claims: { name: { values: [] } } }, `${at}.claims.name.values has to be a list`],
    [{ verification, claims: { '"quoted"': 1 } }, `${at}.claims.* has to be null or`],
    [purposed('no'), `${at}.claims.name.purpose has to be a text of 3 to 300`],
    [purposed('n'.repeat(301)), `${at}.claims.name.purpose has to be a text of 3 to 300`],
    [{ verification: { ...verification, time: { max_age: -1 } }, claims }, `${at}.verification.time.max_age has to be`],
    [{ verification: { ...verification, evidence: null }, claims }, `${at}.verification.evidence has to be a list`],
    [{ verification: { ...verification, evidence: [] }, claims }, `${at}.verification.evidence has to be a list`],
    [
      { verification: { ...verification, evidence: [{ type: { values: ['document'] } }] }, claims },
      `${at}.verification.evidence[0].type has to have a value`,
    ],
    [
      {
        verification: { ...verification, evidence: [{ type: { value: 'document' }, check_details: ['vpip'] }] },
        claims,
      },
      `${at}.verification.evidence[0].check_details[0] has to be null or`,
    ],
  ])('%j', (asked, description) => {
    expect(() => check(asked)).toThrow(
      expect.objectContaining({ error: 'invalid_request', error_description: expect.stringContaining(description) }),
    );
  });
});

test('single claims are null or an object', () => {
  const single = (asked: unknown) => () => checkClaimsParameter({} as never, { id_token: { email: asked } });
  for (const asked of [null, {}, { essential: true }, { value: 'an@dancu.example' }, { unheard_of: 1 }])
    expect(single(asked)).not.toThrow();
  for (const asked of [true, 'yes', [], { values: 'a' }]) expect(single(asked)).toThrow('invalid_request');
});

test('a nest of a thousand levels is refused, and takes the server nowhere', () => {
  const nest = JSON.parse(`${'{"a":'.repeat(1000)}null${'}'.repeat(1000)}`) as object;
  expect(() => checkClaimsParameter({} as never, { userinfo: { verified_claims: nest } })).toThrow('invalid_request');
});
