import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { startVneid } from '../../src/index.ts';
import { chromiumPath } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import type { Entry } from './catalogue.ts';
import { type Block, printedPorts, type Ports, readRecipe } from './page.ts';
import { finish, typed, whileAnswering } from './shell.ts';
import { signInAt } from './walk.ts';

const root = resolve(import.meta.dirname, '../..');

/** What the recipe installs is not to be had here: the recipe itself was not tried. */
export class NotToBeHad extends Error {}

/**
 * Does what a page says, from top to bottom, as its reader would: saves the files in an empty folder, types the lines,
 * opens the address that the page names and signs in. VNeID is started with the recipe's own `my-clients.yaml`.
 * @param browser who signs in
 * @param linked has this project's node_modules in place of what the recipe installs
 * @throws NotToBeHad when its install step fails; Error for anything else that does not go as the page says
 */
export async function runRecipe(
  { page, alone = false }: Entry,
  browser: Browser,
  { linked = false }: { linked?: boolean } = {},
): Promise<void> {
  const ports = await freePorts();
  const { blocks, open } = readRecipe(page, ports);
  const issuer = `http://localhost:${ports['3000']}`;
  const folder = mkdtempSync(join(tmpdir(), `vneid-${page}-`));
  const type = ({ text }: Block) => typed(text, folder, { CHROMIUM_PATH: chromiumPath(), VNEID_FOLDER: root });
  const doing: Record<string, (block: Block) => Promise<void>> = {
    async install(block) {
      const wrong = linked ? undefined : await finish(type(block));
      if (wrong !== undefined) throw new NotToBeHad(wrong);
    },
    async test(block) {
      await using _ = alone ? undefined : await vneidFor(folder, ports);
      const wrong = await finish(type(block));
      if (wrong !== undefined) throw new Error(wrong);
    },
    async start(block) {
      if (!open) throw new Error('the page does not say what to open');
      await using _ = await vneidFor(folder, ports);
      await whileAnswering(type(block), open, () => signInAt(browser, open, issuer));
    },
  };
  try {
    if (linked) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const block of blocks) await (doing[block.title] ?? ((file) => save(file, folder)))(block);
    if (!blocks.some(({ title }) => title === 'test' || title === 'start')) throw new Error('the page runs nothing');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePorts(): Promise<Ports> {
  const pairs = printedPorts.map(async (port) => [port, await freePort()] as const);
  return Object.fromEntries(await Promise.all(pairs)) as Ports;
}

function vneidFor(folder: string, ports: Ports) {
  const clientsFile = join(folder, 'my-clients.yaml');
  return startVneid({
    port: ports['3000'],
    city: true,
    cityPort: ports['3001'],
    ...(existsSync(clientsFile) && { clientsFile }),
  });
}

async function save({ title, text }: Block, folder: string): Promise<void> {
  const file = join(folder, title);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
