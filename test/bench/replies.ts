import { redirectUri } from './client.ts';
import type { Reply } from './visitor.ts';

/** The code in the way back to the relying party; undefined where the answer is something else. */
export function codeIn({ status, headers }: Reply): string | undefined {
  const { location = '' } = headers;
  if ((status !== 303 && status !== 302) || !location.startsWith(`${redirectUri}?`)) return undefined;
  return new URLSearchParams(location.slice(redirectUri.length)).get('code') ?? undefined;
}

/** An address of the same server as a path. */
export function pathOf(location: string): string {
  return location.startsWith('/') ? location : location.slice(new URL(location).origin.length);
}

/** What stands between two texts. @throws Error when it is not there */
export function between(text: string, before: string, after: string): string {
  const from = text.indexOf(before);
  const to = from < 0 ? -1 : text.indexOf(after, from + before.length);
  if (to < 0) throw new Error(`no ${before}…${after} in: ${text.slice(0, 300)}`);
  return text.slice(from + before.length, to);
}

/** The body of an answer in JSON. @throws Error when it is none */
export function json(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body);
  } catch {
    throw unexpected('an answer in JSON', reply);
  }
}

/** What came instead of what was expected. */
export class Unexpected extends Error {
  readonly reply: Reply;

  constructor(what: string, reply: Reply) {
    const { status, headers, body } = reply;
    super(`${what}: ${status} ${headers.location ?? ''} ${body.replaceAll(/\s+/g, ' ').slice(0, 600)}`);
    this.reply = reply;
  }
}

/** An error that shows what came instead. */
export function unexpected(what: string, reply: Reply): Unexpected {
  return new Unexpected(what, reply);
}
