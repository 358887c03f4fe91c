/**
 * The log: one JSON object a line, and nothing in it that opens a door. What is logged is cleaned here, once, before it
 * is written, so that a careless caller leaks nothing (OWASP ASVS 5.0 §16.2.5, CWE-532):
 * - by name: whatever is called password, token, cookie and the like is replaced, in objects, headers, query strings
 *   and texts such as `password=…`; of request bodies nothing is kept;
 * - by look: signed tokens, long random words, six-digit codes, private keys, and personal numbers (001085******);
 * - by echo: a secret that was met by name is removed wherever else the same line repeats it.
 */
import { type DestinationStream, pino } from 'pino';
import { VneidError } from '../errors.ts';
import type { EventHub, EventName } from '../events.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Says a message; or facts, or what was thrown, with a message. */
export type Say = (what: unknown, message?: string) => void;

export interface Log {
  error: Say;
  warn: Say;
  info: Say;
  debug: Say;
}

export interface LogParts {
  /** The least severe lines to write. */
  level: LogLevel;
  /** Every event becomes a line, at the level that suits it. */
  events?: EventHub;
  /** Where lines go; standard output by default. */
  destination?: { write(line: string): unknown };
}

/** Starts a log. It holds no process, and a destination that fails (a closed pipe, a full disk) stops no request. */
export function createLog({ level, events, destination = standardOutput() }: LogParts): Log {
  const writer = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination as DestinationStream,
  );
  const say = (at: Exclude<LogLevel, 'silent'>): Say => {
    return (what, message) => {
      if (!writer.isLevelEnabled(at)) return;
      const facts = typeof what === 'string' ? {} : what instanceof Error ? { err: what } : what;
      const line = cleaned({ facts, message: typeof what === 'string' ? what : message });
      writer[at](line.facts, line.message);
    };
  };
  const log = { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') };
  events?.onAny((event, payload) => log[levelOf(event, payload)]({ event, ...payload }, event));
  return log;
}

function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true });
  // pino itself bears a closed pipe; nothing better can be done about any other failure of standard output
  stream.on('error', () => {});
  return stream;
}

function levelOf(event: EventName, payload: object): Exclude<LogLevel, 'silent'> {
  if (event === 'server.error') return 'error';
  if (event === 'throttle.delayed') return 'warn';
  if (event === 'request.failed') return (payload as { status: number }).status >= 500 ? 'warn' : 'debug';
  if (event === 'token.issued' || event === 'otp.sent' || event === 'session.ended') return 'debug';
  return 'info';
}

const hidden = '[redacted]';
/** Limits of one line: characters of a text, depth, members of an object, members in all. */
const [longest, deepest, widest, most] = [4_000, 6, 60, 600];

const secretName =
  /(?:password|passcode|passwd|passphrase|secret|token|otp|assertion|authorization|cookie|credential|privatekey|verifier|hint|proof|jwt)s?$|^(?:pin|pass|code|usercode|devicecode|authreqid|dpop|body|form|rawbody|rawheaders|session|sig|samlresponse|request)$/;
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
const shownOfKey = new Set(['kty', 'kid', 'alg', 'use', 'crv']);
/** What systems call an error: ECONNREFUSED, ERR_INVALID_URL, SQLSTATE 23505; ours are in the catalogue's style. */
const errorCode = /^(?:E[A-Z]+[A-Z0-9_]*|[0-9A-Z]{5}|[a-z]+(?:\.[A-Za-z_]+)+|[a-z]+(?:_[a-z]+)+)$/;

interface Line {
  facts: object;
  message: string | undefined;
}

function cleaned({ facts, message }: { facts: unknown; message: string | undefined }): Line {
  const secrets = new Set<string>();
  const cleaner = createCleaner(secrets);
  const line: Line = {
    facts: cleaner.members(typeof facts === 'object' && facts !== null ? facts : { value: facts }),
    message: message === undefined ? undefined : cleaner.text(message),
  };
  const echoes = [...secrets].flatMap(spellings).sort((a, b) => b.length - a.length);
  return echoes.length === 0 ? line : (withoutEchoes(line, echoes) as Line);
}

