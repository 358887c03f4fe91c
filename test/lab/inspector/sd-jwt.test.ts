import { describe, expect, test } from 'vitest';
import type { Report } from '../../../views/assets/inspector/report.js';
import { disclosure, ended, look, made, selective, stranger } from './made.ts';

const payloadOf = ({ payload }: Report) => Object.fromEntries(payload.map(({ name, value }) => [name, value]));

describe('what is disclosed', () => {
  test('takes its place: a member, an element of a list, one within the other', async () => {
    const street = disclosure('street', 'phố Hàng Bông');
    const address = disclosure('address', { _sd: [street.digest], city: 'Hà Nội' });
    const country = disclosure('VN');
    const hidden = [disclosure('religion', 'secret'), disclosure('US')];
    const token = selective({
      payload: {
        _sd: [address.digest, hidden[0]?.digest],
        _sd_alg: 'sha-256',
        nationalities: [{ '...': country.digest }, { '...': hidden[1]?.digest }, 'KR'],
      },
      disclosed: [street.text, address.text, country.text],
      binding: false,
    });
    const { token: report } = await look(token);
    expect(ended(report, 'failed')).toEqual([]);
    expect(payloadOf(report)).toMatchObject({
      address: { street: 'phố Hàng Bông', city: 'Hà Nội' },
      nationalities: ['VN', 'KR'],
    });
    expect(payloadOf(report)).not.toHaveProperty('_sd');
    expect(payloadOf(report)).not.toHaveProperty('_sd_alg');
    expect(report.disclosures?.map(({ name, value, matched }) => [name, value, matched])).toEqual([
      ['street', 'phố Hàng Bông', true],
      ['address', { _sd: [street.digest], city: 'Hà Nội' }, true],
      [undefined, 'VN', true],
    ]);
    const found = report.checks.find(({ check }) => check === 'disclosures');
    expect(found?.because.en).toMatch(/^3, .* 2 digests are not disclosed/);
  });

  /** Digests of RFC 9901 §6.2. */
  test.each([
    [
      'WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgInN0cmVldF9hZGRyZXNzIiwgIlNjaHVsc3RyLiAxMiJd',
      '9gjVuXtdFROCgRrtNcGUXmF65rdezi_6Er_j76kmYyM',
    ],
    [
      'WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImxvY2FsaXR5IiwgIlNjaHVscGZvcnRhIl0',
      '6vh9bq-zS4GKM_7GpggVbYzzu6oOGXrmNVGPHP75Ud0',
    ],
    [
      'WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgInJlZ2lvbiIsICJTYWNoc2VuLUFuaGFsdCJd',
      'KURDPh4ZC19-3tiz-Df39V8eidy1oV3a3H1Da2N0g88',
    ],
    ['WyJlSThaV205UW5LUHBOUGVOZW5IZGhRIiwgImNvdW50cnkiLCAiREUiXQ', 'WN9r9dCBJ8HTCsS2jKASxTjEyW5m5x65_Z_2ro2jfXM'],
  ])('%s is %s', async (text, digest) => {
    const { token } = await look(
      selective({ payload: { address: { _sd: [digest] } }, disclosed: [text], binding: false }),
    );
    expect(token.disclosures).toMatchObject([{ digest, matched: true }]);
    expect(ended(token, 'failed')).toEqual([]);
  });

  test('a name that every object has is a name like any other', async () => {
    const [strange, method] = [disclosure('__proto__', { admin: true }), disclosure('constructor', 'mine')];
    const token = selective({
      payload: { _sd: [strange.digest, method.digest] },
      disclosed: [strange.text, method.text],
      binding: false,
    });
    const { token: report } = await look(token);
    expect(ended(report, 'failed')).toEqual([]);
    expect(report.payload.map(({ name, meaning }) => [name, meaning])).toEqual(
      expect.arrayContaining([
        ['__proto__', undefined],
        ['constructor', undefined],
      ]),
    );
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('the holder’s proof', () => {
  test('is held against the key that the issuer named, whatever key was pasted', async () => {
    const { token } = await look(selective());
    expect(ended(token.inside?.[0] as Report)).toEqual(expect.arrayContaining(['signature:good', 'sd-hash:good']));
    const forged = await look(selective({ binding: { key: stranger.privateKey } }), {
      key: JSON.stringify(stranger.jwk),
    });
    expect(ended(forged.token.inside?.[0] as Report, 'failed')).toEqual(['signature:wrong']);
  });

  test('is for one verifier and one time', async () => {
    const input = { audience: 'https://other.example', nonce: 'of another time' };
    const { token } = await look(selective(), input);
    expect(ended(token.inside?.[0] as Report, 'failed')).toEqual(['aud:wrong', 'nonce:wrong']);
  });

  test('another kind of token is none', async () => {
    const presented = selective({ binding: 'absent' });
    const { token } = await look(presented + made('id-token'));
    expect(ended(token.inside?.[0] as Report, 'failed')).toEqual(
      expect.arrayContaining(['typ:missing', 'complete:missing', 'signature:wrong']),
    );
  });
});
