/**
 * What may be kept of what was sent. It is a list of what may, not of what may not: a password, a one-time code, a client
 * secret, an assertion or a PKCE verifier is on no list, and neither is what nobody thought of.
 */

/** Parameters that say what is asked for. */
const shown = new Set([
  'acr_values',
  'authorization_details',
  'binding_message',
  'by',
  'claims',
  'claims_locales',
  'client_assertion_type',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'display',
  'dpop_jkt',
  'grant_type',
  'iss',
  'lang',
  'login_hint',
  'logout',
  'max_age',
  'nonce',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'requested_expiry',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'token_type_hint',
  'ui_locales',
  'user_code',
]);

/** Parameters that hold what this server gave out, or what an app signed and may be seen by anyone who passes it on. */
const tokens = new Set([
  'access_token',
  'auth_req_id',
  'code',
  'device_code',
  'dpop',
  'id_token_hint',
  'refresh_token',
  'request',
  'request_uri',
  'token',
]);

/** What is told of as having been sent, and no more. */
const hidden = new Set([
  'authorization',
  'client_assertion',
  'client_notification_token',
  'client_secret',
  'code_verifier',
  'login_hint_token',
  'password',
  'username',
  'xsrf',
]);

/** Parameters that are kept, and letters of each; a token that is longer is left out, for half of one says nothing. */
const [most, longest, longestToken] = [40, 1_000, 8_000];

export type Sent = Readonly<Record<string, string | string[] | undefined>>;

/** Whether a parameter holds a token, which a reader may want to open. */
export function isToken(name: string): boolean {
  return tokens.has(name);
}

/** The parameters of a request, in their order; nothing in the place of a value that is not kept. */
export function parametersOf(sent: Sent): [name: string, value: string | undefined][] {
  const kept: [string, string | undefined][] = [];
  for (const name in sent) {
    const value = sent[name];
    if (value === undefined) continue;
    if (kept.length === most) break;
    if (shown.has(name)) kept.push([name, short(String(value), longest)]);
    else if (tokens.has(name)) kept.push([name, String(value).length > longestToken ? undefined : String(value)]);
    else kept.push([hidden.has(name) || isWord(name, value) ? name : '…', undefined]);
  }
  return kept;
}

/** Of what was sent: whatever may have been given out in a login before, and so leads to it. */
export function tokensIn(sent: Sent): string[] {
  const found: string[] = [];
  for (const name in sent) {
    const value = sent[name];
    if (typeof value === 'string' && value !== '' && value.length <= longestToken && tokens.has(name))
      found.push(value);
  }
  return found;
}

/** A name that somebody may have mistyped; without a value it may be a secret that was sent as the whole of a body. */
function isWord(name: string, value: string | string[]): boolean {
  return value !== '' && name.length <= 40 && /^[a-z]+(?:_[a-z]+){0,4}$/.test(name);
}

/** So much of a text as is kept of it. */
export function short(text: string, longestText = 300): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** A text as it is shown: a personal number in it tells where and when somebody was born, no more. */
export function masked(text: string): string {
  return text.replaceAll(/(?<!\d)(\d{3})[ .-]?(\d{3})[ .-]?\d{3}[ .-]?\d{3}(?!\d)/g, '$1$2******');
}
