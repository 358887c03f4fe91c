import type { Clock } from '../../clock.ts';
import type { EventHub } from '../../events.ts';
import { createIds } from '../../ids.ts';
import type { Endpoint } from './fault.ts';
import type { FaultName } from './vocabulary.ts';

/** A fault that somebody switched on. */
export interface Setting {
  readonly id: string;
  readonly fault: FaultName;
  /** Only for this app. */
  readonly client?: string | undefined;
  /** Only for this person. */
  readonly citizen?: { number: string; account: string } | undefined;
  readonly endpoint?: Endpoint | undefined;
  readonly seconds?: number | undefined;
  readonly share?: number | undefined;
  readonly claim?: string | undefined;
  /** How often it strikes before it is over; until it is cleared unless told. */
  readonly times?: number | undefined;
  /** Milliseconds since 1970. */
  readonly setAt: number;
  /** How often it has struck. */
  met: number;
  metAt: number | undefined;
}

export type Wanted = Omit<Setting, 'id' | 'setAt' | 'met' | 'metAt'>;

/** Whose business a fault would break; what is not known is of nobody. */
export interface About {
  client?: string | undefined;
  account?: string | undefined;
  endpoint?: Endpoint | undefined;
}

/** The faults of one instance that are on. */
export interface ActiveFaults {
  /** How many are on: with none, nothing else here needs to be asked. */
  count(): number;
  set(wanted: Wanted): Setting;
  /** Those on, and the newest of those that have struck as often as they should, newest first. */
  list(): Setting[];
  /** Switches one off; false when it never was. */
  clear(id: string): boolean;
  /** Switches all off. */
  clearAll(): void;
  /** Those on whose name begins like this, oldest first, whomever they are for. */
  on(family: string): Setting[];
  /** Those of them that strike here. Nothing is counted by asking. */
  at(family: string, about: About): Setting[];
  /**
   * One strikes: it is counted and told, and over when that was the last time. False where it was over already, so that of
   * many at once no more are met than was told.
   */
  struck(setting: Setting, about: About): boolean;
}

/** How many are remembered when they are over, so that a test can ask how often they struck. */
const remembered = 100;

export function createActiveFaults({ clock, events }: { clock: Clock; events: EventHub }): ActiveFaults {
  const active = new Map<string, Setting>();
  const over = new Map<string, Setting>();
  const nextId = createIds(clock);

  function end(setting: Setting): void {
    active.delete(setting.id);
    over.set(setting.id, setting);
    const [oldest] = over.keys();
    if (over.size > remembered && oldest !== undefined) over.delete(oldest);
  }

  function tell(event: 'fault.set' | 'fault.cleared', { id, fault, client, citizen, met }: Setting): void {
    const whom = { ...(client !== undefined && { client }), ...(citizen && { account: citizen.account }) };
    if (event === 'fault.set') events.emit('fault.set', { setting: id, fault, ...whom });
    else events.emit('fault.cleared', { setting: id, fault, met, ...whom });
  }

  const on = (family: string) => [...active.values()].filter(({ fault }) => fault.startsWith(family));

  return {
    count: () => active.size,
    set(wanted) {
      const setting: Setting = { ...wanted, id: nextId(), setAt: clock.now(), met: 0, metAt: undefined };
      active.set(setting.id, setting);
      tell('fault.set', setting);
      return setting;
    },
    list: () => [...over.values(), ...active.values()].toReversed(),
    clear(id) {
      const setting = active.get(id);
      if (setting) {
        active.delete(id);
        tell('fault.cleared', setting);
      }
      return over.delete(id) || setting !== undefined;
    },
    clearAll() {
      for (const setting of active.values()) tell('fault.cleared', setting);
      active.clear();
      over.clear();
    },
    on,
    at: (family, about) => (active.size === 0 ? [] : on(family).filter((setting) => strikes(setting, about))),
    struck(setting, { client, account, endpoint }) {
      if (!active.has(setting.id)) return false;
      setting.met += 1;
      setting.metAt = clock.now();
      if (setting.met === setting.times) end(setting);
      events.emit('fault.struck', {
        setting: setting.id,
        fault: setting.fault,
        ...(client !== undefined && { client }),
        ...(account !== undefined && { account }),
        ...(endpoint !== undefined && { endpoint }),
      });
      return true;
    },
  };
}

function strikes({ client, citizen, endpoint }: Setting, about: About): boolean {
  if (client !== undefined && client !== about.client) return false;
  if (citizen !== undefined && citizen.account !== about.account) return false;
  return endpoint === undefined || endpoint === about.endpoint;
}
