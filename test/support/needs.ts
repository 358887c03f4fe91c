import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What the whole suite needs beyond npm. `npm test` runs this file first: each need is found, or installed where that
 * can be done without asking (Debian, as root), or named with the one line to type. `npm run test:unit` needs nothing.
 */
interface Need {
  name: string;
  /** Where it is, or undefined. */
  find: () => string | undefined;
  /** Debian packages that bring it. */
  packages: string[];
  /** Environment variable that may name it, where it stands elsewhere than on the PATH. */
  variable?: string;
  /** What does as well where that cannot be installed. */
  instead?: () => string | undefined;
}

const needs: Need[] = [
  {
    name: 'Chromium',
    // its headless shell opens pages for less than half of what the whole browser takes
    find: headlessShell,
    // a bare Debian has no font; DejaVu has the Vietnamese letters
    packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
    variable: 'CHROMIUM_PATH',
    instead: chromium,
  },
  { name: 'curl', find: () => onPath('curl'), packages: ['curl'] },
  { name: 'redis-server', find: redis, packages: ['redis-server'], variable: 'REDIS_SERVER_PATH' },
  { name: 'PostgreSQL', find: postgres, packages: ['postgresql'], variable: 'POSTGRES_BIN' },
  { name: 'nginx', find: nginx, packages: ['nginx-light'], variable: 'NGINX_PATH' },
  { name: 'openssl', find: () => onPath('openssl'), packages: ['openssl'] },
];

/**
 * The browser that the end-to-end tests drive: `CHROMIUM_PATH`, or the first of the usual names on the PATH.
 * @throws Error when there is none; `npm test` would have installed it or said how
 */
export function chromiumPath(): string {
  const path = chromium();
  if (!path) throw new Error('no Chromium: run "npm test", which finds or installs it, or set CHROMIUM_PATH');
  return path;
}

/**
 * The Redis that the tests start: `REDIS_SERVER_PATH`, or redis-server or valkey-server on the PATH.
 * @throws Error when there is none; `npm test` would have installed it or said how
 */
export function redisPath(): string {
  const path = redis();
  if (!path) throw new Error('no redis-server: run "npm test", which finds or installs it, or set REDIS_SERVER_PATH');
  return path;
}

function redis(): string | undefined {
  const { REDIS_SERVER_PATH: given } = process.env;
  if (given && !isProgram(given)) throw new Error(`REDIS_SERVER_PATH is ${given}, which is not a program`);
  return given || onPath('redis-server', 'valkey-server');
}

/**
 * The folder of PostgreSQL's programs, of which the tests start a server of their own: `POSTGRES_BIN`, the newest of
 * Debian's, or that of `postgres` on the PATH.
 * @throws Error when there is none; `npm test` would have installed it or said how
 */
export function postgresFolder(): string {
  const program = postgres();
  if (!program) throw new Error('no PostgreSQL: run "npm test", which finds or installs it, or set POSTGRES_BIN');
  return dirname(program);
}

function postgres(): string | undefined {
  const { POSTGRES_BIN: given } = process.env;
  if (given && !isProgram(join(given, 'postgres'))) throw new Error(`POSTGRES_BIN is ${given}, which has no postgres`);
  if (given) return join(given, 'postgres');
  // Debian keeps them off the PATH, since several versions may be there
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(debian, version, 'bin/postgres')).find(isProgram) ?? onPath('postgres');
}

/**
 * The nginx that stands before instances in tests: `NGINX_PATH`, or nginx on the PATH or where Debian has it.
 * @throws Error when there is none; `npm test` would have installed it or said how
 */
export function nginxPath(): string {
  const path = nginx();
  if (!path) throw new Error('no nginx: run "npm test", which finds or installs it, or set NGINX_PATH');
  return path;
}

function nginx(): string | undefined {
  const { NGINX_PATH: given } = process.env;
  if (given && !isProgram(given)) throw new Error(`NGINX_PATH is ${given}, which is not a program`);
  // on the PATH of root only
  return given || onPath('nginx') || ['/usr/sbin/nginx'].find(isProgram);
}

function headlessShell(): string | undefined {
  const { CHROMIUM_PATH: given } = process.env;
  if (given && !isProgram(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is not a program`);
  return given || onPath('chromium-headless-shell');
}

function chromium(): string | undefined {
  return headlessShell() ?? onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function meet({ name, find, packages, variable, instead = find }: Need): void {
  const canInstall = isDebian() && process.getuid?.() === 0;
  const found = canInstall ? find() : instead();
  if (found) return say(`${name}: ${found}`);
  const line = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!canInstall) {
    throw new Error(
      `The tests need ${name}, which is not on the PATH. Type:\n  ${isDebian() ? `sudo sh -c '${line}'` : `install ${name}${variable ? ` and set ${variable} to it` : ''}`}\nOr run the tests that need nothing: npm run test:unit`,
    );
  }
  say(`${name}: not here; installing Debian's ${packages.join(', ')} (${line})`);
  const quietly = {
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], quietly);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quietly);
  } catch (failed) {
    if (!instead()) throw failed;
  }
  const installed = instead();
  if (!installed) throw new Error(`Debian's ${packages.join(', ')} brought no ${name}`);
  say(`${name}: ${installed}`);
}

/** Debian or close to it; not Ubuntu, whose Chromium is a snap that apt-get does not bring. */
function isDebian(): boolean {
  const about = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*debian/m.test(about) && !/^ID(_LIKE)?=.*ubuntu/m.test(about);
}

function say(line: string): void {
  process.stdout.write(`tests: ${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    for (const need of needs) meet(need);
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  }
}
