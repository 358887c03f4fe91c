import { ceilingOf, levelOf } from '../../levels.ts';
import type { StepName } from '../../login/order.ts';
import type { Login, Outcome, Retry, Step } from '../../login/step.ts';
import { short } from './parameters.ts';
import type { Decision } from './timeline.ts';

/** Every step of a login. */
export type Steps = Record<StepName, Step>;

/**
 * The steps of a login, watched: which page was shown, what a person proved, and to which level that brought them.
 * @param noted what is noted of the request that runs, to be added to
 */
export function watched(steps: Steps, noted: () => Decision[] | undefined): Steps {
  const all = Object.entries(steps) as [StepName, Step][];
  return Object.fromEntries(all.map(([name, step]) => [name, watchedStep(name, step, noted)])) as Steps;
}

function watchedStep(name: StepName, step: Step, noted: () => Decision[] | undefined): Step {
  return {
    ...step,

    async show(login, again) {
      if (!again) noted()?.push({ decision: 'page', ok: undefined, facts: { step: name, ways: [...login.ways] } });
      return step.show(login, again);
    },

    async submit(login, form) {
      const outcome = await step.submit(login, form);
      const decisions = noted();
      if (outcome.kind === 'proved') decisions?.push(proved(name, login, outcome));
      if (outcome.kind === 'retry' && decisions) explain(name, outcome.retry, decisions);
      return outcome;
    },
  };
}

/** Why it was wrong: the event, where there was one, said it to the audit; the page says it to the person. */
function explain(name: StepName, { status, problem }: Retry, decisions: Decision[]): void {
  const read = short(`${problem.text} ${problem.next}`);
  const told = decisions.findLast(({ decision, ok }) => decision === 'factor' && ok === false);
  if (told) told.facts.read = read;
  else decisions.push({ decision: 'factor', ok: false, facts: { method: name, status, read } });
}

function proved(name: StepName, { used }: Login, { methods, account }: Extract<Outcome, { kind: 'proved' }>) {
  const level = Math.min(levelOf([...used, ...methods]), ceilingOf(account.level));
  return {
    decision: 'factor' as const,
    ok: true,
    facts: { method: name, proved: [...methods], level },
  };
}
