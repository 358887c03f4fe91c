import { z } from 'zod';
import { isKind, kinds } from '../../../views/assets/inspector/kinds.js';
import { inspectToken } from '../inspector/token.ts';
import { largestInspection } from '../inspector/token-page.ts';
import { operation } from '../operation.ts';
import { time } from '../shapes.ts';

const both = z.object({ vi: z.string(), en: z.string() });
const pasted = z.string().max(100_000);

const check = z.object({
  check: z.string(),
  outcome: z.enum(['passed', 'failed', 'unchecked']),
  reason: z.string().meta({ description: 'How it ended, in a word' }),
  rule: z.string().meta({ description: 'Where it is written' }),
  name: both,
  because: both,
});

const member = z
  .object({
    name: z.string(),
    value: z.unknown(),
    meaning: both.optional(),
    rule: z.string().optional(),
    time: time.optional(),
    seconds: z.number().optional().meta({ description: 'From now to that time' }),
    get members() {
      return z.array(member).optional();
    },
  })
  .meta({ id: 'TokenMember' });

const report = z
  .object({
    kind: z.string(),
    name: both,
    about: both,
    rule: z.string().optional(),
    checks: z.array(check),
    header: z.array(member),
    payload: z.array(member),
    text: z.string().optional().meta({ description: 'Of a payload that is no JSON object' }),
    disclosures: z
      .array(z.object({ name: z.string().optional(), value: z.unknown(), digest: z.string(), matched: z.boolean() }))
      .optional(),
    get inside() {
      return z.array(report).optional().meta({ description: 'What was encrypted; the key binding of an SD-JWT' });
    },
  })
  .meta({ id: 'TokenReport' });

const differences = z.array(
  z.object({
    part: z.enum(['header', 'payload']),
    name: z.string(),
    state: z.enum(['same', 'different', 'only-here', 'only-there']),
    here: z.unknown().optional(),
    there: z.unknown().optional(),
  }),
);

export const inspect = operation({
  method: 'POST',
  path: '/tokens/inspect',
  about: {
    vi: 'Giải mã, kiểm tra và giải thích một token; so với token khác. Không lưu lại gì.',
    en: 'Decodes, verifies and explains a token, and compares it with another. Nothing of it is kept.',
  },
  input: z.strictObject({
    token: pasted.meta({ example: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.AA' }),
    other: pasted.optional().meta({ description: 'Another token, to compare with' }),
    as: z
      .enum(Object.keys(kinds).filter(isKind))
      .optional()
      .meta({ description: 'Hold it against the rules of this kind, whatever it looks like' }),
    key: pasted.optional().meta({ description: 'JWK, JWK Set, PEM or shared secret: to verify or to decrypt with' }),
    accessToken: pasted.optional().meta({ description: 'For at_hash, ath and cnf' }),
    code: pasted.optional().meta({ description: 'For c_hash' }),
    audience: z.string().max(2_000).optional().meta({ description: 'What aud has to be' }),
    nonce: z.string().max(2_000).optional().meta({ description: 'What nonce has to be' }),
    request: z.string().max(4_000).optional().meta({
      description: 'The request that a DPoP proof goes along with',
      example: 'POST http://localhost:3000/token',
    }),
  }),
  answer: z.object({
    token: report,
    other: z.object({ kind: z.string(), name: both, differences }).optional(),
  }),
  largest: largestInspection,
  run: (bench, input) => inspectToken(bench, input),
});
