import { expect, test } from 'vitest';
import { startVneid } from '../../../src/index.ts';
import { createClaimsReader, describeClaims, describeValues } from '../../../src/oidc/claims/claims.ts';
import { an } from '../../support/relying-party.ts';

test('an instance may add standard claims that the registry has nothing for, to whom it wants; the registry goes first', async () => {
  await using vneid = await startVneid();
  const [account, binh] = [await vneid.accounts.byNumber(an.number), await vneid.accounts.byNumber('001187000002')];
  if (!account || !binh) throw new Error('nobody is there');
  const readClaims = createClaimsReader({
    ...vneid,
    standardClaims: ({ number }) =>
      number === an.number ? { nickname: 'An', picture: 'https://an.example/a.png', name: 'X', nonsense: 1 } : {},
  });
  const claims = await readClaims(account, { scopes: ['profile'] });
  expect(claims).toMatchObject({ name: an.name, nickname: 'An', picture: 'https://an.example/a.png' });
  expect(claims).not.toHaveProperty('nonsense');
  expect(await readClaims(binh, { scopes: ['profile'] })).not.toHaveProperty('nickname');
  expect(await readClaims(account, { claims: ['nickname', 'nonsense', 'constructor'] })).toEqual({ nickname: 'An' });
});

test('what only an instance can tell is not advertised to people', () => {
  const listed = describeClaims('en').map(({ claim }) => claim);
  expect(listed).toContain('zoneinfo');
  expect(listed).not.toContain('picture');
});

test('what is told by another claim is not told again, unless it alone has a proof', () => {
  const values = { name: 'Nguyễn Văn An', given_name: 'An', locale: 'vi-VN', updated_at: 1723395600 };
  const shown = (proven: string[], claims: object = values) =>
    describeValues({ ...claims }, 'en', proven).map(({ claim, proof }) => `${claim}${proof ? ' proven' : ''}`);
  expect(shown([])).toEqual(['name']);
  expect(shown(['name', 'given_name'])).toEqual(['name proven']);
  expect(shown(['given_name'])).toEqual(['name', 'given_name proven']);
  expect(shown([], { locale: 'vi-VN', updated_at: 1723395600 })).toEqual(['locale', 'updated_at']);
  expect(describeValues({ updated_at: 1723395600 }, 'vi')[0]?.value).toBe('12/8/2024');
});
