/** How a check can end, in both languages. `{name}` is replaced by what was found. */

/**
 * @typedef {object} Reason
 * @property {'passed' | 'failed' | 'unchecked'} outcome
 * @property {string} vi
 * @property {string} en
 * @property {string} [rule] where it is another than that of the check
 */

/** @param {Reason['outcome']} outcome */
const ends =
  (outcome) =>
  /** @type {(vi: string, en: string, rule?: string) => Reason} */
  (vi, en, rule) => ({ outcome, vi, en, ...(rule !== undefined && { rule }) });

export const passed = ends('passed');
export const failed = ends('failed');
/** It could not be made with what is there; the words say what is missing. */
export const unchecked = ends('unchecked');
