/** Draws what the inspector says, for a page in one language. */
import { pretty, visible } from './json.js';
import { span } from './spans.js';
import { el } from './tree.js';
import { words } from './words.js';

/**
 * @typedef {import('./report.js').Check} Check
 * @typedef {import('./report.js').Inspection} Inspection
 * @typedef {import('./report.js').Member} Member
 * @typedef {import('./report.js').Report} Report
 * @typedef {import('./tree.js').Drawn} Drawn
 * @typedef {'vi' | 'en'} Language
 */

const order = /** @type {const} */ (['failed', 'unchecked', 'passed']);

/**
 * @param {Inspection} inspection
 * @param {Language} language
 * @returns {Drawn[]}
 */
export function draw({ token, other }, language) {
  const drawn = drawReport(token, language, 2);
  if (!other) return [drawn];
  const said = words[language];
  const rows = other.differences.map(({ part, name, state, here, there }) => [
    el('span', {}, el('code', {}, visible(name)), el('br', {}), el('span', { class: 'hint' }, said[part])),
    valueOf(here),
    valueOf(there),
    el('span', { class: 'difference', 'data-state': state }, said.states[state]),
  ]);
  const title = said.compared(other.name[language]);
  const columns = [said.member, said.here, said.there, said.state];
  return [drawn, el('section', { class: 'stack' }, el('h2', {}, title), table(title, columns, rows))];
}

/**
 * "ID token: 1 failed, 2 open, 9 passed", for who cannot see the page change.
 * @param {Report} report
 * @param {Language} language
 */
export function summaryOf({ name, checks }, language) {
  return [name[language], ...tally(checks, language)].join(' · ');
}

/**
 * @param {Check[]} checks
 * @param {Language} language
 */
function tally(checks, language) {
  return order.flatMap((outcome) => {
    const count = checks.filter((one) => one.outcome === outcome).length;
    return count > 0 ? [words[language].tally[outcome](count)] : [];
  });
}

/**
 * @param {Report} report
 * @param {Language} language
 * @param {number} level of its heading
 * @returns {Drawn}
 */
function drawReport(report, language, level) {
  const { kind, name, about, rule, checks, header, payload, text, disclosures = [], inside = [] } = report;
  const said = words[language];
  const heading = (/** @type {string} */ title) => el(`h${level + 1}`, {}, title);
  const inner = kind === 'sd-jwt' ? said.binding : said.inside;
  return el(
    'section',
    { class: 'report stack', 'data-kind': kind },
    el(`h${level}`, {}, name[language]),
    el('p', {}, about[language], ' ', el('span', { class: 'rule' }, rule ?? '')),
    ...(checks.length > 0
      ? [
          heading(said.checks),
          el('p', { class: 'tally' }, tally(checks, language).join(' · ')),
          drawChecks(checks, language),
        ]
      : []),
    ...(header.length > 0 ? [heading(said.header), drawMembers(said.header, header, language)] : []),
    ...(payload.length > 0
      ? [heading(disclosures.length > 0 ? said.disclosed : said.payload), drawMembers(said.payload, payload, language)]
      : []),
    ...(text === undefined ? [] : [heading(said.text), el('pre', {}, text)]),
    ...(disclosures.length > 0 ? [heading(said.disclosures), drawDisclosures(disclosures, language)] : []),
    header.length > 0 ? drawRaw(report, language) : undefined,
    ...inside.flatMap((one) => [
      el(
        'div',
        { class: 'inside' },
        el('p', { class: 'hint' }, inner),
        drawReport(one, language, Math.min(level + 1, 4)),
      ),
    ]),
  );
}

/**
 * @param {Check[]} checks
 * @param {Language} language
 */
function drawChecks(checks, language) {
  const said = words[language];
  const ordered = order.flatMap((outcome) => checks.filter((one) => one.outcome === outcome));
  return el(
    'ul',
    { class: 'checks' },
    ...ordered.map(({ check, outcome, reason, rule, name, because }) =>
      el(
        'li',
        { 'data-check': check, 'data-outcome': outcome, 'data-reason': reason },
        el('span', { class: 'outcome' }, said.outcomes[outcome]),
        el(
          'div',
          {},
          el('p', {}, el('strong', {}, name[language])),
          el('p', {}, because[language], ' ', el('span', { class: 'rule' }, rule)),
        ),
      ),
    ),
  );
}

