/**
 * What a log line may show: nothing that opens a door. What is logged is cleaned here, once, before it is
 * written, so that a careless caller leaks nothing (OWASP ASVS 5.0 §16.2.5, CWE-532):
 * - by name: whatever is called password, token, cookie and the like is replaced, in objects, headers, query strings
 *   and texts such as `password=…`; of request bodies nothing is kept;
 * - by look: signed tokens, long random words, six-digit codes, private keys, and personal numbers (001085******);
 * - by echo: a secret that was met by name is removed wherever else the same line repeats it.
 */
import { VneidError } from '../errors.ts';

const hidden = '[redacted]';
/** Limits of one line: characters of a text, depth, members of an object, members in all. */
const [longest, deepest, widest, most] = [4_000, 6, 60, 600];
/** Characters that are read of the text of an error, stack and all. */
const longestReport = 16_000;

const secretName =
  /(?:password|passcode|passwd|passphrase|secret|token|otp|assertion|authorization|cookie|credential|privatekey|verifier|hint|proof|jwt)s?$|^(?:pin|pass|code|usercode|devicecode|authreqid|dpop|body|form|rawbody|rawheaders|session|sig|samlresponse)$/;
/** Query parameters that are shown; every other one may be a secret of somebody. */
const shownParameters = new Set(
  'state nonce client_id response_type response_mode redirect_uri post_logout_redirect_uri scope prompt max_age ui_locales acr_values display code_challenge code_challenge_method error error_description error_uri iss resource lang page limit before event'.split(
    ' ',
  ),
);
/** Random by design, and of no use without what belongs to them: the look of a long random word does not hide these. */
const randomParameters = new Set(['state', 'nonce', 'code_challenge']);
const shownHeaders = new Set(
  'host origin referer user-agent accept accept-language accept-encoding content-type content-length x-forwarded-for x-forwarded-proto x-forwarded-host x-request-id location retry-after'.split(
    ' ',
  ),
);
const listedName = /^[\w-]*(?:authorization|cookie|password|passcode|secret|token)$|^dpop$/i;
/** What a stranger must not be able to hide by sending a parameter of the same value. */
const neverEchoes = new Set('event method route status address account client uid request code'.split(' '));
const shownOfKey = new Set(['kty', 'kid', 'alg', 'use', 'crv']);
/** What systems call an error: ECONNREFUSED, ERR_INVALID_URL, SQLSTATE 23505; ours are in the catalogue's style. */
const errorCode = /^(?:E[A-Z]{3,15}|ERR_[A-Z0-9_]+|[0-9A-Z]{5}|[a-z]+(?:\.[A-Za-z_]+)+|[a-z]+(?:_[a-z]+)+)$/;

interface Line {
  facts: object;
  message: string | undefined;
}

/** Cleans one line; a second time when it named secrets, because it may say them again elsewhere. */
export function cleaned(given: { facts: unknown; message: string | undefined }): Line {
  const secrets = new Set<string>();
  const once = cleanedOf(given, createCleaner(secrets, []));
  if (secrets.size === 0) return once;
  const echoes = [...secrets].flatMap(spellings).toSorted((one, other) => other.length - one.length);
  return cleanedOf(given, createCleaner(new Set(), echoes));
}

function cleanedOf({ facts, message }: { facts: unknown; message: string | undefined }, cleaner: Cleaner): Line {
  return { facts: cleaner.facts(facts), message: message === undefined ? undefined : cleaner.text(message) };
}

interface Cleaner {
  facts(given: unknown): object;
  text(given: string): string;
}

