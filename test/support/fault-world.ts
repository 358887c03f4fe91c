import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { type Instance, startVneid, type Tenant } from '../../src/index.ts';
import { Browser } from './browser.ts';
import { authorizationRequest, redeem, signIn, testClient } from './relying-party.ts';

/**
 * What faults are tried on: two apps, two people, and a tenant beside the instance. The apps check all that they should;
 * both are told of logouts, and keep what they were told.
 */
export interface FaultWorld extends AsyncDisposable {
  vneid: Instance;
  elsewhere: Tenant;
  /** Logout tokens, by app, oldest first. */
  heard: Record<string, string[]>;
}

export interface Person {
  number: string;
  password: string;
  name: string;
}

/** Whose login a fault is to break, and where. */
export interface Who {
  issuer: string;
  client: string;
  person: Person;
}

const password = 'Hanoi@2024';
/** Both have names with a tone mark that has two places. */
export const hoa: Person = { number: '001191000025', password, name: 'Lê Thị Hòa' };
export const thuy: Person = { number: '001191000125', password, name: 'Trần Thị Thúy' };
export const apps = ['first-app', 'second-app'] as const;

export async function createFaultWorld(): Promise<FaultWorld> {
  const heard: Record<string, string[]> = {};
  const ears = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      (heard[request.url?.slice(1) ?? ''] ??= []).push(new URLSearchParams(body).get('logout_token') ?? '');
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((ready) => ears.listen(0, '127.0.0.1', ready));
  const { port } = ears.address() as AddressInfo;
  const clients = apps.map((id) => ({
    ...testClient,
    client_id: id,
    backchannel_logout_uri: `http://127.0.0.1:${port}/${id}`,
  }));
  const vneid = await startVneid({ clients, sends: 10_000, logoutDelays: [] });
  const { number, name } = thuy;
  const citizen = await vneid.registry.add({
    number,
    name,
    sex: 'female',
    birthDate: '1991-03-08',
    phone: '0001234567',
    card: {},
    mother: { name: 'Phạm Thị Hòa' },
  });
  await vneid.accounts.create({ citizenId: citizen.id, level: 2, password });
  return {
    vneid,
    elsewhere: await vneid.control.tenant('elsewhere'),
    heard,
    async [Symbol.asyncDispose]() {
      await vneid.stop();
      ears.closeAllConnections();
      ears.close();
    },
  };
}

/** Calls the control API; throws what it answers when that is an error. */
export async function lab<T = Record<string, unknown>>(
  issuer: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${issuer}/lab/api${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const said = (await answer.json()) as T;
  if (!answer.ok) throw Object.assign(new Error(JSON.stringify(said)), { status: answer.status, said });
  return said;
}

/** A fault as the control API shows it. */
export interface Shown {
  id: string;
  fault: string;
  on: boolean;
  met: number;
  metAt: string | null;
}

export const setFault = (issuer: string, fault: object) => lab<Shown>(issuer, 'POST', '/faults', fault);
export const clearFaults = (issuer: string) => lab(issuer, 'DELETE', '/faults');
export const faultsOf = async (issuer: string) => (await lab<{ faults: Shown[] }>(issuer, 'GET', '/faults')).faults;

/** openid-client, checking what it can check, for one of the apps. */
export function careful({ issuer, client }: Pick<Who, 'issuer' | 'client'>): Promise<oidc.Configuration> {
  const { client_secret: secret } = testClient;
  return oidc.discovery(
    new URL(issuer),
    client,
    { client_secret: secret, id_token_signed_response_alg: 'ES256' },
    oidc.ClientSecretBasic(secret),
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
  );
}

/** Where this issuer says what happens. */
export const eventsOf = ({ vneid, elsewhere }: FaultWorld, { issuer }: Pick<Who, 'issuer'>) =>
  (issuer === vneid.issuer ? vneid : elsewhere).events;

const browsers = new Map<string, Browser>();

/** A login as far as the code. Who has signed in to an app before need not type again. */
export async function arrive(
  who: Who,
  { configuration, browser, parameters = {} }: Partial<Login> & { parameters?: Record<string, string> } = {},
) {
  const key = JSON.stringify(who);
  const own = browser ?? browsers.get(key) ?? new Browser();
  if (!browser) browsers.set(key, own);
  const party = configuration ?? (await careful(who));
  const request = await authorizationRequest(party, { scope: 'openid profile identity', ...parameters });
  const { url } = await signIn(who, own, request.url, who.person);
  return { configuration: party, browser: own, request: { ...request, url } };
}

export interface Login {
  configuration: oidc.Configuration;
  browser: Browser;
}

/** The whole of it. */
export async function logIn(who: Who, how: Parameters<typeof arrive>[1] = {}) {
  const { configuration, browser, request } = await arrive(who, how);
  const tokens = await redeem(configuration, request);
  return { configuration, browser, request, tokens };
}

/** What somebody who was refused says of it: every word of the error and of what caused it. */
export function told(thrown: unknown): string {
  const words: string[] = [];
  for (let one = thrown as Record<string, unknown> | undefined; one; one = one.cause as typeof one) {
    words.push(...['code', 'error', 'error_description', 'message', 'status'].map((name) => String(one?.[name] ?? '')));
    if (one === one.cause) break;
  }
  return words.filter((word) => word !== '').join(' · ');
}
