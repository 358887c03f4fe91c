import { resolve } from 'node:path';
import { addressMisfit } from './address-options.ts';
import { problem } from './errors.ts';
import {
  address,
  count,
  databaseAddress,
  flag,
  folder,
  list,
  Misfit,
  oneOf,
  optionalFile,
  origin,
  port,
  positive,
  redisAddresses,
  seconds,
  shownValue,
  text,
} from './option-values.ts';
import { sandboxMisfit } from './sandbox-options.ts';
import { certificateFile, headerName, keyFile, misfit, network } from './tls-options.ts';
import { poolMisfit, workers } from './worker-options.ts';

/**
 * Every option once: its environment variable, default, check and one sentence. The type `Config`, the command
 * `vneid config` and the errors about bad values all come from this table.
 */
const table = {
  mode: option(
    'VNEID_MODE',
    'lab',
    oneOf('lab', 'sandbox'),
    'lab: one machine, test bench on; sandbox: shared, https, lab routes need the operator token',
  ),
  profile: option(
    'VNEID_PROFILE',
    'standard',
    oneOf('standard', 'conformance'),
    'conformance: for the suite of the OpenID Foundation, on this machine only: TLS, everything kept in memory, answers by URL',
  ),
  host: option(
    'VNEID_HOST',
    '127.0.0.1',
    text,
    'address to listen on; the default is reachable from this machine only',
  ),
  port: option('VNEID_PORT', 3000, port, 'port of the provider; 0 takes a free one'),
  city: option('VNEID_CITY', true, flag, "start the city's services, which log in like a stranger's app"),
  cityPort: option('VNEID_CITY_PORT', 3001, port, "port of the city's services; 0 takes a free one"),
  cityUrl: option(
    'VNEID_CITY_URL',
    '',
    origin,
    "the address of the city's services, as browsers write it; default http://localhost:<its port>",
  ),
  issuer: option(
    'VNEID_ISSUER',
    '',
    origin,
    'the issuer identifier, as browsers and relying parties write it; default http://localhost:<port>, by TLS https',
  ),
  internalUrl: option(
    'VNEID_INTERNAL_URL',
    '',
    origin,
    'base address for programs that cannot reach the issuer, such as http://vneid:3000 between containers; browsers keep to VNEID_ISSUER',
  ),
  workers: option(
    'VNEID_WORKERS',
    1,
    workers,
    'processes that answer on one port, each on a core of its own; max is one for each core',
  ),
  waitingRoom: option(
    'VNEID_WAITING_ROOM',
    false,
    flag,
    'let people wait in line before they begin when more come to sign in than can be served; for shared installations',
  ),
  drain: option(
    'VNEID_DRAIN',
    0,
    seconds,
    'seconds before a stop in which requests are still taken and /health/ready says no, so that a balancer turns away first',
  ),
  allowedHosts: option(
    'VNEID_ALLOWED_HOSTS',
    [],
    list,
    'further Host header values to answer, comma separated (an internal name behind a proxy)',
  ),
  trustProxy: option(
    'VNEID_TRUST_PROXY',
    false,
    flag,
    'believe X-Forwarded-For and X-Forwarded-Proto; only behind a proxy that overwrites them',
  ),
  tlsCert: option(
    'VNEID_TLS_CERT',
    '',
    certificateFile,
    "PEM file with the provider's certificate and those in between; with its key the provider answers by https",
  ),
  tlsKey: option('VNEID_TLS_KEY', '', keyFile, 'PEM file with the private key of VNEID_TLS_CERT'),
  mtlsPort: option(
    'VNEID_MTLS_PORT',
    '',
    (value) => (value === '' ? '' : port(value)),
    'port of a second https listener, which asks for certificates of clients (RFC 8705); 0 takes a free one',
  ),
  clientCa: option(
    'VNEID_CLIENT_CA',
    '',
    certificateFile,
    'PEM file with the issuers of certificates of clients, each of them by name: for tls_client_auth (RFC 8705 §2.1)',
  ),
  clientCertHeader: option(
    'VNEID_CLIENT_CERT_HEADER',
    '',
    headerName,
    'header in which a proxy tells the certificate of a client: PEM, URL-encoded, or as RFC 9440 has it',
  ),
  clientCertProxies: option(
    'VNEID_CLIENT_CERT_PROXIES',
    [],
    (value) => list(value).map(network),
    'addresses or networks of the proxies whose VNEID_CLIENT_CERT_HEADER is believed, comma separated',
  ),
  data: option('VNEID_DATA', './data', folder, 'folder of the SQLite files; ":memory:" keeps nothing'),
  databaseUrl: option(
    'VNEID_DATABASE_URL',
    '',
    databaseAddress,
    'PostgreSQL for people, accounts, consents, audit and the city, instead of a SQLite file: postgres://user:password@host/name',
  ),
  databasePool: option(
    'VNEID_DATABASE_POOL',
    10,
    positive,
    'connections to PostgreSQL at most; of all instances together no more than it has for them',
  ),
  redisUrl: option(
    'VNEID_REDIS_URL',
    '',
    redisAddresses,
    'Redis for sessions, codes and tokens, which several instances can share: redis://user:password@host:port/db, rediss:// with TLS; several nodes of a Cluster comma separated',
  ),
  redisCa: option(
    'VNEID_REDIS_CA',
    '',
    certificateFile,
    'PEM file with the issuer of the certificates of rediss:// servers, where it is none that everybody knows',
  ),
  keys: option(
    'VNEID_KEYS',
    './keys',
    folder,
    'folder of signing keys and secrets, made on first start; ":memory:" keeps nothing',
  ),
  clientsFile: option(
    'VNEID_CLIENTS',
    '',
    optionalFile,
    "YAML file with further clients (shape: the provider's own clients.yaml)",
  ),
  artifacts: option(
    'VNEID_ARTIFACTS',
    'sqlite',
    oneOf('sqlite', 'memory'),
    'where sessions, codes and tokens live: sqlite survives a restart, memory is faster',
  ),
  citizens: option('VNEID_CITIZENS', 300, count, 'synthetic citizens made on first start, beside the cast'),
  accounts: option(
    'VNEID_ACCOUNTS',
    100_000_000,
    count,
    'accounts of those citizens at most: the first who can have one get them',
  ),
  seed: option('VNEID_SEED', 1, count, 'seed of the generator: the same seed makes the same people'),
  hashWorkers: option('VNEID_HASH_WORKERS', 1, positive, 'threads that hash passwords'),
  hashQueue: option(
    'VNEID_HASH_QUEUE',
    64,
    positive,
    'passwords that may wait for a hashing thread before new logins get 503',
  ),
  sends: option(
    'VNEID_SENDS',
    5,
    positive,
    'codes, and approval requests, that one citizen may be sent in ten minutes; more for suites that sign one citizen in often',
  ),
  cibaInterval: option(
    'VNEID_CIBA_INTERVAL',
    5,
    count,
    'seconds that an app or a device has to wait between two polls for an answer (CIBA, RFC 8628); 0 for none',
  ),
  operatorToken: option(
    'VNEID_OPERATOR_TOKEN',
    '',
    text,
    'opens the lab in sandbox mode, as "Authorization: Bearer <token>"',
  ),
  tracesUrl: option('VNEID_TRACES_URL', '', address, 'where a span of each request goes by OTLP/HTTP; none by default'),
  logLevel: option('VNEID_LOG', 'info', oneOf('silent', 'error', 'warn', 'info', 'debug'), 'least severe lines to log'),
} as const;

