import type { EventName, Events } from '../../events.ts';
import { isErrorCode } from '../../errors.ts';
import { short } from './parameters.ts';
import type { Decision, DecisionName, Fact } from './timeline.ts';

type Payload = Record<string, unknown>;

/** What an event says of a login. */
interface Happening {
  decision: DecisionName;
  ok?: (said: Payload) => boolean | undefined;
  /** Members of the event that are told; the login knows the others. */
  facts: string[];
}

const well = () => true;
const ill = () => false;

/** The events that belong to a login, and what each decides. */
const happenings: { [N in EventName]?: Happening } = {
  'login.failed': { decision: 'factor', ok: ill, facts: ['method', 'reason'] },
  'login.succeeded': { decision: 'signed-in', ok: well, facts: ['acr', 'amr'] },
  'login.refused': { decision: 'given-up', ok: ill, facts: ['reason'] },
  'otp.sent': { decision: 'otp', facts: [] },
  'consent.given': { decision: 'consent', ok: well, facts: ['items'] },
  'consent.refused': { decision: 'consent', ok: ill, facts: [] },
  'consent.withdrawn': { decision: 'consent', ok: ill, facts: ['consent'] },
  'throttle.delayed': { decision: 'slowed', ok: ill, facts: ['failures', 'seconds'] },
  'approval.asked': { decision: 'phone', facts: ['kind'] },
  'approval.answered': {
    decision: 'phone',
    ok: ({ state }) => answers[String(state)],
    facts: ['kind', 'state', 'reason'],
  },
  'device.approved': { decision: 'device', ok: well, facts: [] },
  'device.refused': { decision: 'device', ok: ill, facts: ['reason'] },
  'session.ended': { decision: 'signed-out', ok: well, facts: [] },
  'fault.struck': { decision: 'fault', facts: ['fault', 'endpoint', 'answer'] },
  'logout.told': { decision: 'told', ok: well, facts: ['client', 'attempt'] },
  'logout.unheard': { decision: 'told', ok: ill, facts: ['client', 'attempt', 'reason', 'again'] },
};

/** Whether what became of a request to a phone is good; nothing where nobody has decided yet. */
const answers: Record<string, boolean> = {
  confirmed: true,
  used: true,
  declined: false,
  refused: false,
  expired: false,
};

/** What an event decides in a login, or nothing where it has nothing to do with one. */
export function happeningOf<N extends EventName>(name: N, payload: Events[N]): Decision | undefined {
  const happening = happenings[name];
  if (!happening) return undefined;
  const said = payload as unknown as Payload;
  const facts: Record<string, Fact> = {};
  for (const fact of happening.facts) {
    const value = said[fact];
    if (typeof value === 'string') facts[fact] = isErrorCode(value) ? value : short(value);
    else if (typeof value === 'number' || typeof value === 'boolean') facts[fact] = value;
    else if (Array.isArray(value)) facts[fact] = value.slice(0, 60).map((item) => short(String(item), 100));
  }
  return { decision: happening.decision, ok: happening.ok?.(said), facts };
}
