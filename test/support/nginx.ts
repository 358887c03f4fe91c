import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './dockerfile.ts';
import { nginxPath } from './needs.ts';
import { freePort } from './ports.ts';

/** The nginx of compose.scale.yaml, on loopback. */
export interface Nginx extends AsyncDisposable {
  origin: string;
  /** Where the city is. */
  city: string;
  /** Sets who stands behind it, and behind the city; until then nobody does. */
  start(ports: [number, number], cityPorts?: [number, number]): Promise<void>;
}

/** Prepares docker/nginx.conf as it is, but for its places and ports. */
export async function prepareNginx({ cert, key }: { cert: string; key: string }): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'vneid-nginx-'));
  const [port, cityPort] = [await freePort(), await freePort()];
  let running: ReturnType<typeof spawn> | undefined;
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key);
  return {
    origin: `https://localhost:${port}`,
    city: `https://localhost:${cityPort}`,
    async start([first, second], [firstCity, secondCity] = [first, second]) {
      const file = join(folder, 'nginx.conf');
      const places: [string, string][] = [
        ['listen 8443 ssl;', `listen 127.0.0.1:${port} ssl;`],
        ['listen 8444 ssl;', `listen 127.0.0.1:${cityPort} ssl;`],
        ['/run/secrets/', `${folder}/`],
        ['/tmp/nginx.pid', `${folder}/nginx.pid`],
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name): [string, string] => [
          `/tmp/${name};`,
          `${folder}/${name};`,
        ]),
        ['vneid-1:3000', `127.0.0.1:${first}`],
        ['vneid-2:3000', `127.0.0.1:${second}`],
        ['vneid-1:3001', `127.0.0.1:${firstCity}`],
        ['vneid-2:3001', `127.0.0.1:${secondCity}`],
        ['worker_processes auto;', 'worker_processes 1;'],
      ];
      let text = readFileSync(join(root, 'docker/nginx.conf'), 'utf8');
      for (const [written, here] of places) {
        if (!text.includes(written)) throw new Error(`docker/nginx.conf has no ${written}`);
        text = text.replaceAll(written, here);
      }
      writeFileSync(file, text);
      const args = ['-p', folder, '-c', file, '-e', join(folder, 'error.log')];
      // says on which line it is wrong
      execFileSync(nginxPath(), ['-t', '-q', ...args], { stdio: 'pipe' });
      running = spawn(nginxPath(), [...args, '-g', 'daemon off;'], { stdio: 'ignore' });
      while (!(await listens(port))) if (running.exitCode !== null) throw new Error(`nginx ended: ${running.exitCode}`);
    },
    async [Symbol.asyncDispose]() {
      if (running && running.exitCode === null) {
        running.kill('SIGTERM');
        await once(running, 'exit');
      }
      rmSync(folder, { recursive: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
