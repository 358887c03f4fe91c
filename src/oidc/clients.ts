import { readFileSync } from 'node:fs';
import type { ClientMetadata } from 'oidc-provider';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { problem } from '../errors.ts';
import type { AuthenticationLevel } from '../levels.ts';
import {
  asHttps,
  type Checked,
  cibaGrant,
  type ClientRegistration,
  inconsistency,
  registration,
  subjectTypeOf,
} from './registration.ts';

/**
 * Relying parties: who asks, and for what. Read from one YAML file and from the caller of `startVneid`, checked in
 * one place; what the library needs is split from what the login pages need.
 */
export interface Clients {
  /** The relying party with this id, or undefined. */
  get(id: string): RegisteredClient | undefined;
  /** Everyone else's: without VNeID's own pages. */
  list(): RegisteredClient[];
  /** The registrations as oidc-provider wants them. */
  metadata(): ClientMetadata[];
}

export interface RegisteredClient {
  id: string;
  name: string;
  uri: string | undefined;
  policyUri: string | undefined;
  owner: { vi: string; en: string };
  minimumLevel: AuthenticationLevel;
  /** Never profits from an earlier session. */
  fresh: boolean;
  scopes: string[];
  purposes: Purpose[];
  /** Where an answer from the phone is announced (CIBA ping). */
  notifiedAt: string | undefined;
  /** Addresses a browser may be sent to for this client: redirects and its home. */
  addresses: string[];
}

/** One reason for which some scopes are wanted (Law 91/2025 Art 9: each purpose on its own). */
export interface Purpose {
  id: string;
  vi: string;
  en: string;
  scopes: string[];
  required: boolean;
}

/**
 * @param files YAML files, in order; `${name}` in them is replaced from `values`
 * @param extra registrations given in code
 * @param own VNeID's own pages, which are listed nowhere
 * @throws VneidError clients.invalid naming the file, the line, what was found and what would be right
 */
export function readClients({
  files,
  values,
  extra,
  own = [],
}: {
  files: string[];
  values: Record<string, string>;
  extra: ClientRegistration[];
  own?: ClientRegistration[];
}): Clients {
  const checked = [
    ...files.flatMap((file) => readFile(file, values)),
    ...extra.map((item, index) => checkOne(item, `startVneid({ clients })`, () => index + 1)),
    ...own.map((item) => checkOne(item, 'VNeID', () => 0)),
  ];
  const byId = new Map<string, Checked>();
  for (const client of checked) {
    if (byId.has(client.client_id)) {
      throw problem('clients.invalid', {
        file: '',
        line: 0,
        found: `client_id ${client.client_id} twice`,
        expected: 'each client_id once',
      });
    }
    byId.set(client.client_id, client);
  }
  const registered = new Map([...byId].map(([id, client]) => [id, describe(client)]));
  return {
    get: (id) => registered.get(id),
    list: () => [...registered.values()].filter(({ id }) => !own.some((item) => item.client_id === id)),
    metadata: () => [...byId.values()].map(toMetadata),
  };
}

/** The file that comes with the program. */
export const ownClientsFile = new URL('./clients.yaml', import.meta.url).pathname;

function readFile(file: string, values: Record<string, string>): Checked[] {
  const name = file.split('/').at(-1) ?? file;
  const lines = new LineCounter();
  const text = readText(file, name).replaceAll(/\$\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken)
    throw problem('clients.invalid', {
      file: name,
      line: broken.linePos?.[0].line ?? 0,
      found: broken.message.split('\n')[0] ?? '',
      expected: 'YAML',
    });

  const list = isMap(document.contents) ? document.get('clients', true) : undefined;
  if (!isMap(document.contents) || document.contents.items.length !== 1 || !isSeq(list)) {
    throw problem('clients.invalid', {
      file: name,
      line: 1,
      found: 'no list',
      expected: 'one key, "clients", with a list',
    });
  }
  const valueOf = (node: Node): unknown => {
    try {
      return node.toJS(document);
    } catch {
      const found = 'an alias of nothing, or of too much';
      throw problem('clients.invalid', { file: name, line: lineOf(node), found, expected: 'plain values' });
    }
  };
  const lineOf = (node: Node | undefined | null) => (node?.range ? lines.linePos(node.range[0]).line : 0);
  return list.items.map((item, index) =>
    checkOne(valueOf(item as Node), name, (path) => {
      // the deepest part of the path that the file has, so that a missing key names its parent
      for (let depth = path.length; depth >= 0; depth -= 1) {
        const node = document.getIn(['clients', index, ...path.slice(0, depth)], true) as Node | undefined;
        if (node?.range) return lineOf(node);
      }
      return lineOf(item as Node);
    }),
  );
}

