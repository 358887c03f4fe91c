import type { Resources } from '../clients/resources.ts';

/**
 * What a request asks to do at protected APIs, as items of a consent beside scopes and claims (`asked.ts`):
 *
 *     access:reports.read https://ihanoi.example/api    this scope of that API
 */
const prefix = 'access:';

export interface Access {
  resource: string;
  scope: string;
}

/** The access that an item of a consent means, when it is one. */
export function accessOf(item: string): Access | undefined {
  if (!item.startsWith(prefix)) return undefined;
  const space = item.indexOf(' ');
  return { scope: item.slice(prefix.length, space), resource: item.slice(space + 1) };
}

export function accessItem({ resource, scope }: Access): string {
  return `${prefix}${scope} ${resource}`;
}

/** Items that a request asks for: of each API that it names, the scopes that the API has. */
export function askedAccess({ scope, resource }: Readonly<Record<string, unknown>>, resources: Resources): string[] {
  const scopes = new Set(String(scope ?? '').split(' '));
  return [resource ?? []]
    .flat()
    .flatMap((identifier) =>
      (resources.get(String(identifier))?.scopes ?? [])
        .filter((entry) => scopes.has(entry.scope))
        .map((entry) => accessItem({ resource: String(identifier), scope: entry.scope })),
    );
}

/** Access among the items of a consent, in words: what may be done, and at which API. */
export function describeAccess(
  items: readonly string[],
  resources: Resources,
  language: 'vi' | 'en',
): { what: string; api: string }[] {
  return items.flatMap((item) => {
    const { resource = '', scope } = accessOf(item) ?? {};
    const api = resources.get(resource);
    const words = api?.scopes.find((entry) => entry.scope === scope);
    return api && words ? [{ what: words[language], api: api.name[language] }] : [];
  });
}
