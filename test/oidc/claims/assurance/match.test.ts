import { describe, expect, test } from 'vitest';
import { fit, meets, unmet } from '../../../../src/oidc/claims/assurance/match.ts';

/** What of a record a request for verification data gets (OpenID Connect for Identity Assurance 1.0 §5.4, §5.5). */
const now = Date.parse('2026-11-26T01:00:00Z');
const record = {
  trust_framework: 'gold',
  time: '2026-11-25T01:00:00Z',
  assurance_process: { policy: 'law', procedure: 'face-to-face' },
  evidence: [
    {
      type: 'document',
      check_details: [{ check_method: 'vpip', organization: 'office' }, { check_method: 'vcrypt' }],
      document_details: {
        type: 'idcard',
        document_number: '1',
        date_of_issuance: '2026-11-25',
        date_of_expiry: undefined,
        issuer: { name: 'office', country_code: 'VN' },
      },
    },
    { type: 'electronic_record', record: { type: 'population_register' } },
  ],
};
const ask = (more: object) => fit({ trust_framework: null, ...more }, record, now);

describe('only what is named is answered', () => {
  test('the trust framework comes always, and nothing else unasked', () => {
    expect(fit({}, record, now)).toEqual({ trust_framework: 'gold' });
    expect(ask({})).toEqual({ trust_framework: 'gold' });
  });

  test.each([null, {}, { essential: true }, { essential: false }, { purpose: 'because' }])('by %j', (asked) => {
    expect(ask({ time: asked })).toEqual({ trust_framework: 'gold', time: record.time });
  });

  test('a structure has to be gone into: null names none of its parts', () => {
    expect(ask({ assurance_process: null })).toEqual({ trust_framework: 'gold' });
    expect(ask({ assurance_process: { policy: null } })).toMatchObject({ assurance_process: { policy: 'law' } });
  });

  test('what is there but not known is no part', () => {
    expect(ask({ verification_process: null, constructor: null, toString: {} })).toEqual({ trust_framework: 'gold' });
  });

  test('members that a valid answer has to have come along', () => {
    const evidence = [
      { type: { value: 'document' }, check_details: [{}], document_details: { document_number: null } },
    ];
    expect(ask({ evidence })).toEqual({
      trust_framework: 'gold',
      evidence: [
        {
          type: 'document',
          check_details: [{ check_method: 'vpip' }, { check_method: 'vcrypt' }],
          document_details: { type: 'idcard', document_number: '1' },
        },
      ],
    });
  });
});

describe('requirements', () => {
  test.each([
    [{ value: 'gold' }, true],
    [{ value: 'silver' }, false],
    [{ values: ['silver', 'gold'] }, true],
    [{ values: ['silver'] }, false],
    [{ value: 'silver', essential: false }, false],
  ])('of a value: %j', (asked, holds) => {
    expect(fit({ trust_framework: asked }, record, now)).toEqual(holds ? { trust_framework: 'gold' } : unmet);
  });

  test.each([
    ['2026-11-25T01:00:00Z', 86_400, true],
    ['2026-11-25T00:59:59Z', 86_400, false],
    // the last second of that day in Viet Nam is 16:59:59Z
    ['2026-11-25', 8 * 3600 + 1, true],
    ['2026-11-25', 8 * 3600, false],
    ['2030-01-01', 0, true],
    ['never', 1e12, false],
  ])('of an age: %s, %d seconds', (found, maxAge, holds) => {
    expect(meets({ max_age: maxAge }, found, now)).toBe(holds);
  });

  test('of what nobody knows never hold', () => {
    expect(ask({ verification_process: { value: 'x' } })).toBe(unmet);
    expect(ask({ evidence: [{ type: { value: 'vouch' } }] })).toBe(unmet);
    expect(
      ask({ evidence: [{ type: { value: 'document' }, document_details: { date_of_expiry: { max_age: 1 } } }] }),
    ).toBe(unmet);
    expect(ask({ nonsense: { deeper: [{ still: { values: ['x'] } }] } })).toBe(unmet);
  });

  test('of values that are no text compare whole', () => {
    expect(meets({ value: { country: 'VN' } }, { country: 'VN' }, now)).toBe(true);
    expect(meets({ value: true }, 'true', now)).toBe(false);
  });
});

describe('filters of a list', () => {
  test('are joined by OR', () => {
    const evidence = [
      { type: { value: 'vouch' } },
      { type: { value: 'electronic_record' }, record: { type: null } },
      { type: { value: 'document' }, document_details: { type: { values: ['passport', 'idcard'] } } },
    ];
    expect(ask({ evidence })).toEqual({
      trust_framework: 'gold',
      evidence: [
        { type: 'document', document_details: { type: 'idcard' } },
        { type: 'electronic_record', record: { type: 'population_register' } },
      ],
    });
  });

  test('keep what does not pass to themselves, inner ones too', () => {
    const checked = (method: string) => [
      { type: { value: 'document' }, check_details: [{ check_method: { value: method } }] },
    ];
    expect(ask({ evidence: checked('vcrypt') })).toEqual({
      trust_framework: 'gold',
      evidence: [{ type: 'document', check_details: [{ check_method: 'vcrypt' }] }],
    });
    expect(ask({ evidence: checked('kbv') })).toBe(unmet);
  });
});
