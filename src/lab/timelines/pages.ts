import Router from '@koa/router';
import type { Context } from 'koa';
import { timelinesPage } from '../../../views/lab/timelines.ts';
import { timelinePage } from '../../../views/lab/timelines-one.ts';
import { problem } from '../../errors.ts';
import { pageOf } from '../../web/language.ts';
import type { Bench } from '../bench.ts';
import * as operations from '../operations/timelines.ts';
import { outcomes, type Timeline } from './timeline.ts';

/**
 * The sign-ins as pages, over the operations that say the same as JSON:
 *
 *     GET /lab/inspector               the list, with a filter
 *     GET /lab/inspector/<id>          one of them; also by the id of one of its requests
 *     GET …/follow                     how it stands, live
 */
export function timelinesRoutes(bench: Bench): Router {
  const { clients, streams, timelines } = bench;
  const router = new Router();

  router.get('/lab/inspector', async (ctx) => {
    const wanted = wantedIn(ctx);
    const version = String(timelines.version());
    const found = await operations.list.run(bench, { ...wanted, limit: 50 });
    send(ctx, timelinesPage(pageOf(ctx), { ...found, clients: clients.list(), outcomes, wanted, version }));
  });

  router.get('/lab/inspector/follow', (ctx) =>
    streams.follow(ctx, { read: async () => String(timelines.version()), hear: timelines.hear }),
  );

  router.get('/lab/inspector/:id', async (ctx) => {
    const timeline = known(ctx);
    const version = versionOf(timeline);
    const shown = await operations.get.run(bench, { timeline: timeline.id });
    send(ctx, timelinePage(pageOf(ctx), { timeline: shown, version }));
  });

  router.get('/lab/inspector/:id/follow', (ctx) => {
    const timeline = known(ctx);
    return streams.follow(ctx, { read: async () => versionOf(timeline), hear: timelines.hear });
  });

  /** @throws VneidError timeline.unknown */
  function known(ctx: Context): Timeline {
    const id = String(ctx.params.id);
    const timeline = timelines.get(id);
    if (!timeline) throw problem('timeline.unknown', { timeline: id.slice(0, 40) });
    return timeline;
  }

  return router;
}

/** What a query asks for; what makes no sense is as if it were not there. */
function wantedIn({ query }: Context) {
  const one = (name: string) => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
  };
  const outcome = outcomes.find((known) => known === one('outcome'));
  return { client: one('client'), outcome, text: one('text'), after: one('after') };
}

/** Differs whenever something was added. */
function versionOf({ entries, left }: Timeline): string {
  return `${entries.length}-${entries.reduce((sum, { times }) => sum + times, left)}`;
}

function send(ctx: Context, html: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'html';
  ctx.body = String(html);
}
