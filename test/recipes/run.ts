import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { openChromium } from '../e2e/chromium.ts';
import { type Entry, recipes } from './catalogue.ts';
import { NotToBeHad, runRecipe } from './stage.ts';

/**
 * `npm run recipes [-- <page> …]`: runs the pages of docs/recipes for which this machine has what they need, and says
 * which it could not and why. Exit code 1 when one of those that it could run does not do what its page says.
 */
type Outcome = { came: 'ran' | 'failed' | 'could not'; about: string };

/** The first line of what a command says, or that there is none. */
function answerOf(command: string): { version?: string; missing?: string } {
  try {
    const said = execFileSync('bash', ['-c', `${command} 2>&1`], { encoding: 'utf8' });
    return { version: inOneLine(said.trim().split('\n')[0] ?? '', 60) };
  } catch {
    return { missing: command };
  }
}

function inOneLine(text: string, longest: number): string {
  return stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').slice(0, longest);
}

async function outcomeOf(entry: Entry, browser: Awaited<ReturnType<typeof openChromium>>): Promise<Outcome> {
  const answers = entry.needs.map(answerOf);
  const missing = answers.flatMap(({ missing }) => missing ?? []);
  if (missing.length > 0) return { came: 'could not', about: `looked for: ${missing.join('; ')}` };
  const versions = answers.map(({ version }) => version).join('; ');
  try {
    await runRecipe(entry, browser);
    return { came: 'ran', about: versions };
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof NotToBeHad)
      return { came: 'could not', about: `${versions}; its install: ${inOneLine(message, 400)}` };
    return { came: 'failed', about: `${versions}; ${message}` };
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !recipes.some(({ page }) => page === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such recipe: ${unknown.join(', ')}; there are ${recipes.map(({ page }) => page).join(', ')}\n`,
  );
  process.exit(1);
}
await using browser = await openChromium();
for (const entry of recipes.filter(({ page }) => wanted.length === 0 || wanted.includes(page))) {
  const began = performance.now();
  const { came, about } = await outcomeOf(entry, browser);
  const seconds = came === 'ran' ? `${((performance.now() - began) / 1000).toFixed(0)} s` : '';
  process.stdout.write(`${entry.page.padEnd(16)} ${came.padEnd(9)} ${seconds.padStart(6)}  ${about.trim()}\n`);
  if (came === 'failed') process.exitCode = 1;
}
