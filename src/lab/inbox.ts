import Router from '@koa/router';
import type { Inbox, Message } from '../accounts/inbox.ts';
import { problem } from '../errors.ts';
import type { Registry } from '../registry/citizens.ts';
import { inboxPage } from '../../views/lab/inbox.ts';
import { type Language, pageOf } from '../web/language.ts';

/** What was sent to a citizen, as a page: `/lab/inbox/<number>`. */
export function inboxRoutes({ inbox, registry }: { inbox: Inbox; registry: Registry }): Router {
  const router = new Router();
  router.get('/lab/inbox/:number', async (ctx) => {
    const number = String(ctx.params.number);
    const citizen = await registry.find(number);
    if (!citizen) throw problem('citizen.unknown', { number: number.slice(0, 12) });
    const messages = await inbox.messages(citizen.id);
    const page = pageOf(ctx);
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = String(
      inboxPage(page, {
        citizen: { fullName: citizen.name.full, number: citizen.number },
        messages: messages.map((message) => shown(message, page.language)),
      }),
    );
  });
  return router;
}

function shown(message: Message, language: Language) {
  const { kind, channel, recipient, code, sentAt } = message;
  return {
    kind,
    channel,
    recipient,
    title: language === 'vi' ? message.titleVi : message.titleEn,
    text: language === 'vi' ? message.textVi : message.textEn,
    code: code ?? null,
    sentAt: new Date(sentAt).toISOString(),
  };
}
