import { setTimeout as pause } from 'node:timers/promises';
import { type Protocol, openProtocol } from '../bench/protocol.ts';
import { failPassword, logIn, logInByQr } from '../bench/sign-in.ts';
import { type Line, openLine, Visitor } from '../bench/visitor.ts';
import { Browser } from '../support/browser.ts';
import { an } from '../support/relying-party.ts';
import type { Load } from './load.ts';
import type { World } from './world.ts';

/**
 * What else an instance is asked for while citizens come, each kind in turn: a second factor, a session that is there,
 * a login by phone, a wrong password of somebody who does not exist, a page that follows live and is left, a login that
 * is never finished, and what programs ask. Whoever looks for what grows has to do everything that could.
 */
export function startErrands(world: World, { history }: Load, { every }: { every: number }): AsyncDisposable {
  const line = openLine(world.issuer, 16);
  let going = true;
  let visits = 0;
  const run = async (): Promise<void> => {
    const protocol = await openProtocol(world.issuer, line);
    for (const [name, errand] of turns(world, line, protocol)) {
      if (!going) return;
      visits += 1;
      const from = `10.${(visits >> 16) & 255}.${(visits >> 8) & 255}.${visits & 255}`;
      const rest = pause(every);
      await history.note({ kind: 'errand', subject: name, client: 'baseline' }, async () => {
        await errand(from, visits);
        return { status: 200 };
      });
      await rest;
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      going = false;
      await running.finally(() => line.close());
    },
  };
}

type Errand = (from: string, visit: number) => Promise<unknown>;

function* turns(world: World, line: Line, protocol: Protocol): Generator<[string, Errand], never> {
  const site = { line, protocol, issuer: world.issuer, people: [an] };
  const read = (path: string) => async () => {
    for (const { origin } of world.members) {
      const answer = await fetch(`${origin}${path}`);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    }
  };
  const errands: Record<string, Errand> = {
    'second factor': async (from) => {
      const visitor = new Visitor(line, from);
      const code = await logIn(site, visitor, { person: an, withCode: true, mayConsent: true });
      const tokens = await protocol.redeem(code);
      await protocol.userinfo(tokens.access_token);
      await protocol.introspect(tokens.access_token);
      await protocol.refresh(tokens.refresh_token);
      await protocol.redeem(await protocol.authorizeWithSession(visitor));
    },
    phone: (from) => logInByQr(site, new Visitor(line, from), an),
    nobody: (from, visit) =>
      failPassword(site, new Visitor(line, from), {
        number: `0010859${String(visit % 100_000).padStart(5, '0')}`,
        password: 'whatever it is',
      }),
    'page that is left': async () => {
      const browser = new Browser();
      await browser.open(new URL(protocol.authorizePath(), world.issuer));
      const { url } = await browser.open('?by=qr');
      // straight to one of them: a balancer of ours does not notice who leaves
      const { origin = '' } = world.members[0] ?? {};
      const answer = await fetch(`${origin}${url.pathname}/qr/follow`, {
        headers: { cookie: browser.cookieHeader(url) },
      });
      const stream = answer.body?.getReader();
      await stream?.read();
      await stream?.cancel();
      if (!answer.ok) throw new Error(`${url.pathname}/qr/follow: ${answer.status}`);
    },
    'login that is left': (from) => new Visitor(line, from).go(protocol.authorizePath({ prompt: 'login' })),
    'discovery document': () => protocol.discovery(),
    'key set': () => protocol.jwks(),
    metrics: read('/metrics'),
    readiness: read('/health/ready'),
    audit: read('/lab/api/audit?limit=100'),
    inspector: read('/lab/inspector'),
    'home page': read('/'),
  };
  for (;;) yield* Object.entries(errands);
}
