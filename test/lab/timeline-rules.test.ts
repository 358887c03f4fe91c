import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ruleFor, whyOf } from '../../src/lab/timelines/rules.ts';
import { catalogue } from '../../src/errors.ts';
import { ownRules } from '../../src/lab/timelines/rules/own.ts';

/**
 * Everything that the library can refuse a request with, as its source has it: each is explained by a rule of ours, so that a
 * newer library cannot bring an error that the inspector knows nothing of.
 */
const root = resolve(import.meta.dirname, '../..');

/** What this server does not do (credentials, attestation, documents of clients), registrations, and settings that ours replace. */
const elsewhere =
  /openid4vci|credential|attest|client_id_metadata_document|client_schema|configuration\.js|initialize_clients|helpers\/defaults\.js|pre_authorized|sector_|registration\.js|interaction\.js/;

describe.each([
  ['the library', sourcesIn('node_modules/oidc-provider/lib').filter((file) => !elsewhere.test(file))],
  ['ours', sourcesIn('src/oidc')],
])('what is refused by %s', (_, files) => {
  const said = files.flatMap(refusalsIn);

  test('is found by reading the source', () => expect(said.length).toBeGreaterThan(20));

  test.each(said)('$file: $words', ({ words }) => {
    expect(ruleFor(words)?.rule).toMatch(/§|Art|Standard|Error Code/);
  });
});

test('each rule of an error of ours is for one that is in the catalogue', () => {
  expect(Object.keys(ownRules).filter((code) => !(code in catalogue))).toEqual([]);
});

test('an error of nobody knows which words is told by its name, with the words as they are', () => {
  const why = whyOf({
    decision: 'failure',
    ok: false,
    facts: { error: 'invalid_scope', description: 'a sentence of a library to come' },
  });
  expect(why).toMatchObject({ rule: 'RFC 6749 §4.1.2.1, §5.2', reason: 'a sentence of a library to come' });
  expect(why?.vi.text).not.toBe(why?.en.text);
});

test('what went well, and what is neither, asks for no explanation', () => {
  expect(whyOf({ decision: 'factor', ok: true, facts: { reason: 'wrong' } })).toBeUndefined();
  expect(whyOf({ decision: 'phone', ok: undefined, facts: { kind: 'qr' } })).toBeUndefined();
});

/** The words of every error that a file makes; what is filled in later stands as a word in its place. */
function refusalsIn(file: string): { file: string; words: string }[] {
  const text = readFileSync(file, 'utf8');
  const made =
    /new (?:errors\.)?(?:Invalid(?:Request|RequestObject|RequestUri|Grant|Client|ClientAuth|Token|Scope|Target|DpopProof|AuthorizationDetails|BindingMessage)|InsufficientScope|UseDpopNonce|ExpiredToken|SessionNotFound|UnknownUserId|UnsupportedTokenType|AccessDenied)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;
  const told = [...text.matchAll(made)].filter(([, , words = '']) => !words.includes('Attestation'));
  return told.map(([, , words = '']) => ({
    file: file.slice(root.length + 1),
    words: words.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => filled(name)).replaceAll('\\', ''),
  }));
}

/** Something that may stand in a sentence of the source where this expression does. */
function filled(expression: string): string {
  const known: [start: string, text: string][] = [
    ['msg', 'requested response_mode is not allowed for the requested response_type'],
    ['formatters.formatList', "'client_id'"],
    ['label', 'authorization code'],
    ['aLine', 'a line of 1 to 300 characters that a person can read'],
    ['path', 'claims.userinfo.verified_claims'],
    ['what', 'has to be null or an object'],
    ['weak.found', 'n or e missing, or too long'],
    ['weak.expected', 'n and e in base64url (RFC 7518 §6.3.1)'],
    ['origin', 'https://app.example'],
    ['client.clientId', 'test-app'],
  ];
  const [, counted] = /^formatters\.pluralize\('(\w+)'/.exec(expression) ?? [];
  return counted ?? known.find(([start]) => expression.startsWith(start))?.[1] ?? 'code_verifier';
}

function sourcesIn(folder: string): string[] {
  const path = join(root, folder);
  return readdirSync(path).flatMap((name) => {
    const inner = join(folder, name);
    if (statSync(join(root, inner)).isDirectory()) return sourcesIn(inner);
    return /\.(?:js|ts)$/.test(name) ? [join(root, inner)] : [];
  });
}