/** Cleans the parts of one line, notes in `secrets` those it met by name, and hides `echoes` of such wherever they are. */
function createCleaner(secrets: Set<string>, echoes: string[]): Cleaner {
  let left = most;
  const above = new Set<object>();

  function note(secret: unknown): string {
    if (typeof secret === 'string') {
      if (secret.length >= 4) secrets.add(secret);
    } else if (typeof secret === 'object' && secret !== null && (left -= 1) > 0) {
      for (const part of Object.values(secret)) note(part);
    }
    return hidden;
  }

  function value(given: unknown, name: string, depth: number): unknown {
    if (given === undefined || given === null || typeof given === 'boolean') return given;
    const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
    if (plain === 'code' && typeof given === 'string' && errorCode.test(given)) return given;
    if (secretName.test(plain)) return note(given);
    if (plain === 'login' || plain === 'username') return personal(given);
    if (typeof given === 'string') {
      if (plain === 'message' || plain === 'stack') return report(given);
      return neverEchoes.has(plain) ? unnamed(given) : text(given);
    }
    if (typeof given === 'number') return isPersonalNumber(String(given)) ? text(String(given)) : given;
    if (typeof given === 'bigint') return text(String(given));
    if (typeof given !== 'object') return undefined;
    left -= 1;
    if (left < 0 || depth >= deepest || above.has(given)) return '[…]';
    above.add(given);
    try {
      return object(given, plain, depth);
    } catch {
      return '[unreadable]';
    } finally {
      above.delete(given);
    }
  }

  function object(given: object, plain: string, depth: number): unknown {
    if (given instanceof Error) return error(given, depth);
    if (given instanceof Date) return given.toJSON();
    if (given instanceof URL) return text(given.href);
    if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
    if (Array.isArray(given)) return list(given, depth);
    if (plain === 'headers') return chosen(entriesOf(given), shownHeaders, depth);
    if (plain === 'query' || plain === 'params') return chosen(entriesOf(given), shownParameters, depth);
    if ('kty' in given) return chosen(entriesOf(given), shownOfKey, depth);
    const prototype: unknown = Object.getPrototypeOf(given);
    if (prototype !== Object.prototype && prototype !== null && !isIterable(given)) {
      const { method, url } = given as { method?: unknown; url?: unknown };
      if (typeof url !== 'string') return `[${given.constructor?.name ?? 'object'}]`;
      return { method: text(String(method)), url: text(url) };
    }
    return members(given, depth);
  }

  function members(given: object, depth = 0): object {
    const kept: [string, unknown][] = entriesOf(given)
      .slice(0, widest)
      .map(([name, member]) => [text(name), value(member, name, depth + 1)]);
    return Object.fromEntries(kept);
  }

  /** Only the members that are on the list of what may be shown. */
  function chosen(given: [string, unknown][], shown: Set<string>, depth: number): object {
    const kept: [string, unknown][] = given.slice(0, widest).map(([name, member]) => {
      if (!shown.has(name.toLowerCase())) return [text(name), note(member)];
      const random = randomParameters.has(name) && typeof member === 'string';
      return [name, random ? marked(member) : value(member, 'shown', depth + 1)];
    });
    return Object.fromEntries(kept);
  }

  /** A list; one of names and values in turn, as raw headers are, is read as such. */
  function list(given: unknown[], depth: number): unknown[] {
    return given.slice(0, widest).map((item, index) => {
      const before: unknown = given[index - 1];
      return value(item, typeof before === 'string' && listedName.test(before) ? before : '', depth + 1);
    });
  }

  function error(given: Error & { code?: unknown; status?: unknown }, depth: number): object {
    const { name, message, code, status, cause, stack } = given;
    const frames = framesOf(withoutEchoes(stack ?? ''));
    return {
      type: text(name),
      message: given instanceof VneidError ? text(message) : report(message),
      ...(typeof code === 'string' && { code: value(code, 'code', depth) }),
      ...(typeof status === 'number' && { status }),
      ...(frames !== '' && { stack: frames }),
      ...(cause !== undefined && { cause: value(cause, 'cause', depth + 1) }),
    };
  }

  /** The text of an error: what it quotes is somebody's input. JSON.parse quotes the whole of it. */
  function report(given: string): string {
    const whole = withoutEchoes(given.slice(0, longestReport));
    const at = whole.search(/\n {2,8}at /);
    const head = at < 0 ? whole : whole.slice(0, at);
    const said = text(head.replaceAll(/"[\s\S]*"/g, `"${hidden}"`));
    return at < 0 ? said : `${said}\n${framesOf(whole.slice(at))}`;
  }

  function personal(given: unknown): unknown {
    return typeof given === 'string' && isPersonalNumber(given) ? text(given) : note(given);
  }

  /** Any text, without echoes. */
  function text(given: string): string {
    return unnamed(withoutEchoes(given));
  }

  /** Any text: parameters, named secrets, then whatever looks like a secret. */
  function unnamed(given: string): string {
    if (isHarmless(given)) return given;
    const short = given.length > longest ? `${given.slice(0, longest).replace(/\S*$/, '')}…` : given;
    const clean = short
      .replaceAll(/:\/\/[^/\s@]+@/g, `://${hidden}@`)
      .replaceAll(
        parameters,
        (_, mark: string, name: string, found: string) => `${mark}${name}=${parameter(name, found)}`,
      )
      .replaceAll(jsonSecrets, (_, name: string, found: string) => `${name}"${note(unquoted(found))}"`)
      .replaceAll(namedSecrets, (_, name: string, found: string) => `${name}${note(unquoted(found))}`)
      .replaceAll(namedCodes, (_, name: string, found: string) => `${name}${note(decoded(found))}`);
    return marked(clean).replaceAll(randomWords, (word) => (isRandom(word) ? hidden : word));
  }

  function withoutEchoes(given: string): string {
    return echoes.reduce((rest, echo) => rest.replaceAll(echo, hidden), given);
  }

  function parameter(name: string, found: string): string {
    if (!shownParameters.has(name)) {
      note(decoded(found));
      return hidden;
    }
    if (randomParameters.has(name)) return marked(found);
    const plain = decoded(found);
    const clean = text(plain);
    return clean === plain ? found : encodeURIComponent(clean).replaceAll('%5Bredacted%5D', hidden);
  }

  function facts(given: unknown): object {
    if (typeof given !== 'object' || given === null) return { value: value(given, '', 0) };
    try {
      return members(given);
    } catch {
      return { unreadable: true };
    }
  }

  return { facts, text };
}