/**
 * @param {string} caption
 * @param {Member[]} members
 * @param {Language} language
 */
function drawMembers(caption, members, language) {
  const { name, value, meaning } = words[language];
  return table(
    caption,
    [name, value, meaning],
    members.flatMap((member) => rowsOf(member, language, '')),
  );
}

/**
 * @param {Member} member
 * @param {Language} language
 * @param {string} within names of the objects that it stands in
 * @returns {Drawn[][]}
 */
function rowsOf({ name, value, meaning, rule, time, seconds = 0, members }, language, within) {
  const said = words[language];
  const path = `${within}${name}`;
  const when = time === undefined ? [] : [el('br', {}), timeOf(time, seconds, language)];
  const means = meaning
    ? el('span', {}, meaning[language], ' ', el('span', { class: 'rule' }, rule ?? ''))
    : el('span', { class: 'hint' }, said.unknown);
  const known = members?.filter((one) => one.meaning) ?? [];
  return [
    [el('code', {}, visible(path)), el('span', {}, valueOf(value), ...when), means],
    ...known.flatMap((one) => rowsOf(one, language, `${path}.`)),
  ];
}

const parts = /** @type {const} */ ({
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const locales = { vi: 'vi-VN', en: 'en-GB' };
/** @type {Partial<Record<Language, Intl.DateTimeFormat>>} */
const formats = {};

/**
 * @param {string} time
 * @param {number} seconds
 * @param {Language} language
 */
function timeOf(time, seconds, language) {
  const said = words[language];
  const away = span(seconds)[language];
  const relative = seconds >= 0 ? said.left(away) : said.ago(away);
  // made when it is wanted: the server loads this too, and its start would wait for it
  const format = (formats[language] ??= new Intl.DateTimeFormat(locales[language], parts));
  return el('time', { datetime: time }, `${format.format(new Date(time))}, ${relative}`);
}

/**
 * @param {import('./report.js').Disclosure[]} disclosures
 * @param {Language} language
 */
function drawDisclosures(disclosures, language) {
  const said = words[language];
  const rows = disclosures.map(({ name, value, digest, matched }) => [
    name === undefined ? el('span', { class: 'hint' }, said.element) : el('code', {}, visible(name)),
    valueOf(value),
    el('code', {}, digest),
    matched ? said.yes : said.no,
  ]);
  return table(said.disclosures, [said.name, said.value, said.digest, said.matched], rows);
}

/**
 * @param {Report} report
 * @param {Language} language
 */
function drawRaw({ header, payload }, language) {
  const object = (/** @type {Member[]} */ members) =>
    Object.fromEntries(members.map(({ name, value }) => [name, value]));
  const shown = [header, payload].filter((members) => members.length > 0);
  return el(
    'details',
    {},
    el('summary', {}, words[language].raw),
    ...shown.map((members) => el('pre', {}, pretty(object(members)))),
  );
}

/** @param {unknown} value */
function valueOf(value) {
  if (value === undefined) return '';
  return typeof value === 'string' ? el('code', {}, visible(value)) : el('code', { class: 'json' }, pretty(value));
}

/**
 * A table that turns into cards where it would not fit, as the tables of all other pages do.
 * @param {string} caption
 * @param {string[]} columns
 * @param {Drawn[][]} rows
 */
function table(caption, columns, rows) {
  const heads = columns.map((column) => el('th', { scope: 'col', role: 'columnheader' }, column));
  const cell = (/** @type {Drawn} */ part, /** @type {number} */ at) =>
    at === 0
      ? el('th', { scope: 'row', role: 'rowheader' }, part)
      : el('td', { role: 'cell', 'data-label': columns[at] ?? '' }, el('div', {}, part));
  return el(
    'table',
    { class: 'cards', role: 'table' },
    el('caption', { class: 'unseen' }, caption),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...heads)),
    el('tbody', { role: 'rowgroup' }, ...rows.map((cells) => el('tr', { role: 'row' }, ...cells.map(cell)))),
  );
}
