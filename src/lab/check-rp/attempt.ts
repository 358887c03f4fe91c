import { setTimeout as wait } from 'node:timers/promises';
import { type App, type Arrived, isLoggedIn, logIn, logInAgain, logsIn, showsElsewhere, showsHere } from './app.ts';
import type { Deviation } from './deviation.ts';
import { staysLoggedIn } from './logouts.ts';
import { textOf } from './mark.ts';
import { peopleFrom } from './people.ts';
import { play } from './tricks.ts';
import { judge, type Judgement, type Outcome, pageSeen, type Seen } from './verdict.ts';
import type { Visitor } from './visitor.ts';

/** The page that came of a deviation, for whoever has to find the fault. */
export interface Evidence {
  /** Without its query, which may hold a code. */
  address: string;
  status: number | undefined;
  text: string;
}

export interface Attempt extends Judgement {
  evidence?: Evidence | undefined;
}

interface Look {
  seen: Omit<Seen, 'met'>;
  evidence?: Evidence;
  /** Still open. */
  visitor?: Visitor;
}

/** Milliseconds between two tries of what may take an app a while. */
const pause = 3000;

/**
 * Has one deviation happen to the app, and judges what the app made of it. Whatever fault is set is cleared again.
 * @param until by `performance.now()`, when there is no time left to wait for anything
 */
export async function attempt(deviation: Deviation, app: App, until: number): Promise<Attempt> {
  const { needs, person } = deviation;
  if (needs && !app.uses[needs]) return skipped('not-asked');
  const those = person === undefined || app.people.only ? app : { ...app, people: peopleFrom(person) };
  // they are known to the app before anything about them is other than it was
  if (those !== app && !(await logsIn(those))) return skipped('not-known');
  const slowed = { ...those, patience: patienceUnder(deviation, those) };
  const { look, met } = await underFault(deviation, those, () => lookAt(deviation, slowed, until));
  if (typeof look === 'string') return skipped(look);
  const { seen, evidence } = look;
  await using visitor = look.visitor;
  const tls = app.lab.issuer.startsWith('https:');
  const worksAfter = await recovers(deviation, seen, visitor, those, until);
  if (worksAfter === 'no-time') return skipped('no-time');
  const judgement = judge(deviation, { ...seen, met, worksAfter }, { tls });
  return { ...judgement, ...(judgement.verdict !== 'pass' && { evidence }) };
}

/** Milliseconds that a page may take to show the mark: an app of scripts waits for what is slow while its page is there. */
export function patienceUnder({ does }: Pick<Deviation, 'does'>, { patience }: Pick<App, 'patience'>): number {
  return typeof does === 'string' ? patience : patience + 1000 * (does.seconds ?? 0);
}

/** Sets the fault, if the deviation is one, and clears it whatever happens. */
async function underFault<T>({ does }: Deviation, { client, lab }: App, work: () => Promise<T>) {
  if (typeof does === 'string') return { look: await work(), met: 1 };
  const id = await lab.set(does, client);
  try {
    return { look: await work(), met: await lab.met(id) };
  } finally {
    await lab.clear(id);
  }
}

async function lookAt(deviation: Deviation, app: App, until: number): Promise<Look | Outcome> {
  const { does, expects, rounds = 1, patience = 0 } = deviation;
  if (does === 'logout' || expects === 'kept') {
    for (let round = 1; round < rounds; round += 1) await staysLoggedIn(app);
    const loggedIn = await staysLoggedIn(app);
    return loggedIn === undefined ? 'not-told' : { seen: { loggedIn, page: 'readable', back: true } };
  }
  if (typeof does === 'string') {
    const arrived = await play(does, app);
    return typeof arrived === 'string' ? arrived : look(arrived, app);
  }
  const began = performance.now();
  for (let tries = 1; ; tries += 1) {
    const found = await look(await logIn(app), app);
    const took = performance.now() - began;
    if (found.seen.loggedIn && tries > 1) found.seen.later = Math.round(took / 1000);
    if (found.seen.loggedIn || expects !== 'accepted' || took > patience * 1000) return found;
    await found.visitor?.context.close();
    if (performance.now() > until) return 'no-time';
    await wait(pause);
  }
}

async function look(arrived: Arrived, app: App): Promise<Look> {
  const { visitor, end } = arrived;
  const here = await showsHere(arrived, app);
  const text = await textOf(visitor.page);
  const evidence = {
    address: visitor.page.url().split(/[?#]/)[0] ?? '',
    status: visitor.status,
    text: text.replaceAll(/\s+/g, ' ').trim().slice(0, 300),
  };
  const seen = {
    loggedIn: here || (await showsElsewhere(visitor, app)),
    page: end.at === 'nowhere' ? end.why : pageSeen(text),
    back: end.at !== 'provider',
  };
  return { seen, evidence, visitor };
}

/** Whether a proper login works afterwards: at once, or as soon as the app may be expected to know; where it matters. */
async function recovers(
  { sturdy, patience = 0 }: Deviation,
  seen: Look['seen'],
  visitor: Visitor | undefined,
  app: App,
  until: number,
): Promise<boolean | 'no-time' | undefined> {
  if (!visitor || (!sturdy && ['readable', 'blank', 'stack-trace'].includes(seen.page))) return undefined;
  if (await isLoggedIn(await logInAgain(visitor, app), app)) return true;
  const began = performance.now();
  while (performance.now() - began < patience * 1000) {
    if (performance.now() > until) return 'no-time';
    await wait(pause);
    if (await logsIn(app)) return true;
  }
  return false;
}

function skipped(outcome: Outcome): Attempt {
  return { verdict: 'skipped', outcome };
}
