import type { Fault } from './fault.ts';
import { table } from './table.ts';

export type FaultName = keyof typeof table;

export const faultNames = Object.keys(table) as FaultName[];

/** Whether there is a fault of this name. */
export function isFault(name: string): name is FaultName {
  return Object.hasOwn(table, name);
}

/** What the table says of a fault. */
export function faultNamed(name: FaultName): Fault {
  return table[name];
}

/** Those whose name begins like this or, where none does, has a part in common with it; all where none has. */
export function namesLike(wrong: string): FaultName[] {
  const parts = wrong
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 2);
  const family = faultNames.filter((name) => name.startsWith(`${wrong.split('.')[0] ?? ''}.`));
  const alike = faultNames.filter((name) => parts.some((part) => name.includes(part)));
  const near = alike.filter((name) => family.includes(name));
  return [near, family, alike].find((some) => some.length > 0) ?? faultNames;
}
