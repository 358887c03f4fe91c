import { z } from 'zod';
import { problem } from '../../errors.ts';
import { cast } from '../../registry/cast.ts';
import type { Bilingual, FaultAsked } from './deviation.ts';

/** The running emulator, as the checker uses it: by its addresses only, so it may run anywhere. */
export interface Lab {
  issuer: string;
  /** Whether this address is one of the provider's own. */
  isProvider(address: string): boolean;
  isAuthorization(address: string): boolean;
  /** What each fault is, by name. */
  vocabulary(): Promise<Map<string, Bilingual>>;
  /** Sets a fault for one app, or for everyone where nobody in particular asks, and returns its id. */
  set(fault: FaultAsked, client: string): Promise<string>;
  /** How many requests or tokens it has met. */
  met(id: string): Promise<number>;
  clear(id: string): Promise<void>;
  newestCode(number: string): Promise<string | undefined>;
  fullName(number: string): Promise<string>;
  /** Says yes on the phone, to the code shown or to what it was asked; with all that it can prove. */
  approve(number: string, code: string | null): Promise<void>;
  /** The last time that this app was told, or was to be told, that a session has ended. */
  newestLogout(client: string): Promise<string | undefined>;
}

const metadata = z.object({ issuer: z.string(), authorization_endpoint: z.string() });
const bilingual = z.object({ vi: z.string(), en: z.string() });

/**
 * @param url where the emulator answers; a tenant's address too
 * @throws VneidError `check.noLab`
 */
export async function openLab({ url, operatorToken }: { url: string; operatorToken: string }): Promise<Lab> {
  const base = url.replace(/\/$/, '');
  const headers = {
    'content-type': 'application/json',
    ...(operatorToken && { authorization: `Bearer ${operatorToken}` }),
  };

  async function ask(path: string, init: { method?: string; body?: object } = {}): Promise<unknown> {
    const answer = await fetch(base + path, {
      headers,
      method: init.method ?? 'GET',
      ...(init.body && { body: JSON.stringify(init.body) }),
    }).catch((cause: Error) => {
      throw problem('check.noLab', { url: base, found: reasonOf(cause) });
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok)
      throw problem('check.noLab', { url: base + path, found: `${answer.status} ${JSON.stringify(body) ?? ''}` });
    return body;
  }

  const { issuer, authorization_endpoint: authorization } = metadata.parse(
    await ask('/.well-known/openid-configuration'),
  );

  return {
    issuer,
    isProvider: (address) => address === issuer || address.startsWith(`${issuer}/`),
    isAuthorization: (address) => address.split('?')[0] === authorization,
    async vocabulary() {
      const shape = z.object({ faults: z.array(z.object({ name: z.string(), about: bilingual })) });
      const { faults } = shape.parse(await ask('/lab/api/faults/vocabulary'));
      return new Map(faults.map(({ name, about }) => [name, about]));
    },
    async set(fault, client) {
      const body = isForEveryone(fault) ? fault : { ...fault, client };
      const { id } = z.object({ id: z.string() }).parse(await ask('/lab/api/faults', { method: 'POST', body }));
      return id;
    },
    async met(id) {
      const shape = z.object({ faults: z.array(z.object({ id: z.string(), met: z.number() })) });
      const { faults } = shape.parse(await ask('/lab/api/faults'));
      return faults.find((one) => one.id === id)?.met ?? 0;
    },
    async clear(id) {
      await ask(`/lab/api/faults/${id}`, { method: 'DELETE' });
    },
    async newestCode(number) {
      const shape = z.object({ messages: z.array(z.object({ kind: z.string(), code: z.string().nullish() })) });
      const { messages } = shape.parse(await ask(`/lab/api/inbox/${number}`));
      return messages.find(({ kind }) => kind === 'otp')?.code ?? undefined;
    },
    async fullName(number) {
      const member = cast.find((one) => one.number === number);
      if (member) return member.fullName;
      const shape = z.object({ citizen: z.object({ name: z.string() }) });
      return shape.parse(await ask(`/lab/api/citizens/${encodeURIComponent(number)}`)).citizen.name;
    },
    async approve(number, code) {
      if (code !== null) await ask(`/lab/api/phones/${number}/scan`, { method: 'POST', body: { code } });
      await ask(`/lab/api/phones/${number}/approve`, { method: 'POST', body: { factors: ['passcode', 'face'] } });
    },
    async newestLogout(client) {
      const shape = z.object({ deliveries: z.array(z.object({ client: z.string(), at: z.string() })) });
      const { deliveries } = shape.parse(await ask('/lab/api/logouts'));
      return deliveries.find((one) => one.client === client)?.at;
    },
  };
}

/** Keys and discovery are asked for by nobody in particular: all of the instance meet what is wrong with them. */
export function isForEveryone({ fault, endpoint = '' }: FaultAsked): boolean {
  return /^(jwks|discovery)\./.test(fault) || ['jwks', 'discovery'].includes(endpoint);
}

function reasonOf({ cause, message }: Error): string {
  return (cause as { code?: string } | undefined)?.code ?? message;
}
