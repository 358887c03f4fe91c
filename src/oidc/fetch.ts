import type { Configuration } from 'oidc-provider';
import type { Clients } from './clients/clients.ts';
import { isOfKnownKind, weaknessOfSet } from './keys/key-strength.ts';

/**
 * Everything that the provider fetches from relying parties goes through here: their keys (jwks_uri), the list behind a
 * sector_identifier_uri, and what is announced to them (CIBA ping, back-channel logout). Who registers chooses the
 * address, so it may be one that only the provider can reach (CVE-2021-26715, CVE-2022-24129).
 *
 * The library gives up after 2.5 seconds, and hands in a dispatcher that closes every connection to a loopback or private
 * address, by whatever name it was reached. In a shared installation that stays, and only https is fetched. On the machine
 * of a developer, relying parties are there and speak plain http.
 *
 * What it throws is a sentence for the audit; who asked hears no more than that it could not be fetched.
 */
export function createFetch({
  clients,
  localNetwork,
}: {
  clients: Clients;
  localNetwork: boolean;
}): NonNullable<Configuration['fetch']> {
  return async (url, { dispatcher, ...options }: Options = {}) => {
    const address = String(url);
    if (!localNetwork && !address.startsWith('https:')) throw new Error('only https addresses are fetched');
    if (!localNetwork && !dispatcher) throw new Error('nothing is fetched without a guard against private addresses');
    const response = await (localNetwork
      ? globalThis.fetch(clients.plain.get(address) ?? address, { ...options, redirect: 'manual' })
      : globalThis.fetch(address, { ...options, dispatcher, redirect: 'manual' } as RequestInit));

    // what is announced is answered by a status
    if (options.method === 'POST') {
      await response.body?.cancel();
      return new Response(null, { status: response.status });
    }
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      throw new Error(`answered with ${status}, and redirects are not followed`);
    }
    const text = await textOf(response);
    const ofKeys = clients.list().some(({ jwksUri }) => jwksUri === address);
    // the library reads what it said before it looks at the status, and tells of a page that it is no JSON
    if (ofKeys && status !== 200) throw new Error(`jwks_uri: answered with ${status}`);
    // without headers: how long keys are kept is decided in `remote-keys.ts`
    return new Response(ofKeys ? keysIn(text, response) : text || null, { status });
  };
}

type Options = RequestInit & { dispatcher?: unknown };

/** Bytes of an answer; twenty keys with certificates are half of it. */
const most = 64 * 1024;

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // leaving the loop early closes the connection
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > most) throw new Error(`answered with more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A key set, without the kinds that nobody here knows. */
function keysIn(text: string, { headers }: Response): string {
  const type = headers.get('content-type') ?? 'nothing';
  if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(type)) throw new Error('jwks_uri: content-type is not JSON');
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    throw new Error('jwks_uri: no JSON');
  }
  const { keys } = (set ?? {}) as { keys?: unknown };
  const known = Array.isArray(keys) ? { keys: keys.filter((key) => isOfKnownKind(key) || isSecret(key)) } : set;
  const weak = weaknessOfSet(known);
  if (weak) throw new Error(`jwks_uri: ${weak.found}; ${weak.expected}`);
  return JSON.stringify(known);
}

/** Who publishes a shared secret has to hear of it. */
function isSecret(key: unknown): boolean {
  return (key as { kty?: unknown } | null)?.kty === 'oct';
}
