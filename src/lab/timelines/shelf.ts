import { randomUUID } from 'node:crypto';
import type { Began, Decision, Entry, Outcome, Timeline } from './timeline.ts';

/** How many timelines are kept; letters, entries and names that one may have. */
const [most, mostLetters, mostEntries, mostNames] = [200, 48 * 1024, 100, 400];
/** Milliseconds after which nobody comes back to one: no page, code or request to a phone lasts as long. */
const abandoned = 3_600_000;

/** The last logins of an instance, in memory. */
export interface Shelf {
  begin(began: Began, at: number): Timeline;
  /** The first that one of these names leads to: codes, tokens, sessions, whatever belonged to a login before. */
  find(names: readonly string[]): Timeline | undefined;
  /** From now on these names lead to it. */
  name(timeline: Timeline, names: readonly string[]): void;
  add(timeline: Timeline, entry: Entry): void;
  /** Says that one has changed. */
  changed(timeline: Timeline): void;
  get(id: string): Timeline | undefined;
  /** Newest first. */
  list(): Timeline[];
  clear(): void;
  /** Counts the changes there were. */
  version(): number;
  /** Calls back after every change until the answer is called. */
  hear(listener: () => void): () => void;
}

interface Kept {
  timeline: Timeline;
  names: string[];
  letters: number;
}

/**
 * Makes an empty shelf. When it is full the oldest goes that is settled, or that nobody came back to; only where all are under
 * way, the oldest of them.
 */
export function createShelf(): Shelf {
  const byId = new Map<string, Kept>();
  const byName = new Map<string, Kept>();
  const listeners = new Set<() => void>();
  let version = 0;
  // so that a link of an instance before leads to nothing
  const own = randomUUID().slice(0, 6);
  let count = 0;

  function remove({ timeline, names }: Kept): void {
    byId.delete(timeline.id);
    for (const name of names) if (byName.get(name)?.timeline === timeline) byName.delete(name);
  }

  function makeRoom(now: number): void {
    if (byId.size < most) return;
    let oldest: Kept | undefined;
    for (const kept of byId.values()) {
      oldest ??= kept;
      const { changedAt, outcome } = kept.timeline;
      if (isSettled(outcome) || now - changedAt > abandoned) return remove(kept);
    }
    if (oldest) remove(oldest);
  }

  function tell(): void {
    version += 1;
    for (const listener of listeners) listener();
  }

  return {
    begin(began, at) {
      makeRoom(at);
      const timeline: Timeline = {
        id: `${own}-${((count += 1)).toString(36)}`,
        began,
        startedAt: at,
        changedAt: at,
        outcome: 'under-way',
        client: undefined,
        account: undefined,
        acr: undefined,
        entries: [],
        left: 0,
      };
      byId.set(timeline.id, { timeline, names: [], letters: 0 });
      return timeline;
    },

    find(names) {
      for (const name of names) {
        const kept = byName.get(name);
        if (kept) return kept.timeline;
      }
      return undefined;
    },

    name(timeline, names) {
      const kept = byId.get(timeline.id);
      if (!kept) return;
      for (const name of names) {
        if (byName.get(name) === kept) continue;
        byName.set(name, kept);
        kept.names.push(name);
        kept.letters += name.length;
        // tokens are refreshed for as long as an app likes; by the first of them nobody asks any more
        const oldest = kept.names.length > mostNames ? kept.names.shift() : undefined;
        if (oldest !== undefined && byName.get(oldest) === kept) byName.delete(oldest);
      }
    },

    add(timeline, entry) {
      const kept = byId.get(timeline.id);
      const last = timeline.entries.at(-1);
      timeline.changedAt = entry.at;
      if (last && isSame(last, entry)) {
        last.times += 1;
      } else if (timeline.entries.length >= mostEntries) {
        timeline.left += 1;
      } else if (kept) {
        kept.letters += lettersOf(entry);
        timeline.entries.push(kept.letters > mostLetters ? shortened(entry) : entry);
      }
      tell();
    },

    changed: tell,
    get: (id) => byId.get(id)?.timeline,
    list: () => [...byId.values()].map(({ timeline }) => timeline).toReversed(),
    clear() {
      byId.clear();
      byName.clear();
      tell();
    },
    version: () => version,
    hear(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isSettled(outcome: Outcome): boolean {
  return outcome === 'signed-in' || outcome === 'refused' || outcome === 'failed';
}

/** An app that polls says the same again and again. */
function isSame({ failures: [one], request }: Entry, { failures: [other] }: Entry): boolean {
  return (
    request?.path === '/token' && one !== undefined && one.ok === undefined && one.facts.error === other?.facts.error
  );
}

/** About how much memory an entry takes. */
function lettersOf({ request, answered, happened, failures, tokens }: Entry): number {
  let letters = 500;
  if (request) for (const [, value] of request.parameters) letters += 20 + (value?.length ?? 0);
  for (const { value } of tokens) letters += value.length;
  for (const { facts } of happened) letters += lettersIn(facts);
  for (const { facts } of failures) letters += lettersIn(facts);
  // what was pushed is in no parameter
  if (typeof answered?.asked?.claims === 'string') letters += answered.asked.claims.length;
  return letters;
}

function lettersIn(facts: Decision['facts']): number {
  let letters = 50;
  for (const name in facts) {
    const fact = facts[name];
    if (typeof fact === 'string') letters += fact.length;
    else if (typeof fact === 'object') letters += 20 * fact.length;
  }
  return letters;
}

/** What happened, without what it was about. */
function shortened({ request, answered, happened, failures, ...entry }: Entry): Entry {
  return {
    ...entry,
    request: request && { ...request, parameters: [] },
    answered: answered && { ...answered, asked: undefined, scope: undefined, prompt: undefined },
    happened: happened.map(brief),
    failures: failures.map(brief),
    tokens: [],
  };
}

function brief({ facts, said: _said, ...decision }: Decision): Decision {
  const kept = Object.entries(facts).filter(([, fact]) => typeof fact !== 'object' && String(fact).length < 80);
  return { ...decision, facts: Object.fromEntries(kept) };
}