/** Cleans the parts of one line and notes the secrets it met by name. */
function createCleaner(secrets: Set<string>) {
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
    if (typeof given === 'string') return plain === 'message' || plain === 'stack' ? report(given) : text(given);
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
      return value(item, typeof before === 'string' && before.length < 40 ? before : '', depth + 1);
    });
  }

  function error(given: Error & { code?: unknown; status?: unknown }, depth: number): object {
    const { name, message, code, status, cause, stack } = given;
    const own = given instanceof VneidError ? text(message) : report(String(message));
    const frames = stackOf(String(stack ?? ''));
    return {
      type: text(String(name)),
      message: own,
      ...(code !== undefined && { code: value(String(code), 'code', depth) }),
      ...(typeof status === 'number' && { status }),
      ...(frames !== '' && { stack: frames }),
      ...(cause !== undefined && { cause: value(cause, 'cause', depth + 1) }),
    };
  }

  /** The text of an error: what it quotes is somebody's input. JSON.parse quotes the whole of it. */
  function report(given: string): string {
    const at = given.search(/\n\s+at /);
    const head = at < 0 ? given : given.slice(0, at);
    const said = text(head.replaceAll(/"[\s\S]*"/g, `"${hidden}"`));
    return at < 0 ? said : `${said}\n${stackOf(given.slice(at))}`;
  }

  /** Only what is a frame: places in the source. */
  function stackOf(given: string): string {
    const frames = given.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
    return marked(frames.slice(0, 30).join('\n'));
  }

  function personal(given: unknown): unknown {
    return typeof given === 'string' && isPersonalNumber(given) ? text(given) : note(given);
  }

  /** Any text: parameters, named secrets, then whatever looks like a secret. */
  function text(given: string): string {
    const short = given.length > longest ? `${given.slice(0, longest).replace(/\S*$/, '')}…` : given;
    if (/^[A-Za-z .,/:_-]{0,31}$/.test(short)) return short;
    const named = short
      .replaceAll(/:\/\/[^/\s@]+@/g, `://${hidden}@`)
      .replaceAll(
        parameters,
        (_, mark: string, name: string, found: string) => `${mark}${name}=${parameter(name, found)}`,
      )
      .replaceAll(namedSecrets, (_, name: string, found: string) => `${name}${note(unquoted(found))}`)
      .replaceAll(namedCodes, (_, name: string, found: string) => `${name}${note(decoded(found))}`);
    return marked(named).replaceAll(randomWords, (word) => (isRandom(word) ? hidden : word));
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

  return { members, text };
}

const parameters = /([?&#])([^=&#\s"'<>]+)=([^&#\s"'<>]*)/g;
/** `password=…`, `"client_secret": "…"`, `Cookie: …`; what is not in quotes goes on to the end, for it may hold spaces. */
const namedSecrets =
  /((?:[\w.-]*(?:password|passcode|passwd|passphrase|secret|token|otp|assertion|authorization|cookie|credential)s?|\w+_hint|code_verifier|dpop|mật khẩu|mã xác nhận)["']?\s*[=:]\s*)(?!\[redacted\])("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\s\S]+)/giu;
const namedCodes =
  /((?<![\w?&#])(?:code|user_code|device_code|auth_req_id|_?session(?:\.sig)?|_?interaction(?:\.sig)?|\w+\.sig)["']?[=:]["']?)(?!\[redacted\])([^&;,\s"']+)/gi;
const randomWords = /[A-Za-z0-9_-]{32,}/g;

/** Hides what looks like a secret wherever it stands, also right after an escape such as %20. */
function marked(text: string): string {
  return text
    .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, hidden)
    .replaceAll(/eyJ[\w-]{4,}(?:\.[\w-]*)*/g, hidden)
    .replaceAll(/\b(Bearer|Basic|DPoP|Digest)(\s+)(?!\[redacted\])[^\s,;"']+/gi, `$1$2${hidden}`)
    .replaceAll(/(?:(?<=%[0-9A-Fa-f]{2})|(?<![A-Za-z0-9]))\d{6}(?![A-Za-z0-9*])/g, hidden)
    .replaceAll(/(?:(?<=%[0-9A-Fa-f]{2})|(?<!\d))(\d{3})[ -]?(\d{3})[ -]?\d{3}[ -]?\d{3}(?!\d)/g, '$1$2******');
}

/** A UUID names something; any other long word of letters in both cases, or with digits, is taken for a secret. */
function isRandom(word: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word)) return false;
  return /\d/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word));
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
  return given instanceof Map || given instanceof Set || given instanceof Headers || given instanceof URLSearchParams;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function unquoted(text: string): string {
  return /^["'][\s\S]*["']$/.test(text) ? text.slice(1, -1) : text.trim();
}

/** A secret as it is, in a query, in a form and in JSON. */
function spellings(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  return [...new Set([secret, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)])];
}

function withoutEchoes(value: unknown, echoes: string[]): unknown {
  if (typeof value === 'string') {
    return echoes.reduce((text, echo) => (text === hidden ? text : text.replaceAll(echo, hidden)), value);
  }
  if (Array.isArray(value)) return value.map((item) => withoutEchoes(item, echoes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutEchoes(member, echoes)]));
}
