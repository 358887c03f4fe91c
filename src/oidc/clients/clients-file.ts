import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type InBoth, problem } from '../../errors.ts';
import { inBoth } from '../../web/json.ts';
import type { z } from 'zod';
import {
  betweenClients,
  type Checked,
  type ClientRegistration,
  decided,
  inconsistency,
  registration,
} from './registration.ts';
import { type Resource, type ResourceRegistration, resourceShape } from './resources.ts';

/** Names of members, from the whole to what stands in it. */
type Path = (string | number)[];

/** The file that comes with the program. */
export const ownClientsFile = join(import.meta.dirname, 'clients.yaml');

/** What a clients file has: who asks, and for which protected APIs a token can be asked. */
export interface ClientsFile {
  clients: Checked[];
  resources: Resource[];
}

/**
 * Reads one YAML file of registrations.
 * @param values what `${name}` in it is replaced with
 * @throws VneidError clients.invalid naming the file, the line, what was found and what would be right
 */
export function readClientsFile(file: string, values: Record<string, string>): ClientsFile {
  const name = file.split('/').at(-1) ?? file;
  const lines = new LineCounter();
  const text = readText(file).replaceAll(/\$\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken)
    throw problem('clients.invalid', {
      place: lineOfFile(name, broken.linePos?.[0].line ?? 1),
      found: broken.message.split('\n')[0] ?? '',
      expected: 'YAML',
    });

  const listOf = (key: string) => (isMap(document.contents) ? document.get(key, true) : undefined);
  const [clients, resources] = [listOf('clients'), listOf('resources')];
  const keys = isMap(document.contents) ? document.contents.items.map(({ key }) => String(key)) : [];
  if (
    keys.some((key) => key !== 'clients' && key !== 'resources') ||
    !isSeq(clients) ||
    !(resources === undefined || isSeq(resources))
  ) {
    throw problem('clients.invalid', {
      place: lineOfFile(name, 1),
      found: { vi: 'không có danh sách', en: 'no list' },
      expected: {
        vi: 'một khóa "clients" với một danh sách, thêm nhiều nhất "resources"',
        en: 'one key, "clients", with a list, and beside it "resources" at most',
      },
    });
  }
  const valueOf = (node: Node): unknown => {
    try {
      return node.toJS(document);
    } catch {
      throw problem('clients.invalid', {
        place: lineOfFile(name, lineOf(node)),
        found: { vi: 'một alias không trỏ tới đâu, hoặc tới quá nhiều', en: 'an alias of nothing, or of too much' },
        expected: { vi: 'giá trị viết thẳng', en: 'plain values' },
      });
    }
  };
  const lineOf = (node: Node | undefined | null) => (node?.range ? lines.linePos(node.range[0]).line : 0);
  // the deepest part of the path that the file has, so that a missing key names its parent
  const placeIn =
    (key: string, index: number, item: Node) =>
    (path: Path): InBoth => {
      for (let depth = path.length; depth >= 0; depth -= 1) {
        const node = document.getIn([key, index, ...path.slice(0, depth)], true) as Node | undefined;
        if (node?.range) return lineOfFile(name, lineOf(node));
      }
      return lineOfFile(name, lineOf(item));
    };
  return {
    clients: clients.items.map((item, index) =>
      checkRegistration(valueOf(item as Node), placeIn('clients', index, item as Node)),
    ),
    resources: (resources?.items ?? []).map((item, index) =>
      checkResource(valueOf(item as Node), placeIn('resources', index, item as Node)),
    ),
  };
}

/**
 * Everything that is registered by hand: in files, by the caller of `startVneid`, and VNeID's own pages.
 * @param values what `${name}` in files is replaced with
 * @throws VneidError clients.invalid
 */
