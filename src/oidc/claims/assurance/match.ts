import { isDeepStrictEqual } from 'node:util';
import { constraints, type Template } from './request.ts';

/**
 * What of a record a request gets: the parts it names and no other, if what it says about their values holds (OpenID
 * Connect for Identity Assurance §5.4, §5.5).
 */

/** The answer when a requirement by `value`, `values` or `max_age` does not hold. */
export const unmet = Symbol('unmet');

/** Parts without which the structure around them is not valid: they come along whether named or not (§5.7.5). */
const always = new Set(['trust_framework', 'type', 'check_method']);

/**
 * @param wanted null, a template, or for a list one template or more, of which one has to fit
 * @param now milliseconds since 1970
 * @returns what to answer; undefined when there is nothing; `unmet`
 */
export function fit(wanted: unknown, found: unknown, now: number): unknown {
  if (Array.isArray(found)) return fitList(Array.isArray(wanted) ? wanted : [wanted], found, now);
  if (found === undefined) return constrained(wanted) ? unmet : undefined;
  // a list of templates for what is no list
  if (Array.isArray(wanted)) return undefined;
  if (typeof found === 'object' && found !== null) return fitParts((wanted ?? {}) as Template, found, now);
  return meets(wanted, found, now) ? found : unmet;
}

/** Whether a value is one that was asked for. */
export function meets(wanted: unknown, found: unknown, now: number): boolean {
  const { value, values, max_age: maxAge } = (wanted ?? {}) as Template;
  if (value !== undefined && !isDeepStrictEqual(value, found)) return false;
  if (values !== undefined && !values.some((one) => isDeepStrictEqual(one, found))) return false;
  return maxAge === undefined || now - lastMomentOf(found) <= maxAge * 1000;
}

function fitParts(wanted: Template, found: object, now: number): unknown {
  const parts: Record<string, unknown> = {};
  const known = new Map(Object.entries(found).filter(([, value]) => value !== undefined));
  for (const name of new Set([...known.keys(), ...Object.keys(wanted)])) {
    const named = Object.hasOwn(wanted, name) && !constraints.includes(name);
    if (!named && !always.has(name)) continue;
    const part = fit(named ? wanted[name] : null, known.get(name), now);
    if (part === unmet) return unmet;
    if (part !== undefined) parts[name] = part;
  }
  return Object.keys(parts).length === 0 ? undefined : parts;
}

/** Every entry is a filter and the shape of what it lets through; filters are joined by OR (§5.4). */
function fitList(filters: unknown[], found: unknown[], now: number): unknown {
  const through = found.flatMap((one) => {
    const shaped = filters.map((filter) => fit(filter, one, now)).find((part) => part !== unmet && part !== undefined);
    return shaped === undefined ? [] : [shaped];
  });
  return through.length === 0 ? unmet : through;
}

function constrained(wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.some(constrained);
  if (typeof wanted !== 'object' || wanted === null) return false;
  const { value, values, max_age: maxAge } = wanted as Template;
  return [value, values, maxAge].some((one) => one !== undefined) || Object.values(wanted).some(constrained);
}

/** §5.5.2 counts from the last second of a day; a day is one in Viet Nam. What is no date is older than anything. */
function lastMomentOf(found: unknown): number {
  const text = String(found);
  const moment = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59+07:00` : text);
  return Number.isNaN(moment) ? Number.NEGATIVE_INFINITY : moment;
}
