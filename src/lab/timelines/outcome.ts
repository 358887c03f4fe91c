import { beginnings, type Oidc } from './answered.ts';
import type { Note } from './note.ts';
import type { Decision, Outcome, Timeline } from './timeline.ts';

/** Errors that say that a person, or the level that they can reach, stood against it; nothing is wrong with the request. */
const personal = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'login_required',
  'unknown_user_id',
  'unmet_authentication_requirements',
]);

/** How a login stands after a request. What fails later on, such as a token that has expired, leaves it as it was. */
export function outcomeOf(
  { outcome, began }: Timeline,
  oidc: Oidc | undefined,
  status: number,
  { response }: Note,
  failures: readonly Decision[],
): Outcome {
  const fatal = failures.findLast(({ ok }) => ok === false);
  if (began === 'request') return fatal ? 'failed' : outcome;
  if (!oidc || !decides(oidc)) return outcome;
  if (fatal) return personal.has(String(fatal.facts.error)) ? 'refused' : 'failed';
  if (response) return response.code === undefined ? 'signed-in' : 'code-issued';
  return oidc.route === 'token' && status === 200 ? 'signed-in' : outcome;
}

/** The endpoints on the way to the first tokens. */
function decides({ route, body }: Oidc): boolean {
  if (route === 'token') return body?.grant_type !== 'refresh_token';
  return route in beginnings || route === 'resume' || route === 'device_resume';
}