export function readRegistrations({
  files,
  values,
  given,
  own,
}: {
  files: string[];
  values: Record<string, string>;
  given: { clients?: ClientRegistration[] | undefined; resources?: ResourceRegistration[] | undefined };
  own: ClientRegistration[];
}) {
  const read = files.map((file) => readClientsFile(file, values));
  const each = <Given, Found>(
    items: Given[] | undefined,
    check: (item: Given, placeAt: () => InBoth) => Found,
    name: string,
  ): Found[] => {
    const given = `startVneid({ ${name} })`;
    // who writes no TypeScript is not told otherwise
    if (!Array.isArray(items ?? []))
      throw problem('clients.invalid', {
        place: { vi: given, en: given },
        found: typeof items,
        expected: {
          vi: 'một danh sách; nếu là tệp thì dùng tùy chọn clientsFile',
          en: 'a list; a file of them is the option clientsFile',
        },
      });
    const at = (index: number) => ({ vi: `${given}, mục ${index + 1}`, en: `${given}, item ${index + 1}` });
    return (items ?? []).map((item, index) => check(item, () => at(index)));
  };
  const configured = [...read.flatMap(({ clients }) => clients), ...each(given.clients, checkRegistration, 'clients')];
  const resources = [...read.flatMap((file) => file.resources), ...each(given.resources, checkResource, 'resources')];
  checkNames(configured, resources);
  return {
    clients: { configured, own: own.map((item) => checkRegistration(item, () => ({ vi: 'VNeID', en: 'VNeID' }))) },
    resources,
  };
}

/**
 * Clients name APIs, and APIs clients: a name that was mistyped would be refused to a developer, who cannot put it right.
 * @throws VneidError clients.invalid
 */
function checkNames(clients: Checked[], resources: Resource[]): void {
  const refuse = (who: string, named: string[], known: string[]) => {
    const nobody = named.find((name) => !known.includes(name));
    if (nobody === undefined) return;
    const names = known.join(', ');
    const expected =
      names === ''
        ? { vi: 'không có gì để nêu', en: 'nothing, as there is none' }
        : { vi: `một trong ${names}`, en: `one of ${names}` };
    throw problem('clients.invalid', { place: betweenClients, found: `${who}: ${nobody}`, expected });
  };
  const [ids, identifiers] = [clients.map((item) => item.client_id), resources.map((item) => item.resource)];
  for (const client of clients) refuse(`resource of client ${client.client_id}`, client.resources, identifiers);
  for (const resource of resources) refuse(`served_by of ${resource.resource}`, resource.served_by, ids);
}

/**
 * Checks one registration.
 * @param placeAt where a member of it stands, for an error
 * @throws VneidError clients.invalid
 */
export function checkRegistration(item: unknown, placeAt: (path: Path) => InBoth): Checked {
  const client = decided(checkShape(registration, item, placeAt));
  const wrong = inconsistency(client);
  if (wrong)
    throw problem('clients.invalid', { place: placeAt(wrong.path), found: wrong.found, expected: wrong.expected });
  return client;
}

/**
 * Checks one protected API.
 * @throws VneidError clients.invalid
 */
export function checkResource(item: unknown, placeAt: (path: Path) => InBoth): Resource {
  return checkShape(resourceShape, item, placeAt);
}

function checkShape<Shape extends z.ZodObject>(
  shape: Shape,
  item: unknown,
  placeAt: (path: Path) => InBoth,
): z.output<Shape> {
  const result = shape.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []) as Path;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw problem('clients.invalid', {
    place: placeAt(unknownKey ? [...path, unknownKey] : path),
    found: unknownKey
      ? `unknown key "${unknownKey}"`
      : `${path.join('.') || 'client'} = ${secretKeys.has(String(path[0])) ? '(hidden)' : shown(at(item, path))}`,
    expected: unknownKey ? keysOf(shape) : inBoth(shape, item),
  });
}

function keysOf({ shape }: z.ZodObject): InBoth {
  const names = Object.keys(shape).join(', ');
  return { vi: `một trong các khóa ${names}`, en: `a key of ${names}` };
}

function at(value: unknown, path: Path): unknown {
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

function lineOfFile(name: string, line: number): InBoth {
  return { vi: `Tệp ứng dụng ${name}, dòng ${line}`, en: `Clients file ${name}, line ${line}` };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw problem('clients.unreadable', { file: resolve(file), found });
  }
}
