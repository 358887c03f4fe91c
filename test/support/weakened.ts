import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import * as Vneid from '../../src/index.ts';

/**
 * A copy of the program in which one check has been taken out: the attack that the check is there for has to work on it,
 * or the test of the refusal proves nothing. The program itself knows nothing of this.
 */
export interface Weakened extends AsyncDisposable {
  startVneid: typeof Vneid.startVneid;
}

/** What is done to a copy, such as a check that is taken out: `find` has to stand in the file exactly once. */
export interface Weakness {
  /** Path below the repository, "src/accounts/approvals.ts". */
  file: string;
  find: string;
  replace: string;
}

/** A request to a phone that never ends: all three places where its time is looked at. */
export const endless: Weakness[] = [
  {
    file: 'src/accounts/approvals.ts',
    find: "if (state === 'expired') throw problem('approval.expired');\n    if",
    replace: 'if',
  },
  {
    file: 'src/accounts/approval.ts',
    find: "open && row.expires_at <= now ? 'expired' : row.state",
    replace: 'row.state',
  },
  {
    file: 'src/accounts/approval-rows.ts',
    find: ".where('state', 'in', from)\n        .where('expires_at', '>', clock.now())",
    replace: ".where('state', 'in', from)",
  },
];

const byNode = createRequire(import.meta.url)('./by-node.cjs') as (address: string) => Promise<unknown>;

const root = resolve(import.meta.dirname, '../..');

/**
 * A copy of the program with something about it changed, in a folder of its own.
 * @throws Error when what is to be changed does not stand where the test says: then the test has to be looked at again
 */
export function changedCopy(...changes: Weakness[]): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-copy-'));
  for (const part of ['src', 'views']) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { file, find, replace } of changes) {
    const text = readFileSync(join(folder, file), 'utf8');
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`${file} has what is to be changed ${places} times: ${find}`);
    writeFileSync(
      join(folder, file),
      text.replace(find, () => replace),
    );
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** @throws Error when the check does not stand where the test says */
export async function weakened(...weaknesses: Weakness[]): Promise<Weakened> {
  const { folder, remove } = changedCopy(...weaknesses);
  const { startVneid } = (await byNode(pathToFileURL(join(folder, 'src/index.ts')).href)) as typeof Vneid;
  return { startVneid, [Symbol.asyncDispose]: async () => remove() };
}

type Options = Parameters<typeof Vneid.startVneid>[0];

/**
 * Holds an attack against a copy without the checks, where it has to work, and against the program, where it must not.
 * @param attack true when something was let through; what it throws counts as refused
 */
export async function refusedOnlyByTheCheck(
  weaknesses: Weakness[],
  attack: (vneid: Vneid.Instance) => Promise<boolean>,
  options: Options,
): Promise<void> {
  await using copy = await weakened(...weaknesses);
  {
    await using weak = await copy.startVneid(options);
    expect(await attack(weak), 'the attack works where the check is missing').toBe(true);
  }
  await using vneid = await Vneid.startVneid(options);
  expect(await attack(vneid).catch(() => false), 'and fails where it is').toBe(false);
}
