/** Two tokens, member by member. */

/**
 * @typedef {import('./report.js').Difference} Difference
 * @typedef {import('./report.js').Member} Member
 * @typedef {import('./report.js').Report} Report
 */

/**
 * @param {Report} here
 * @param {Report} there
 * @returns {Difference[]} first what differs
 */
export function compare(here, there) {
  const parts = /** @type {const} */ (['header', 'payload']);
  const all = parts.flatMap((part) => differences(part, here[part], there[part]));
  return [...all.filter(({ state }) => state !== 'same'), ...all.filter(({ state }) => state === 'same')];
}

/**
 * @param {'header' | 'payload'} part
 * @param {Member[]} here
 * @param {Member[]} there
 * @returns {Difference[]}
 */
function differences(part, here, there) {
  const [mine, theirs] = [here, there].map((members) => new Map(members.map(({ name, value }) => [name, value])));
  if (!mine || !theirs) return [];
  return [...new Set([...mine.keys(), ...theirs.keys()])].map((name) => {
    if (!theirs.has(name)) return { part, name, state: 'only-here', here: mine.get(name) };
    if (!mine.has(name)) return { part, name, state: 'only-there', there: theirs.get(name) };
    const [one, other] = [mine.get(name), theirs.get(name)];
    return { part, name, state: canonical(one) === canonical(other) ? 'same' : 'different', here: one, there: other };
  });
}

/**
 * Equal for equal values, in whatever order their members stand.
 * @param {unknown} value
 * @returns {string}
 */
function canonical(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.toSorted().join()}}`;
}
