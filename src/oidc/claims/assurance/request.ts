import type { KoaContextWithOIDC } from 'oidc-provider';
import { acrValues, levelOfAcr } from '../../../levels.ts';
import { errors } from '../../library.ts';

/**
 * Requests for verified claims: the shape of OpenID Connect for Identity Assurance 1.0 §5.3 to §5.6. What is wrong with
 * one is said with its place, so that a developer finds it in a long JSON.
 */
export interface VerifiedRequest {
  verification: Template & { evidence?: EvidenceRequest[] };
  claims: Record<string, Template | null>;
}

/** What is asked about one value, or about the parts of a structure by their names. */
export interface Template {
  essential?: boolean;
  value?: unknown;
  values?: unknown[];
  /** Seconds. */
  max_age?: number;
  purpose?: string;
  [part: string]: unknown;
}

export interface EvidenceRequest extends Template {
  type: { value: string };
  document_details?: Template | null;
}

/** Members of a template that say something about a value; every other names a part. */
export const constraints: readonly string[] = ['essential', 'value', 'values', 'max_age', 'purpose'];

/** Deeper than any request that makes sense. */
const deepest = 12;

/** The requests of a `verified_claims` member, which is one or a list. */
export function verifiedRequests(asked: unknown): VerifiedRequest[] {
  return asked === undefined ? [] : ([asked].flat() as VerifiedRequest[]);
}

/**
 * What the library asks of every `claims` parameter.
 * @throws InvalidRequest naming the place; `unmet_authentication_requirements` for an essential `acr` that is no level here
 */
export function checkClaimsParameter(_ctx: KoaContextWithOIDC, claims: object): void {
  if (deeperThan(claims, deepest)) throw new errors.InvalidRequest(`claims is nested deeper than ${deepest} levels`);
  const request = claims as Partial<Record<string, Record<string, unknown>>>;
  for (const place of ['userinfo', 'id_token']) {
    for (const [name, asked] of Object.entries(request[place] ?? {})) {
      const path = `claims.${place}.${readable(name)}`;
      if (name === 'verified_claims') checkVerified(asked, path);
      else checkConstraints(asked, path);
    }
  }
  checkEssentialAcr(request.id_token?.acr);
}

/** An essential `acr` that cannot be had is a sign-in that has failed (OIDC Core §5.5.1.1). */
function checkEssentialAcr(asked: unknown): void {
  const { essential, value, values = [] } = (asked ?? {}) as Template;
  const named = [value, ...values].filter((one) => one !== undefined);
  if (!essential || named.length === 0 || named.some((one) => levelOfAcr(String(one)) !== undefined)) return;
  throw new errors.CustomOIDCProviderError(
    'unmet_authentication_requirements',
    `claims.id_token.acr names none of ${acrValues.join(', ')}`,
  );
}

function checkVerified(asked: unknown, path: string): void {
  if (!Array.isArray(asked)) return checkOne(asked, path);
  if (asked.length === 0) throw wrong(path, 'is an empty list');
  for (const [index, one] of asked.entries()) checkOne(one, `${path}[${index}]`);
}

function checkOne(asked: unknown, path: string): void {
  const { verification, claims } = objectAt(asked, path);
  const wanted = objectAt(verification, `${path}.verification`);
  if (!Object.hasOwn(wanted, 'trust_framework'))
    throw wrong(`${path}.verification`, 'has no trust_framework (OIDC4IDA 5.3)');
  const { evidence, ...rest } = wanted;
  checkTemplate(rest, `${path}.verification`);
  if (evidence !== undefined) checkEvidence(evidence, `${path}.verification.evidence`);
  const names = Object.entries(objectAt(claims, `${path}.claims`));
  if (names.length === 0) throw wrong(`${path}.claims`, 'names no claim (OIDC4IDA 5.3)');
  for (const [name, one] of names) checkConstraints(one, `${path}.claims.${readable(name)}`);
}

function checkEvidence(evidence: unknown, path: string): void {
  if (!Array.isArray(evidence) || evidence.length === 0) throw wrong(path, 'has to be a list with at least one entry');
  for (const [index, one] of evidence.entries()) {
    const { type } = objectAt(one, `${path}[${index}]`);
    // §5.4: a filter over elements of one type, so `value` and not `values`
    if (typeof objectAt(type, `${path}[${index}].type`).value !== 'string')
      throw wrong(`${path}[${index}].type`, 'has to have a value (OIDC4IDA 5.4)');
    checkTemplate(one, `${path}[${index}]`);
  }
}

/** A template and everything in it. */
function checkTemplate(asked: unknown, path: string): void {
  if (asked === null) return;
  checkConstraints(asked, path);
  for (const [name, part] of Object.entries(asked as object)) {
    if (constraints.includes(name)) continue;
    const inner = `${path}.${readable(name)}`;
    if (!Array.isArray(part)) checkTemplate(part, inner);
    else for (const [index, one] of part.entries()) checkTemplate(one, `${inner}[${index}]`);
  }
}

/** Null, or an object whose constraints are what they have to be; what else it has is ignored (OIDC Core §5.5.1). */
function checkConstraints(asked: unknown, path: string): void {
  if (asked === null) return;
  const { essential, values, max_age: maxAge, purpose } = objectAt(asked, path);
  if (essential !== undefined && typeof essential !== 'boolean')
    throw wrong(`${path}.essential`, 'has to be a boolean');
  if (values !== undefined && !(Array.isArray(values) && values.length > 0))
    throw wrong(`${path}.values`, 'has to be a list with at least one entry');
  if (maxAge !== undefined && !(typeof maxAge === 'number' && maxAge >= 0))
    throw wrong(`${path}.max_age`, 'has to be a number of seconds');
  if (purpose !== undefined && !(typeof purpose === 'string' && purpose.length >= 3 && purpose.length <= 300))
    throw wrong(`${path}.purpose`, 'has to be a text of 3 to 300 characters');
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (value === undefined) throw wrong(path, 'is missing');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(path, 'has to be null or an object'.replace(value === null ? 'null or ' : '', ''));
  return value as Record<string, unknown>;
}

function wrong(path: string, what: string): Error {
  return new errors.InvalidRequest(`${path} ${what}`);
}

/** RFC 6749 §4.1.2.1 keeps `error_description` to a few characters, and a stranger's text out of it. */
function readable(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) ? name : '*';
}

function deeperThan(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((part) => deeperThan(part, most - 1));
}
