import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient, RESP_TYPES } from 'redis';

/** Some keys of a Redis as the commands that write them, and where in these the ids of one login are. */
export interface Pattern {
  keys: string[];
  /** RESP, as it goes over the wire. */
  commands: Buffer;
  places: { id: 'random' | 'uuid'; rest: number; text: number[]; packed: number[] }[];
}

/**
 * Takes down what a login left in these keys, byte for byte, with the time that each has left. Ids of 43 letters
 * (base64url) and UUIDs are found wherever they are, as text or as the bytes that they stand for.
 * @param ids those that another login would have others of
 */
export async function patternOf(url: string, keys: string[], ids: string[]): Promise<Pattern> {
  const client = await createClient({ url })
    .on('error', () => {})
    .connect();
  const raw = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const parts: Buffer[] = [];
  for (const key of keys) {
    const life = String(await client.pTTL(key));
    if ((await client.type(key)) === 'string') {
      parts.push(command('SET', key, (await raw.sendCommand(['GET', key])) as unknown as Buffer, 'PX', life));
      continue;
    }
    // RESP 3 tells members with their scores as pairs
    const told = (await raw.sendCommand(['ZRANGE', key, '0', '-1', 'WITHSCORES'])) as unknown as [Buffer, number][];
    parts.push(command('ZADD', key, ...told.flatMap(([member, score]) => [String(score), member])));
    parts.push(command('PEXPIRE', key, life));
  }
  client.destroy();
  const commands = Buffer.concat(parts);
  const places = [...new Set(ids)].map((id) => {
    const uuid = id.includes('-') && id.length === 36;
    const bytes = uuid ? Buffer.from(id.replaceAll('-', ''), 'hex') : Buffer.from(`${id}A`, 'base64url');
    return {
      id: uuid ? ('uuid' as const) : ('random' as const),
      // of the 258 bits of 43 letters the last two are in a byte of their own, which stays
      rest: uuid ? 0 : (bytes[32] ?? 0),
      text: placesOf(Buffer.from(id), commands),
      packed: placesOf(uuid ? bytes : bytes.subarray(0, 32), commands),
    };
  });
  return { keys, commands, places };
}

/** Writes it again so many times, each time with ids that nobody has. */
export async function multiply(url: string, { keys, commands, places }: Pattern, times: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // nobody counts ten million times OK; what is there is counted afterwards
  await send(socket, command('CLIENT', 'REPLY', 'OFF'));
  const stretch = 500;
  for (let done = 0; done < times; done += stretch) {
    const count = Math.min(stretch, times - done);
    const many = Buffer.allocUnsafe(count * commands.length);
    const random = randomBytes(count * places.length * 33);
    for (let index = 0; index < count; index += 1) {
      const at = index * commands.length;
      commands.copy(many, at);
      for (const [nth, { id, rest, text, packed }] of places.entries()) {
        const from = (index * places.length + nth) * 33;
        const bytes = random.subarray(from, from + (id === 'uuid' ? 16 : 33));
        if (id === 'random') bytes[32] = rest;
        const written = id === 'uuid' ? uuidOf(bytes) : bytes.toString('base64url').slice(0, 43);
        for (const place of text) many.write(written, at + place, 'latin1');
        for (const place of packed) bytes.copy(many, at + place, 0, id === 'uuid' ? 16 : 32);
      }
    }
    await send(socket, many);
  }
  // each command moves a little of a table that has grown to its new place, and until all is moved there are two
  const look = Buffer.concat(Array.from({ length: 1000 }, () => command('TTL', keys[0] ?? '')));
  for (let looked = 0; looked < times * keys.length; looked += 1000) await send(socket, look);
  const answered = once(socket, 'data');
  await send(socket, command('CLIENT', 'REPLY', 'ON'));
  await answered;
  socket.destroy();
}

function command(...parts: (string | Buffer)[]): Buffer {
  const pieces = parts.flatMap((part) => [
    Buffer.from(`$${Buffer.byteLength(part)}\r\n`),
    Buffer.from(part),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...pieces]);
}

async function send(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain');
}

function placesOf(what: Buffer, all: Buffer): number[] {
  const found: number[] = [];
  for (let at = all.indexOf(what); at >= 0; at = all.indexOf(what, at + what.length)) found.push(at);
  return found;
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
