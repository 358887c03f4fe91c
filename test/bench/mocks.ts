import { join } from 'node:path';
import { credentialsGrant } from './client.ts';
import type { Cores } from './cores.ts';
import type { Ways } from './operations.ts';
import { freePort } from '../support/ports.ts';
import { fromNpm, startPeer, versions } from './peers.ts';
import { codeIn, unexpected } from './replies.ts';
import type { Target } from './target.ts';

/** Two mocks of npm: whoever comes is let through at once, with tokens by RS256, and nothing is checked. */
const enter: Ways['enter'] = async ({ protocol }, visitor) => {
  const reply = await visitor.go(protocol.authorizePath());
  const code = codeIn(reply);
  if (!code) throw unexpected('login', reply);
  return code;
};

/** MockPass: its sgID, which is OpenID Connect without signed assertions of the client. */
export const mockpassWays: Ways = { entry: 'login', sessionless: true, enter };
export const mockServerWays: Ways = { grant: credentialsGrant, entry: 'login', sessionless: true, enter };

interface Where {
  peers: string;
  cores: Cores;
}

const anyone = [{ number: 'anyone', password: '' }];

export async function startMockpass(name: string, { peers, cores }: Where): Promise<Target> {
  const port = await freePort();
  const issuer = `http://localhost:${port}/v2`;
  return startPeer({
    name,
    command: [process.execPath, join(fromNpm(peers, versions.mockpass), 'index.js')],
    env: { MOCKPASS_PORT: String(port), SHOW_LOGIN_PAGE: 'false' },
    issuer,
    ready: `${issuer}/.well-known/openid-configuration`,
    people: anyone,
    cores,
  });
}

export async function startMockServer(name: string, { peers, cores }: Where): Promise<Target> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const program = join(fromNpm(peers, versions['oauth2-mock-server']), 'dist', 'oauth2-mock-server.mjs');
  return startPeer({
    name,
    command: [process.execPath, program, '-a', '127.0.0.1', '-p', String(port)],
    issuer,
    ready: `${issuer}/.well-known/openid-configuration`,
    people: anyone,
    cores,
  });
}
