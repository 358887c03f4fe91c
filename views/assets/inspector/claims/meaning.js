/**
 * What one member means, in both languages, and where it is written.
 * @typedef {{ rule: string, vi: string, en: string }} Meaning
 */

/**
 * @param {string} rule
 * @param {string} vi
 * @param {string} en
 * @returns {Meaning}
 */
export const means = (rule, vi, en) => ({ rule, vi, en });
