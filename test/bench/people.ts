import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Cores } from './cores.ts';
import type { Figures } from './figures.ts';
import { keepPart } from './report.ts';
import { answer } from './target.ts';

/** The people of Hà Nội, and how many of them have an account. */
export const city = { citizens: 6_300_000, accounts: 1_000_000 };

/**
 * A city's people in one database: how long they take to make, how much room they take, how soon one is found. In a process
 * of its own, whose memory is that of the making alone and which has all cores. Wants some 10 GB of disk for all of them.
 * @param citizens fewer, as many of whom have an account; kept is only what was found of all
 */
export async function measurePeople(
  engine: 'sqlite' | 'postgres',
  cores: Cores,
  citizens = city.citizens,
): Promise<Figures> {
  const accounts = Math.round((citizens * city.accounts) / city.citizens);
  const script = fileURLToPath(new URL('people-program.ts', import.meta.url));
  const [command, ...words] = [...cores.on('all'), process.execPath, script, engine];
  const before = loadavg()[0] ?? 0;
  const child = spawn(command, [...words, String(citizens), String(accounts)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const figures = await answer<Figures>(child, `people in ${engine}`);
  if (citizens === city.citizens)
    await keepPart(`people-${engine}`, {
      title: `${count(citizens)} citizens and ${count(accounts)} accounts in ${engine}`,
      figures,
      about: `load before ${before.toFixed(1)}`,
    });
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [`${engine}: ${name}`, figure]));
}

function count(people: number): string {
  return people.toLocaleString('en');
}
