import { describe, expect, test } from 'vitest';
import { claimTable } from '../../../src/oidc/claims/claim-table.ts';
import { catalogue } from '../../../views/assets/inspector/checks/catalogue.js';
import { ofHeader } from '../../../views/assets/inspector/claims/header.js';
import { byKind, ofPayload } from '../../../views/assets/inspector/claims/payload.js';
import { kinds, others, troubles } from '../../../views/assets/inspector/kinds.js';
import { span } from '../../../views/assets/inspector/spans.js';
import { words } from '../../../views/assets/inspector/words.js';

/** Every text of the inspector by its path, in both languages. */
function pairs(value: unknown, path: string): [path: string, vi: string, en: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const { vi, en } = value as { vi?: unknown; en?: unknown };
  const own =
    typeof vi === 'string' || typeof en === 'string'
      ? [[path, String(vi), String(en)] as [string, string, string]]
      : [];
  return [...own, ...Object.entries(value).flatMap(([name, inner]) => pairs(inner, `${path}.${name}`))];
}
function said(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, (value as (count: number) => string)(2)]];
  return Object.entries(value as object).flatMap(([name, inner]) => said(inner, `${path}.${name}`));
}
const ofPage = said(words.vi).map(
  ([path, vi], at) => [path, vi, said(words.en)[at]?.[1] ?? ''] as [string, string, string],
);
const all = [
  ...pairs(catalogue, 'checks'),
  ...pairs(ofHeader, 'header'),
  ...pairs(ofPayload, 'payload'),
  ...pairs(byKind, 'byKind'),
  ...pairs({ kinds, others, troubles }, 'kinds'),
  ...ofPage,
];
const marks = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;

test('the page has the same words in both languages', () => {
  expect(said(words.en).map(([path]) => path)).toEqual(said(words.vi).map(([path]) => path));
});

test('every text is said in both, and in the letters of each', () => {
  expect(all.length).toBeGreaterThan(350);
  const odd = all.filter(
    ([, vi, en]) =>
      vi.trim() !== vi || vi === '' || en.trim() !== en || en === '' || vi.normalize('NFC') !== vi || marks.test(en),
  );
  expect(odd).toEqual([]);
  // names, and sentences of nothing but what was found, are the same in every language
  const same = all.filter(([, vi, en]) => vi === en).map(([path]) => path);
  expect(same).toEqual([
    'checks.sd-alg.reasons.good',
    'kinds.kinds.id-token.name',
    'kinds.kinds.logout-token.name',
    'kinds.kinds.client-assertion.name',
    'kinds.kinds.sd-jwt.name',
    'kinds.others.jws.name',
    'kinds.others.jwe.name',
    'kinds.others.request-uri.name',
    '.token',
  ]);
});

test('both languages speak of the same things found', () => {
  const found = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
  expect(pairs(catalogue, 'checks').filter(([, vi, en]) => String(found(vi)) !== String(found(en)))).toEqual([]);
});

const documents = [
  'RFC ',
  'OIDC Core ',
  'OIDC Back-Channel Logout ',
  'FAPI ',
  'JARM ',
  'CIBA Core ',
  'OAuth 2.0 Multiple Response Types ',
  'OpenID Identity Assurance',
  'SD-JWT VC ',
  'Token Status List ',
  '69/2024/NĐ-CP ',
];

test('every rule names a document and a place in it', () => {
  const rules = [
    ...Object.values(catalogue).flatMap(({ rule, reasons }) => [
      rule,
      ...Object.values(reasons).map((one) => (one as { rule?: string }).rule ?? rule),
    ]),
    ...[ofHeader, ofPayload, ...Object.values(byKind)].flatMap((family) =>
      Object.values(family).map(({ rule }) => rule),
    ),
  ];
  expect(rules.filter((rule) => !documents.some((document) => rule.startsWith(document)))).toEqual([]);
  expect(rules.filter((rule) => !/§|^RFC 8176$|Identity Assurance/.test(rule))).toEqual([]);
});

test('a claim of a person is said by the instance, and not here as well', () => {
  const twice = Object.keys(claimTable).filter((name) => Object.hasOwn(ofPayload, name));
  expect(twice).toEqual([]);
});

describe('spans of time', () => {
  test.each([
    [0, '0 giây', '0 seconds'],
    [1, '1 giây', '1 second'],
    [-61, '1 phút 1 giây', '1 minute 1 second'],
    [3600, '1 giờ', '1 hour'],
    [90_061, '1 ngày 1 giờ', '1 day 1 hour'],
    [172_800.9, '2 ngày', '2 days'],
  ])('%d s', (seconds, vi, en) => {
    expect(span(seconds)).toEqual({ vi, en });
  });
});
