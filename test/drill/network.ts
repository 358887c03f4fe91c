import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';

/** What lies between the instances and a server, and can be cut. */
export interface Wire {
  /** What is sent is lost and nobody is told. */
  cut(): void;
  mend(): void;
}

/** A network namespace with one pair of virtual Ethernet ends, of which one is out here: another machine. */
export interface Network extends Wire, Disposable {
  /** Address of what listens in there. */
  host: string;
  /** What to put before a command so that it runs in there. */
  enter: string[];
}

const ip = (...words: string[]) => void execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * Makes one with addresses that are for measuring networks (RFC 2544 §C.2.2). What was made ends with it, also when
 * something fails and when this process ends before.
 * @throws Error where that is not allowed, or there is no `ip`: Linux, and the rights of its administrator, are needed
 */
export function openNetwork(): Network {
  const name = `vneid${randomBytes(4).toString('hex')}`;
  const [near, far] = [`${name}a`, `${name}b`];
  const [third, fourth] = [randomInt(256), randomInt(64) * 4];
  const address = (last: number) => `198.18.${third}.${fourth + last}`;
  const hardware = () => `02:${randomBytes(5).toString('hex').match(/../g)?.join(':')}`;
  const [hardwareNear, hardwareFar] = [hardware(), hardware()];
  // packets vanish in there as on a wire far away: no link goes down, nobody says that there is no way
  const swallow = ['preference', '5', 'iif', far, 'blackhole'];
  const inside = (...words: string[]) => ip('-n', name, ...words);
  ip('netns', 'add', name);
  const remove = () => {
    process.off('exit', remove);
    for (const words of [
      ['link', 'delete', near],
      ['netns', 'delete', name],
    ])
      try {
        ip(...words);
      } catch {
        // it was not made, or went with the other
      }
  };
  process.once('exit', remove);
  try {
    const peer = ['peer', 'name', far, 'address', hardwareFar, 'netns', name];
    ip('link', 'add', near, 'address', hardwareNear, 'type', 'veth', ...peer);
    ip('address', 'add', `${address(1)}/30`, 'dev', near);
    ip('link', 'set', near, 'up');
    inside('address', 'add', `${address(2)}/30`, 'dev', far);
    for (const device of [far, 'lo']) inside('link', 'set', device, 'up');
    // a question who has an address that nobody answers would be heard of, and a link that is down is seen at its other end
    ip('neighbour', 'replace', address(2), 'lladdr', hardwareFar, 'dev', near, 'nud', 'permanent');
    inside('neighbour', 'replace', address(1), 'lladdr', hardwareNear, 'dev', far, 'nud', 'permanent');
    // the rule that takes in what is for this address is the first; another has to be able to come before it
    inside('rule', 'add', 'preference', '10', 'lookup', 'local');
    inside('rule', 'delete', 'preference', '0');
  } catch (cause) {
    remove();
    throw cause;
  }
  return {
    host: address(2),
    enter: ['nsenter', `--net=/run/netns/${name}`],
    cut: () => inside('rule', 'add', ...swallow),
    mend: () => inside('rule', 'delete', ...swallow),
    [Symbol.dispose]: remove,
  };
}
