import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import type { Person } from './child.ts';
import { client, credentialsGrant, redirectUri } from './client.ts';
import type { Cores } from './cores.ts';
import type { Ways } from './operations.ts';
import { freePort } from '../support/ports.ts';
import { fromDebian, startPeer, versions } from './peers.ts';
import { codeIn, unexpected } from './replies.ts';
import type { Target } from './target.ts';
import { type Line, openLine, Visitor } from './visitor.ts';

/**
 * Glewlwyd of Debian, its database in SQLite: passwords by PBKDF2 as it comes, ES256 for all tokens, refresh tokens that
 * are replaced when used, one request at a time. Its pages are a program in the browser, so a login is what that program asks the server.
 */
export const glewlwydWays: Ways = {
  grant: `${credentialsGrant}&scope=profile`,
  entry: 'password',
  // 2.7.5 asks for the last row inserted on a connection that all requests have in common, and so mixes them up
  oneAtATime: true,
  async enter({ protocol }, visitor, { number, password }) {
    const sent = await visitor.go(protocol.authorizePath());
    if (!sent.headers.location?.includes('login.html')) throw unexpected('authorization', sent);
    const entered = await visitor.tell('POST', '/api/auth/', { username: number, password });
    if (entered.status !== 200) throw unexpected('password', entered);
    const reply = await visitor.go(`${protocol.authorizePath()}&g_continue`);
    const code = codeIn(reply);
    if (code) return code;
    // the first time it asks whether the relying party may have the scopes
    const granted = await visitor.tell('PUT', `/api/auth/grant/${client.client_id}/`, { scope: client.scope });
    if (granted.status !== 200) throw unexpected('grant', granted);
    const again = await visitor.go(`${protocol.authorizePath()}&g_continue`);
    const second = codeIn(again);
    if (!second) throw unexpected('login', again);
    return second;
  },
};

export async function startGlewlwyd(
  name: string,
  { peers, cores, folder }: { peers: string; cores: Cores; folder: string },
): Promise<Target> {
  const root = fromDebian(peers, versions.glewlwyd);
  const database = join(folder, 'glewlwyd.sqlite');
  const tables = gunzipSync(readFileSync(join(root, 'usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz'))).toString();
  const db = new DatabaseSync(database);
  db.exec(tables);
  db.close();
  const port = await freePort();
  const none = join(folder, 'no-middleware');
  mkdirSync(none);
  const file = join(folder, 'glewlwyd.conf');
  writeFileSync(file, configurationOf({ root, database, port, none }));
  const origin = `http://localhost:${port}`;
  const people = Array.from(
    { length: 50 },
    (_, index): Person => ({ number: `person${index}`, password: 'Hanoi@2024' }),
  );
  const target = await startPeer({
    name,
    command: [join(root, 'usr/bin/glewlwyd'), '--config-file', file],
    env: { LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') },
    issuer: `${origin}/api/oidc`,
    ready: `${origin}/config/`,
    people,
    cores,
  });
  const line = openLine(origin, 1);
  try {
    await furnish(line, origin, people);
  } catch (problem) {
    await target.stop();
    throw problem;
  } finally {
    line.close();
  }
  return target;
}

/** Through its admin's API: a scope, the OpenID Connect plugin, the client, people. */
async function furnish(line: Line, origin: string, people: Person[]): Promise<void> {
  const admin = new Visitor(line);
  const add = async (path: string, body: object) => {
    const reply = await admin.tell('POST', path, body);
    if (reply.status !== 200) throw unexpected(path, reply);
  };
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await add('/api/auth/', { username: 'admin', password: 'password' });
  await add('/api/scope/', { name: 'profile', display_name: 'profile', password_required: true, scheme: {} });
  await add('/api/mod/plugin/', {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    parameters: {
      iss: `${origin}/api/oidc`,
      'jwt-type': 'ecdsa',
      'jwt-key-size': '256',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: publicKey.export({ type: 'spki', format: 'pem' }),
      'access-token-duration': 3600,
      'refresh-token-duration': 14 * 86_400,
      'code-duration': 60,
      'refresh-token-rolling': true,
      'refresh-token-one-use': 'always',
      'allow-non-oidc': true,
      'auth-type-code-enabled': true,
      'auth-type-client-enabled': true,
      'auth-type-refresh-enabled': true,
      'auth-type-token-enabled': false,
      'auth-type-id-token-enabled': true,
      'auth-type-password-enabled': false,
      'jwks-show': true,
      'subject-type': 'pairwise',
      'pkce-allowed': true,
      'introspection-revocation-allowed': true,
      'introspection-revocation-allow-target-client': true,
    },
  });
  await add('/api/client/', {
    client_id: client.client_id,
    name: client.client_name,
    enabled: true,
    confidential: true,
    password: client.client_secret,
    client_secret: client.client_secret,
    redirect_uri: [redirectUri],
    authorization_type: ['code', 'client_credentials', 'refresh_token'],
    token_endpoint_auth_method: ['client_secret_basic'],
    scope: ['profile'],
  });
  for (const { number, password } of people)
    await add('/api/user/', { username: number, password, name: number, enabled: true, scope: ['openid', 'profile'] });
}

/** It wants files and folders named for what it does not use. */
function configurationOf({
  root,
  database,
  port,
  none,
}: {
  root: string;
  database: string;
  port: number;
  none: string;
}): string {
  const modules = join(root, 'usr/lib/glewlwyd');
  return `port=${port}
bind_address="127.0.0.1"
external_url="http://localhost:${port}"
login_url="login.html"
api_prefix="api"
static_files_path="${join(root, 'usr/share/glewlwyd/webapp')}/"
log_mode="console"
log_level="ERROR"
cookie_domain="localhost"
cookie_secure=0
session_expiration=43200
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
user_middleware_module_path="${none}"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
use_secure_connection=false
secure_connection_key_file="none.key"
secure_connection_pem_file="none.pem"
hash_algorithm="SHA512"
database = { type = "sqlite3" path = "${database}" };
`;
}
