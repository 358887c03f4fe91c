import { hasNoBody, type Operation, pathMembers } from './operation.ts';

/** A running instance, as seen from another process. */
export interface Place {
  /** Its issuer, or a tenant's. */
  url: string;
  /** Empty where the lab is open. */
  operatorToken: string;
}

/**
 * Has a running instance do something, by HTTP.
 * @param input as the operation takes it; what is wrong with it the instance says
 * @throws Error when nothing answers there, or something else does
 */
export async function ask(
  { url, operatorToken }: Place,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<{ ok: boolean; answer: unknown }> {
  const { method } = operation;
  const inPath = pathMembers(operation);
  const rest = Object.entries(input).filter(([name]) => !inPath.includes(name));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inAddress(name, input[name]));
  const inQuery = hasNoBody(operation);
  const query =
    inQuery && rest.length > 0 ? `?${new URLSearchParams(rest.map(([name, value]) => [name, textOf(value)]))}` : '';
  const response = await fetch(`${url.replace(/\/+$/, '')}/lab/api${path}${query}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(operatorToken && { authorization: `Bearer ${operatorToken}` }),
    },
    ...(!inQuery && { body: JSON.stringify(Object.fromEntries(rest)) }),
  }).catch((cause: Error) => {
    const why = (cause.cause as Error | undefined)?.message ?? cause.message;
    throw new Error(`nothing answers at ${url} (${why}): start it, or name it with --url or VNEID_ISSUER`, { cause });
  });
  const answer = (await response.json().catch(() => {
    throw new Error(`what answers at ${url} is not a VNeID (${response.status}): name one with --url or VNEID_ISSUER`);
  })) as unknown;
  return { ok: response.ok, answer };
}

/** Without a name, or with one that an address takes for a step, it would be asked of everything. */
function inAddress(name: string, value: unknown): string {
  const text = String(value ?? '');
  if (['', '.', '..'].includes(text)) throw new Error(`${name} "${text}" names nothing`);
  return encodeURIComponent(text);
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
