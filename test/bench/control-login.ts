import { startVneid } from '../../src/index.ts';
import { an, testClient } from '../support/relying-party.ts';
import { atMost, type Figures, information } from './figures.ts';
import { percentile } from './load.ts';

/** Milliseconds that a test may wait until somebody is signed in. */
const longest = 20;

/** A tester's login without a browser, in one process: from the call to the tokens, and to the address with the code. */
export async function measureControlLogins(): Promise<Figures> {
  const vneid = await startVneid({ clients: [testClient] });
  const timed = async (tokens: boolean) => {
    const began = performance.now();
    await vneid.control.login(an, { client: testClient.client_id, tokens });
    return performance.now() - began;
  };
  const series = async (tokens: boolean) => {
    const [times, before] = [[] as number[], process.cpuUsage()];
    for (let turn = 0; turn < 300; turn += 1) times.push(await timed(tokens));
    const { user, system } = process.cpuUsage(before);
    return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), cpu: (user + system) / 1000 / times.length };
  };
  const first = await timed(true);
  const [tokens, code] = [await series(true), await series(false)];
  await vneid.stop();
  return {
    'a login through control, tokens: p50': atMost(longest, tokens.p50, 'ms'),
    'a login through control, tokens: p99': information(tokens.p99, 'ms'),
    'a login through control, tokens: CPU': information(tokens.cpu, 'ms'),
    'a login through control, code: p50': atMost(longest, code.p50, 'ms'),
    'a login through control, code: CPU': information(code.cpu, 'ms'),
    'the first login through control': information(first, 'ms'),
  };
}
