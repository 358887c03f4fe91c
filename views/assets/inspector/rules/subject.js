/**
 * What a rule looks at. Every rule takes it and tells what it checked; one that does not apply tells nothing.
 *
 * @typedef {object} Subject
 * @property {Record<string, unknown>} header
 * @property {Record<string, unknown>} payload of an SD-JWT, with what is disclosed
 * @property {string} name of the kind
 * @property {import('../kinds.js').Kind} kind
 * @property {import('../report.js').Input} input
 * @property {import('../report.js').World} world
 * @property {string} [presented] of a key binding: what stands before it
 *
 * @typedef {(subject: Subject) => import('../report.js').Check[] | Promise<import('../report.js').Check[]>} Rule
 */
export {};
