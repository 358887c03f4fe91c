import { catalogue, type ErrorCode, type Explanation, isErrorCode } from '../../errors.ts';
import { assertionRules } from './rules/assertion.ts';
import { bearerRules } from './rules/bearer.ts';
import { clientRules } from './rules/client.ts';
import { grantRules } from './rules/grant.ts';
import { errorRules, ownRules } from './rules/own.ts';
import { factorRules, personRules } from './rules/person.ts';
import { proofRules } from './rules/proof.ts';
import { requestRules } from './rules/request.ts';
import type { Rule } from './rules/rule.ts';
import type { Decision, Fact } from './timeline.ts';

/** Why something went wrong, and which rule says so. */
export interface Why {
  /** The error as the app heard it, or what was tried in vain. */
  error: string;
  /** In the words of the library. */
  reason: string | undefined;
  /** Where it is written. */
  rule: string | undefined;
  vi: Explanation;
  en: Explanation;
  /** What would have been right, and what there was. */
  expected: string | undefined;
  found: string | undefined;
}

/** In the order in which they are looked through: words of two families may be alike. */
const rules: Rule[] = [
  ...personRules,
  ...proofRules,
  ...grantRules,
  ...clientRules,
  ...bearerRules,
  ...assertionRules,
  ...requestRules,
];

/** Codes of the catalogue for what a phone says in a word. */
const onPhone: Record<string, ErrorCode> = {
  expired: 'approval.expired',
  level: 'approval.level',
  number: 'approval.number',
  'other-person': 'approval.otherPerson',
  'second-scan': 'approval.secondScan',
};

/** The rule for a reason in the library's words, or ours. */
export function ruleFor(words: string): Rule | undefined {
  return rules.find((rule) => rule.words.test(words));
}

/** Why a decision went against the app or the person; nothing where it did not, or speaks for itself. */
export function whyOf({ decision, ok, facts, said }: Decision): Why | undefined {
  if (ok === true) return undefined;
  if (decision === 'failure') {
    const error = String(facts.error);
    const shown = { error, expected: textOf(facts.expected), found: textOf(facts.found) };
    if (said) return { ...shown, reason: undefined, rule: ownRules[said.code], vi: said.vi, en: said.en };
    return { ...shown, ...explained(error, facts) };
  }
  const reason = textOf(facts.reason ?? facts.state);
  if (ok === undefined || reason === undefined || (decision !== 'factor' && decision !== 'phone')) return undefined;
  const code = onPhone[reason] ?? reason;
  const shown = {
    error: textOf(facts.method ?? facts.kind) ?? decision,
    reason,
    expected: undefined,
    found: undefined,
  };
  if (isErrorCode(code)) return { ...shown, rule: ownRules[code], ...generally(code) };
  const rule = factorRules.find(({ words }) => words.test(reason));
  return rule && { ...shown, ...inWords(rule) };
}

/** By the most exact words there are; else by the error alone, and what the library says of it. */
function explained(
  error: string,
  { reason, description }: Decision['facts'],
): Omit<Why, 'error' | 'expected' | 'found'> {
  const words = textOf(reason) ?? textOf(description) ?? error;
  const rule = ruleFor(words) ?? ruleFor(textOf(description) ?? '') ?? ruleFor(error);
  if (rule) return { reason: words, ...inWords(rule) };
  const code = `oauth.${error}`;
  return {
    reason: words,
    rule: errorRules[error],
    ...generally(isErrorCode(code) ? code : ('oauth.invalid_request' satisfies ErrorCode)),
  };
}

function inWords({ rule, vi, en, nextVi, nextEn }: Rule) {
  return { rule, vi: { text: vi, next: nextVi }, en: { text: en, next: nextEn } };
}

/** What the catalogue says when nobody kept the facts. */
function generally(code: ErrorCode): Record<'vi' | 'en', Explanation> {
  const { vi, en, nextVi, nextEn } = catalogue[code];
  const open = (text: string) => text.replaceAll(/\{\w+\}/g, '…');
  return { vi: { text: open(vi), next: open(nextVi) }, en: { text: open(en), next: open(nextEn) } };
}

function textOf(fact: Fact | undefined): string | undefined {
  return fact === undefined ? undefined : typeof fact === 'object' ? fact.join(', ') : String(fact);
}
