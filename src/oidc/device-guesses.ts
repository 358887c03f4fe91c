import { createAllowance } from '../accounts/allowance.ts';
import { networkOf } from '../accounts/network.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { ArtifactStore } from '../store/artifacts.ts';

/**
 * Slows down who guesses user codes (RFC 8628 §5.1). A code has 34.6 bits and lives ten minutes; with ten wrong ones per
 * address and three hundred per minute from everywhere, a botnet meets one of a thousand living codes once in two months.
 * A cookie is not counted by: whoever guesses throws it away.
 */
export interface DeviceGuesses {
  /**
   * Looks a code up as one try of this address; a right one is not counted, and of many at once no more look than may.
   * @throws VneidError `login.slowDown` with `seconds`, also in Retry-After
   */
  look<Found>(address: string, find: () => Promise<Found>, right: (found: Found) => boolean): Promise<Found>;
}

/** Wrong codes of one address, and the seconds in which they count. */
const [most, period] = [10, 600];
/** Wrong codes per minute from everywhere. */
const mostOfAll = 300;

export function createDeviceGuesses(parts: {
  artifacts: ArtifactStore;
  clock: Clock;
  events: EventHub;
}): DeviceGuesses {
  const { artifacts, clock, events } = parts;
  const allowance = createAllowance({ artifacts, clock, kind: 'device.guess', most, period });

  /** The present minute, as the counter of wrong codes from everywhere is called, and when it is over. */
  function minute(): { id: string; endsAt: number } {
    const number = Math.floor(clock.now() / 60_000);
    return { id: String(number), endsAt: (number + 1) * 60 };
  }

  async function checkAll(): Promise<void> {
    const { id, endsAt } = minute();
    const wrong = (await artifacts.get('device.wrong', id))?.count as number | undefined;
    if (wrong === undefined || wrong < mostOfAll) return;
    const seconds = Math.max(1, Math.ceil(endsAt - clock.now() / 1000));
    throw problem('login.slowDown', { seconds }, { 'Retry-After': String(seconds) });
  }

  return {
    async look(address, find, right) {
      await checkAll();
      const network = networkOf(address);
      const giveBack = await allowance.take(network);
      const found = await find();
      if (right(found)) {
        await giveBack();
        return found;
      }
      const { id, endsAt } = minute();
      await artifacts.count('device.wrong', id, endsAt);
      const until = Math.ceil(clock.now() / 1000 + period);
      const failures = await artifacts.count('device.failures', network, until);
      if (failures === most)
        events.emit('throttle.delayed', { key: `device codes from ${network}`, failures, seconds: period });
      return found;
    },
  };
}
