import type { Clock } from '../clock.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { errors, Provider } from './library.ts';

/**
 * Has a kind of the library's answer polls that come too early with `slow_down` (RFC 8628 §3.5, CIBA Core §11); the library
 * leaves that to us.
 * @param model what is polled for: `DeviceCode` or `BackchannelAuthenticationRequest`
 * @param parts `kind` is a namespace in the store, `interval` the seconds between two polls, 0 for none
 */
export function keepInterval(
  model: unknown,
  { artifacts, clock, kind, interval }: { artifacts: ArtifactStore; clock: Clock; kind: string; interval: number },
): void {
  const polled = model as { find(...args: unknown[]): Promise<Asked | undefined> };
  const find = polled.find.bind(polled);
  polled.find = async (...args) => {
    const asked = await find(...args);
    const polls = Provider.ctx?.oidc?.route === 'token' && interval > 0;
    // what is over gets the answer that it has, however soon
    if (!polls || !asked || asked.consumed || asked.grantId || asked.error) return asked;
    const next = clock.now() / 1000 + interval;
    // the first poll within an interval takes the place, any other is too early
    const id = String(args[0]);
    if (await artifacts.add(kind, id, { next }, next)) return asked;
    // taken before a tester set the clock back; by less than an interval the clock of another instance may be ahead
    const ahead = Number((await artifacts.get(kind, id))?.next) > next + interval;
    if (!ahead) throw new errors.SlowDown();
    await artifacts.put(kind, id, { next }, next);
    return asked;
  };
}

/** What tells of a request whether anyone has answered it. */
interface Asked {
  consumed?: unknown;
  grantId?: unknown;
  error?: unknown;
}
