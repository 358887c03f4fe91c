import { type Html, html, type Part } from '../html.ts';
import type { Language, Words } from '../words.ts';
import type { DecisionShown, WhyShown } from './timelines-shown.ts';

type Say = Words['timelines'];

/** What each decision is called, by its name and how it came out. */
const sentences: Record<string, (words: Say['decisions'], one: DecisionShown) => string> = {
  client: (words) => words.client,
  request: (words) => words.request,
  prompt: (words, { facts }) => (facts.prompt === 'consent' ? words.promptConsent : words.promptLogin),
  session: (words) => words.session,
  page: (words) => words.page,
  factor: (words, { ok }) => (ok ? words.proved : words.unproved),
  otp: (words) => words.otp,
  phone: (words, { facts }) => (facts.state === undefined ? words.phoneAsked : words.phoneAnswered),
  slowed: (words) => words.slowed,
  'signed-in': (words) => words.signedIn,
  consent: (words, { ok }) => (ok ? words.agreed : words.disagreed),
  'given-up': (words) => words.givenUp,
  device: (words, { ok }) => (ok ? words.deviceApproved : words.deviceRefused),
  code: (words) => words.code,
  tokens: (words) => words.tokens,
  claims: (words) => words.claims,
  introspection: (words, { ok }) => (ok ? words.active : words.inactive),
  revocation: (words) => words.revocation,
  'signed-out': (words) => words.signedOut,
  told: (words, { ok }) => (ok ? words.told : words.untold),
  fault: (words) => words.fault,
  failure: (words, { ok }) => (ok === null ? words.waiting : words.failure),
};

/** Facts that the explanation beside them says. */
const explained = new Set(['error', 'description', 'reason', 'expected', 'found', 'status']);
/** Facts whose values are words of ours; those of others stay as the protocol has them. */
const ours = new Set(['kind', 'method', 'prompt', 'proved', 'reasons', 'state', 'step', 'way', 'ways']);

/** One decision: whether it went well, in a sentence, with what it was about and why. */
export function decisionShown(language: Language, words: Say, one: DecisionShown): Html {
  const { decision, ok, why } = one;
  const outcome = ok === null ? 'noted' : ok ? 'passed' : 'failed';
  // a failure that is explained needs no sentence before
  const sentence =
    why && decision === 'failure' ? undefined : (sentences[decision]?.(words.decisions, one) ?? decision);
  return html`<li data-outcome="${outcome}"><span class="outcome">${words.noted[outcome]}</span>
<div>${sentence !== undefined && html`<p>${sentence}</p>`}${factsShown(words, one)}${why && whyShown(language, words, why)}</div></li>`;
}

function factsShown(words: Say, { facts, why }: DecisionShown): Html | undefined {
  const shown = Object.entries(facts).filter(([name]) => !(why && explained.has(name)));
  if (shown.length === 0) return undefined;
  return html`<ul class="known">${shown.map(([name, value]) => html`<li>${words.facts[name] ?? name}: ${valueShown(words, name, value)}</li>`)}</ul>`;
}

function valueShown(words: Say, name: string, value: string | number | boolean | readonly string[]): Part {
  if (typeof value === 'object')
    return value.map((item, index) => html`${index > 0 && ', '}${valueShown(words, name, item)}`);
  if (name === 'read') return html`<q>${value}</q>`;
  const said = ours.has(name) || typeof value === 'boolean' ? words.values[String(value)] : undefined;
  return said ?? html`<code>${value}</code>`;
}

/** Why it went wrong, what to do, and where that is written. */
export function whyShown(language: Language, words: Say, why: WhyShown): Html {
  const { text, next } = why[language];
  const rows = [
    [words.rule, why.rule],
    [words.error, why.error],
    [words.reason, why.reason],
    [words.expected, why.expected],
    [words.found, why.found],
  ].filter(([, value]) => value !== null);
  return html`<p><strong>${text}</strong> ${next}</p>
<ul class="known">${rows.map(([label, value]) => html`<li>${label}: <code>${value}</code></li>`)}</ul>`;
}
