/** A check that was made: its words come from the catalogue, what was found from the token. */
import { catalogue } from './catalogue.js';
import { brief } from '../json.js';

/** @typedef {import('../report.js').Both} Both */
/** @typedef {import('../report.js').Check} Check */
/** @typedef {typeof catalogue} Catalogue */
/** @typedef {keyof Catalogue} CheckName */

/**
 * @template {CheckName} Name
 * @param {Name} name
 * @param {keyof Catalogue[Name]['reasons'] & string} reason
 * @param {Record<string, unknown>} [facts] what `{…}` in the words stands for; a span of time is in both languages
 * @param {string} [ruled] where it is written for this kind of token, when that is elsewhere
 * @returns {Check}
 */
export function check(name, reason, facts = {}, ruled) {
  const { vi, en, rule, reasons } = catalogue[name];
  const said = /** @type {Record<string, import('./outcomes.js').Reason>} */ (reasons)[reason];
  if (!said) throw new RangeError(`no reason ${reason} of ${name}`);
  return {
    check: name,
    outcome: said.outcome,
    reason,
    rule: said.rule ?? ruled ?? rule,
    name: { vi, en },
    because: { vi: fill(said.vi, facts, 'vi'), en: fill(said.en, facts, 'en') },
  };
}

/** Facts that are words of ours; all others are somebody's values. */
const bilingual = new Set(['span', 'most', 'from']);

/**
 * @param {string} text
 * @param {Record<string, unknown>} facts
 * @param {'vi' | 'en'} language
 */
function fill(text, facts, language) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) =>
    bilingual.has(name) ? /** @type {Both} */ (facts[name])[language] : brief(facts[name]),
  );
}
