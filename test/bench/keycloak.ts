import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from './child.ts';
import { client, credentialsGrant } from './client.ts';
import type { Cores } from './cores.ts';
import type { Ways } from './operations.ts';
import { freePort } from '../support/ports.ts';
import { fromMaven, startPeer, versions } from './peers.ts';
import { between, codeIn, pathOf, unexpected } from './replies.ts';
import type { Target } from './target.ts';

/**
 * Keycloak in development mode, its database in memory: argon2id as it comes (7 MiB, t=5), ES256 for ID and access
 * tokens, refresh tokens that are replaced when used. Access tokens are JWT; it has no other kind.
 */
export const keycloakWays: Ways = {
  grant: credentialsGrant,
  entry: 'password',
  async enter({ protocol }, visitor, { number, password }) {
    const page = await visitor.go(protocol.authorizePath());
    const action = between(page.body, 'action="', '"').replaceAll('&amp;', '&');
    const reply = await visitor.go(pathOf(action), String(new URLSearchParams({ username: number, password })));
    const code = codeIn(reply);
    if (!code) throw unexpected('login', reply);
    return code;
  },
};

export async function startKeycloak(name: string, { peers, cores }: { peers: string; cores: Cores }): Promise<Target> {
  const home = fromMaven(peers, versions.keycloak);
  const people = Array.from(
    { length: 50 },
    (_, index): Person => ({ number: `person${index}`, password: 'Hanoi@2024' }),
  );
  mkdirSync(join(home, 'data', 'import'), { recursive: true });
  writeFileSync(join(home, 'data', 'import', 'bench.json'), JSON.stringify(realmWith(people)));
  const port = await freePort();
  const issuer = `http://localhost:${port}/realms/bench`;
  return startPeer({
    name,
    command: [
      join(home, 'bin', 'kc.sh'),
      'start-dev',
      '--import-realm',
      '--db=dev-mem',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--hostname=http://localhost:${port}`,
      '--log-level=warn',
    ],
    issuer,
    ready: `${issuer}/.well-known/openid-configuration`,
    people,
    cores,
  });
}

function realmWith(people: Person[]) {
  const keys = [
    ['ecdsa-generated', { ecdsaEllipticCurveKey: ['P-256'], priority: ['200'] }],
    ['rsa-generated', { priority: ['100'] }],
    ['hmac-generated', { priority: ['100'], algorithm: ['HS512'] }],
    ['aes-generated', { priority: ['100'] }],
  ] as const;
  return {
    realm: 'bench',
    enabled: true,
    sslRequired: 'none',
    defaultSignatureAlgorithm: 'ES256',
    // as long as ours
    accessTokenLifespan: 3600,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    components: {
      'org.keycloak.keys.KeyProvider': keys.map(([providerId, config]) => ({ name: providerId, providerId, config })),
    },
    clients: [
      {
        clientId: client.client_id,
        secret: client.client_secret,
        redirectUris: client.redirect_uris,
        publicClient: false,
        standardFlowEnabled: true,
        serviceAccountsEnabled: true,
        attributes: { 'id.token.signed.response.alg': 'ES256', 'access.token.signed.response.alg': 'ES256' },
      },
    ],
    users: people.map(({ number, password }) => ({
      username: number,
      email: `${number}@bench.example`,
      emailVerified: true,
      firstName: 'An',
      lastName: 'Nguyễn',
      enabled: true,
      credentials: [{ type: 'password', value: password }],
    })),
  };
}
