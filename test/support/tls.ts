import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { CustomFetch } from 'openid-client';
import { selfSigned } from '../../src/web/certificate.ts';

/** Files as the options of the program name them, gone after `remove()`. */
export async function temporaryFiles<Name extends string>(
  contents: Record<Name, string>,
): Promise<Record<Name, string> & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'vneid-tls-'));
  const names = Object.keys(contents) as Name[];
  await Promise.all(names.map((name) => writeFile(join(folder, `${name}.pem`), contents[name])));
  const files = Object.fromEntries(names.map((name) => [name, join(folder, `${name}.pem`)])) as Record<Name, string>;
  return { ...files, remove: () => rm(folder, { recursive: true }) };
}

/** A certificate for a server on this machine, which everything in this process believes from now on. */
export async function believedServer(): Promise<{ cert: string; key: string }> {
  const server = await selfSigned({ hosts: ['localhost', '127.0.0.1'], clock: { now: () => Date.now() } });
  setDefaultCACertificates([...getCACertificates(), server.cert]);
  return server;
}

/** `fetch` of a client that shows a certificate, or none. */
export function fetchWith({ cert, key }: { cert?: string; key?: string } = {}): CustomFetch {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        { method, headers, agent: false, ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const status = incoming.statusCode ?? 0;
            const text = Buffer.concat(chunks);
            const { rawHeaders: raw } = incoming;
            const pairs = raw.flatMap((name, at) =>
              at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as [string, string]] : [],
            );
            resolve(new Response(status === 204 ? null : text, { status, headers: pairs }));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body === undefined || body === null ? undefined : String(body));
    });
}
