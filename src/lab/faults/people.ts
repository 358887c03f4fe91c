import type { Account } from '../../accounts/accounts.ts';
import type { ClaimsReader, Wanted } from '../../oidc/claims/claims.ts';
import type { Registry } from '../../registry/citizens.ts';
import { otherTones } from '../../registry/names.ts';
import { buildNumber, parseNumber } from '../../registry/number.ts';
import type { ActiveFaults } from './active.ts';

/** Claims that are a name, or a part of one. */
const names = new Set(['name', 'family_name', 'middle_name', 'given_name']);

/** What an app is told of a person who has changed since: the name written otherwise, another number. */
export function createPeople({ active, registry }: { active: ActiveFaults; registry: Registry }) {
  /** The same reader, with what is wrong in what it tells; a page that shows what an app will have is no strike. */
  function retold(read: ClaimsReader): ClaimsReader {
    return async (account: Account, wanted: Wanted) => {
      const told = await read(account, wanted);
      if (active.count() === 0) return told;
      const about = { client: wanted.client, account: account.id };
      let changed: Record<string, unknown> = told;
      for (const setting of active.at('citizen.', about)) {
        const next =
          setting.fault === 'citizen.renumbered' ? await renumbered(changed, account.number) : renamed(changed);
        if (JSON.stringify(next) === JSON.stringify(changed)) continue;
        if (wanted.shown || active.struck(setting, about)) changed = next;
      }
      return changed;
    };
  }

  async function renumbered(told: Record<string, unknown>, old: string): Promise<Record<string, unknown>> {
    if (!JSON.stringify(told).includes(old)) return told;
    const { prefix, sex, birthYear, serial } = parseNumber(old);
    let next: string;
    let step = 0;
    do {
      step += 1;
      next = buildNumber(prefix, sex, birthYear, (Number(serial) + step * 123_457) % 1_000_000);
      // never one that is, or ever was, somebody's (Law 26/2023 Art 12)
    } while ((await registry.find(next)) ?? (await registry.cancelled(next)));
    return replaced(told, (value) => (value === old ? next : value)) as Record<string, unknown>;
  }

  return { retold };
}

/** The person's own names; those of the family stay as they are. */
function renamed(told: Record<string, unknown>): Record<string, unknown> {
  const other = (text: string, key: string) => (names.has(key) ? otherTones(text) : text);
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, name === 'family' ? value : replaced(value, other, name)]),
  );
}

/** The same with other texts in it, however deep they are. */
function replaced(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((one) => replaced(one, change, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, change, name)]));
}
