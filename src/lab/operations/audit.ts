import { z } from 'zod';
import type { Bench } from '../bench.ts';
import { operation } from '../operation.ts';
import { accountAt, unknownAccount } from '../people.ts';
import { after, iso, limit, number, time } from '../shapes.ts';

export const list = operation({
  method: 'GET',
  path: '/audit',
  about: {
    vi: 'Nhật ký, mới nhất trước; lọc theo sự kiện, công dân, ứng dụng, thời gian.',
    en: 'What happened, newest first; one event, citizen or client, or since a time, where told.',
  },
  input: z.strictObject({
    event: z.string().max(60).optional().meta({ example: 'login.succeeded' }),
    number: number.optional(),
    client: z.string().max(300).optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    after,
    limit,
  }),
  answer: z.object({
    entries: z.array(
      z.object({
        id: z.string(),
        at: time,
        event: z.string(),
        number: z.string().optional().meta({ description: 'Of whose account it is' }),
        client: z.string().optional(),
        facts: z.looseObject({}),
      }),
    ),
    next: z.string().optional(),
  }),
  errors: unknownAccount,
  async run(bench, { event, number: asked, client, since, after: before, limit: most }) {
    const account = asked === undefined ? undefined : (await accountAt(bench, asked)).id;
    const at = since === undefined ? undefined : Date.parse(since);
    const found = await bench.audit.list({ event, account, client, since: at, before, limit: most + 1 });
    const entries = found.slice(0, most);
    const numbers = await numbersOf(
      bench,
      entries.flatMap((entry) => entry.account ?? []),
    );
    return {
      entries: entries.map((entry) => ({
        id: entry.id,
        at: iso(entry.at),
        event: entry.event,
        number: numbers.get(entry.account ?? ''),
        client: entry.client ?? undefined,
        facts: entry.facts,
      })),
      next: found.length > most ? entries.at(-1)?.id : undefined,
    };
  },
});

/** Personal numbers by account, of those that there still are. */
async function numbersOf({ accounts }: Bench, ids: string[]): Promise<Map<string, string | undefined>> {
  const found = [...new Set(ids)].map(async (id) => [id, (await accounts.byId(id))?.number] as const);
  return new Map(await Promise.all(found));
}
