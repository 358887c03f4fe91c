import { createHash, randomBytes } from 'node:crypto';
import { problem } from '../../errors.ts';
import type { Bench } from '../bench.ts';
import { refusalOf, saidIn } from './in-process.ts';

/** What an app would ask for. */
export interface Asked {
  client: string;
  acr?: string | undefined;
  scope?: string | undefined;
  redirectUri?: string | undefined;
  resource?: string | undefined;
  claims?: object | undefined;
  nonce?: string | undefined;
  state?: string | undefined;
  parameters?: Record<string, string> | undefined;
}

/** A request in place of the app's own, with what is needed to redeem what comes of it. */
export interface Built {
  address: string;
  redirectUri: string;
  codeVerifier: string;
  nonce: string;
  state: string;
}

/**
 * Asks as the app would, for everything that is agreed with it unless told; one that has to push its requests pushes this.
 * @throws VneidError `client.unknown`, `login.requestRefused`
 */
export async function buildRequest({ clients, inProcess, provider }: Bench, asked: Asked): Promise<Built> {
  const registered = clients.get(asked.client);
  const client = registered && (await provider().Client.find(asked.client));
  if (!client) throw problem('client.unknown', { client: asked.client });
  const word = () => randomBytes(32).toString('base64url');
  const codeVerifier = word();
  const { nonce = word(), state = word(), redirectUri = client.redirectUris?.[0] ?? '' } = asked;
  const wanted = {
    client_id: asked.client,
    response_type: client.responseTypes?.includes('code') ? 'code' : client.responseTypes?.[0],
    redirect_uri: redirectUri,
    scope: asked.scope ?? registered.scopes.join(' '),
    acr_values: asked.acr,
    resource: asked.resource,
    claims: asked.claims && JSON.stringify(asked.claims),
    nonce,
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...asked.parameters,
  };
  const parameters = new URLSearchParams(
    Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const kept = { redirectUri, codeVerifier, nonce, state };
  if (!client.requirePushedAuthorizationRequests) return { ...kept, address: `/authorize?${parameters}` };

  const said = saidIn(await inProcess.ask({ method: 'POST', address: '/par', form: parameters }));
  if (typeof said.request_uri !== 'string') throw refusalOf('login.requestRefused', said);
  const pushed = new URLSearchParams({ client_id: asked.client, request_uri: said.request_uri });
  return { ...kept, address: `/authorize?${pushed}` };
}