const parameters = /([?&#])([^=&#\s]{1,100})=([^&#\s]*)/g;
const named =
  '[\\w.-]{0,40}(?:password|passcode|passwd|passphrase|secret|token|otp|assertion|authorization|cookie|credential)s?|\\w{1,40}_hint|code_verifier|dpop|mật khẩu|mã xác nhận';
/** `"client_secret": "…"`: JSON says where the secret ends. */
const jsonSecrets = new RegExp(`("(?:${named})"\\s{0,9}:\\s{0,9})("(?:[^"\\\\]|\\\\.)*"?)`, 'giu');
/**
 * `password=…`, `Cookie: …`, JSON in JSON: the secret may hold anything, so it is taken to go on to the end; also when two
 * quotes that it began with are hidden already.
 */
const namedSecrets = new RegExp(
  `((?:${named})\\\\*["']?\\s{0,9}[=:]\\s{0,9})(?!"?\\[redacted\\]"?(?:[\\s,;&}\\]]|$))([\\s\\S]+)`,
  'giu',
);
/** Whether one of those could match at all. */
const mayName =
  /password|passcode|passwd|passphrase|secret|token|otp|assertion|authorization|cookie|credential|hint|verifier|dpop|code|session|interaction|sig/i;
const namedCodes =
  /((?<![\w?&#])(?:code|user_code|device_code|auth_req_id|_?session(?:\.sig)?|_?interaction(?:\.sig)?|\w{1,40}\.sig)["']?[=:]["']?)(?!\[redacted\])([^&;,\s"']+)/gi;
/** The first half finds those parameters whose value is meant to be random, and is let be. */
const randomWords = /[?&#](?:state|nonce|code_challenge)=[^&#\s]*|[A-Za-z0-9_-]{32,}/g;

/** Hides what looks like a secret wherever it stands, also right after an escape such as %20. */
function marked(text: string): string {
  return text
    .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, hidden)
    .replaceAll(/eyJ[\w-]{4,}(?:\.[\w-]*)*/g, hidden)
    .replaceAll(/\b(Bearer|Basic|DPoP|Digest)(\s+)(?!\[redacted\])[^\s,;"']+/gi, `$1$2${hidden}`)
    .replaceAll(/(?:(?<=%[0-9A-Fa-f]{2})|(?<![A-Za-z0-9]))\d{6}(?![A-Za-z0-9*])/g, hidden)
    .replaceAll(/(?:(?<=%[0-9A-Fa-f]{2})|(?<!\d))(\d{3})[ -]?(\d{3})[ -]?\d{3}[ -]?\d{3}(?!\d)/g, '$1$2******');
}

/** Only what is a frame of a stack: places in the source. */
function framesOf(stack: string): string {
  const lines = stack.slice(0, longestReport).split('\n');
  const frames = lines.filter((line) => line.length < 400 && /^ {2,8}at .*:\d+:\d+\)?$/.test(line));
  return marked(frames.slice(0, 30).join('\n'));
}

/** Most texts are a word, a route or an id, in which no rule would find anything: this tells in a tenth of the time. */
function isHarmless(text: string): boolean {
  if (text.length > 36 || !/^[\w./:-]*$/.test(text)) return false;
  if (text.length > 31) return isUuid(text);
  return !/\d{6}|eyJ/.test(text) && !(text.includes(':') && mayName.test(text));
}

/** A UUID names something; any other long word of letters in both cases, or with digits, is taken for a secret. */
function isRandom(word: string): boolean {
  if (/^[?&#]/.test(word)) return false;
  if (isUuid(word)) return false;
  return /\d/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word));
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isPersonalNumber(text: string): boolean {
  return /^\d{12}$/.test(text);
}

function entriesOf(given: object): [string, unknown][] {
  if (!isIterable(given)) return Object.entries(given);
  return [...given].map((item, index) => (Array.isArray(item) ? [String(item[0]), item[1]] : [String(index), item]));
}

/** Map, Set, Headers and URLSearchParams hold their members where Object.entries does not look. */
function isIterable(given: object): given is Iterable<unknown> {
  // by name, because asking for the class `Headers` would load all of fetch
  return /^\[object (?:Map|Set|Headers|URLSearchParams)\]$/.test(Object.prototype.toString.call(given));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The secret within JSON text, or as it stands. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.trim();
  }
}

/** A secret as it is, in a query, in a form and in JSON. */
function spellings(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  return [...new Set([secret, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)])];
}