function checkOne(item: unknown, file: string, lineAt: (path: (string | number)[]) => number): Checked {
  const result = registration.safeParse(item);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = (issue?.path ?? []) as (string | number)[];
    const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    throw problem('clients.invalid', {
      file,
      line: lineAt(unknownKey ? [...path, unknownKey] : path),
      found: unknownKey
        ? `unknown key "${unknownKey}"`
        : `${path.join('.') || 'client'} = ${secretKeys.has(String(path[0])) ? '(hidden)' : shown(at(item, path))}`,
      expected: unknownKey ? `a key of ${Object.keys(registration.shape).join(', ')}` : (issue?.message ?? 'a client'),
    });
  }
  const client = result.data;
  const wrong = inconsistency(client);
  if (wrong)
    throw problem('clients.invalid', { file, line: lineAt(wrong.path), found: wrong.found, expected: wrong.expected });
  return client;
}

function describe(client: Checked): RegisteredClient {
  const scopes = client.scope.split(' ');
  const name = client.client_name ?? client.client_id;
  const covered = new Set(client.purposes.flatMap((purpose) => purpose.scopes));
  const rest = scopes.filter((item) => item !== 'openid' && item !== 'offline_access' && !covered.has(item));
  const signIn: Purpose = {
    id: 'sign-in',
    vi: `Đăng nhập vào ${name}`,
    en: `Sign you in to ${name}`,
    scopes: rest,
    required: true,
  };
  return {
    id: client.client_id,
    name,
    uri: client.client_uri,
    policyUri: client.policy_uri,
    owner: client.owner ?? { vi: name, en: name },
    minimumLevel: client.minimum_level,
    fresh: client.fresh,
    notifiedAt: client.backchannel_client_notification_endpoint,
    scopes,
    purposes: rest.length > 0 || client.purposes.length === 0 ? [signIn, ...client.purposes] : client.purposes,
    addresses: [client.client_uri, ...client.redirect_uris, ...client.post_logout_redirect_uris].filter(
      (item) => item !== undefined,
    ),
  };
}

function toMetadata(client: Checked): ClientMetadata {
  const { owner: _owner, minimum_level: _level, fresh: _fresh, purposes: _purposes, ...standard } = client;
  const grantTypes = standard.grant_types ?? ['authorization_code'];
  const metadata = {
    ...standard,
    subject_type: subjectTypeOf(client),
    grant_types: grantTypes,
    ...(grantTypes.includes(cibaGrant) && {
      backchannel_token_delivery_mode: standard.backchannel_token_delivery_mode ?? 'poll',
      backchannel_client_notification_endpoint:
        client.backchannel_client_notification_endpoint && asHttps(client.backchannel_client_notification_endpoint),
    }),
    response_types: standard.response_types ?? (grantTypes.includes('authorization_code') ? ['code'] : []),
    token_endpoint_auth_method:
      standard.token_endpoint_auth_method ??
      (standard.client_secret ? 'client_secret_basic' : standard.jwks ? 'private_key_jwt' : 'none'),
  };
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ClientMetadata;
}

function at(value: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

/** Keys below which a secret may stand, also in a shape that is not right. */
const secretKeys = new Set(['undefined', 'client_secret', 'jwks']);

/** A value as an error may show it: never long, and of what holds others only its kind. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a mapping';
  return typeof value === 'string' && value.length > 60
    ? `${value.slice(0, 60)}…`
    : (JSON.stringify(value) ?? 'nothing');
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw problem('clients.invalid', { file: name, line: 0, found, expected: 'a file that can be read' });
  }
}
