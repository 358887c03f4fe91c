import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ArtifactStore } from '../../src/store/artifacts.ts';

/** The same store, as if it were on another machine: every answer comes a turn later, so that callers do overlap. */
export function farAway(store: ArtifactStore): ArtifactStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
      return async (...values: unknown[]) => {
        await nextTurn();
        const answer = await method.apply(target, values);
        await nextTurn();
        return answer;
      };
    },
  });
}

/** What happened to many calls made at once: how many came through, and the codes of the rest. */
export async function allAtOnce(
  times: number,
  call: (index: number) => Promise<unknown>,
): Promise<{ through: number; refused: Record<string, number> }> {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, (_, index) => call(index)));
  const refused: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const code = (outcome.reason as { code?: string }).code ?? String(outcome.reason);
    refused[code] = (refused[code] ?? 0) + 1;
  }
  return { through: outcomes.filter(({ status }) => status === 'fulfilled').length, refused };
}