type Table = typeof table;
type OptionName = keyof Table;

/** Other defaults, under a profile. */
const presets: { [P in Config['profile']]: Partial<Config> } = {
  standard: {},
  conformance: {
    port: 3443,
    mtlsPort: 3444,
    city: false,
    data: ':memory:',
    keys: ':memory:',
    artifacts: 'memory',
    citizens: 0,
    sends: 10_000,
    cibaInterval: 2,
  },
};

/** Every option with its value, checked. */
export type Config = { [N in OptionName]: Table[N]['default'] };

interface Option<T> {
  env: string;
  default: T;
  /** Turns the text of an environment variable, or a value of the caller, into the value; throws a sentence. */
  check: (value: unknown) => T;
  about: string;
}

/**
 * Puts together defaults, environment and the caller's own values, in rising order of precedence.
 * @throws VneidError `config.invalid` naming the option, the value found and what would be right
 */
export function readConfig(own: Partial<Config> = {}, env: Record<string, string | undefined> = {}): Config {
  const config: Record<string, unknown> = {};
  const preset = presets[(own.profile ?? env[table.profile.env]) as Config['profile']] ?? {};
  for (const [name, { env: variable, default: fallback, check }] of Object.entries(table) as [
    OptionName,
    Option<unknown>,
  ][]) {
    const given = own[name] ?? (env[variable] || undefined);
    try {
      config[name] = given === undefined ? (preset[name] ?? fallback) : check(given);
    } catch (cause) {
      throw problem('config.invalid', {
        option: name,
        variable,
        value: shownValue(String(given)),
        expected: cause instanceof Misfit ? cause.expected : (cause as Error).message,
      });
    }
  }
  for (const name of Object.keys(own)) {
    if (!(name in table)) throw problem('config.unknown', { option: name, known: Object.keys(table).join(', ') });
  }
  const complete = config as Config;
  for (const name of ['data', 'keys'] as const) {
    if (complete[name] !== ':memory:') complete[name] = resolve(complete[name]);
  }
  checkTogether(complete);
  return complete;
}

/** The lines that `vneid config` prints: variable, what it is set to here or its default, sentence. */
export function describeOptions(env: Record<string, string | undefined> = {}): OptionLine[] {
  return Object.entries(table).map(([name, entry]) => ({
    option: name,
    variable: entry.env,
    value: shownValue(env[entry.env] || String(entry.default), name === 'operatorToken'),
    about: entry.about,
  }));
}

export interface OptionLine {
  option: string;
  variable: string;
  value: string;
  about: string;
}

/** Options that are right each, and wrong together. */
function checkTogether(config: Config): void {
  const wrong = sandboxMisfit(config) ?? misfit(config) ?? poolMisfit(config) ?? addressMisfit(config);
  if (!wrong) return;
  const { option, expected } = wrong;
  const value = shownValue(String(config[option]), option === 'operatorToken');
  throw problem('config.invalid', { option, variable: table[option].env, value, expected });
}

function option<const D, T>(
  env: string,
  fallback: D,
  check: (value: unknown) => T,
  about: string,
): Option<T> & { default: T } {
  return { env, default: fallback as unknown as T, check, about };
}
