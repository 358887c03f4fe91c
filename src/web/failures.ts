import type { Context, Middleware } from 'koa';
import { catalogue, type ErrorCode, type Explanation, problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { type Page, pageOf } from './language.ts';
import { requestId } from './observe.ts';

/** How a failure looks as a page; the part that owns the pages supplies it. */
export type ProblemPage = (
  page: Page,
  shown: Explanation & { status: number; code: string; requestId: string; home: string },
) => unknown;

/** The one place where errors become answers: a page for people, JSON for programs, both languages in each. */
export function answerFailures({ events, problemPage }: { events: EventHub; problemPage: ProblemPage }): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body === undefined && ctx.respond !== false) {
        if (ctx.status === 404) throw problem('request.notFound');
        if (ctx.status === 405) throw wrongMethod(ctx, ctx.response.get('Allow'));
      }
    } catch (thrown) {
      const failure = asFailure(ctx, thrown, events);
      events.emit('request.failed', {
        code: failure.code,
        status: failure.status,
        path: shownPath(ctx),
        method: ctx.method,
      });
      ctx.status = failure.status;
      for (const [name, value] of Object.entries(failure.headers)) ctx.set(name, value);
      answer(ctx, failure, problemPage);
    }
  };
}

/** This address exists, but takes other methods. */
export function wrongMethod(ctx: Context, allowed: string): VneidError {
  return problem('request.wrongMethod', { method: ctx.method.slice(0, 20), allowed }, { Allow: allowed });
}

function answer(ctx: Context, failure: VneidError, problemPage: ProblemPage): void {
  ctx.set('Cache-Control', 'no-store');
  if (wantsPage(ctx)) {
    const page = pageOf(ctx);
    ctx.type = 'html';
    ctx.body = String(
      problemPage(page, {
        ...failure.explain(page.language),
        status: failure.status,
        code: failure.code,
        requestId: requestId(ctx),
        home: '/',
      }),
    );
  } else {
    ctx.body = failureBody(failure);
  }
}

/** The JSON of a failure: what RFC 6749 §5.2 asks for, and the catalogue's texts in both languages. */
export function failureBody(failure: VneidError): Record<string, unknown> {
  const entry: { oauth?: string; en: string } = catalogue[failure.code];
  const [vi, en] = [failure.explain('vi'), failure.explain('en')];
  return {
    error: entry.oauth ?? 'invalid_request',
    error_description: `${en.text} ${en.next}`,
    code: failure.code,
    message: { vi: vi.text, en: en.text },
    next: { vi: vi.next, en: en.next },
  };
}

/** True for a browser asking for a page; programs and the lab's API get JSON. */
export function wantsPage(ctx: Context): boolean {
  return ctx.accepts('json', 'html') === 'html' && !ctx.path.startsWith('/lab/api');
}

/** What went wrong, as a catalogued error. Only what nobody foresaw is a server error. */
function asFailure(ctx: Context, thrown: unknown, events: EventHub): VneidError {
  if (thrown instanceof VneidError) return thrown;
  const status = (thrown as { status?: number } | undefined)?.status ?? 500;
  if (status >= 400 && status < 500) {
    const code: ErrorCode = status === 404 ? 'request.notFound' : 'request.malformed';
    return problem(code, { expected: 'HTTP' });
  }
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  events.emit('server.error', { message, path: shownPath(ctx), method: ctx.method });
  return problem('server.error', { request: requestId(ctx) });
}

/** The path as the audit may keep it: a personal number in it shows where and when somebody was born, no more. */
function shownPath(ctx: Context): string {
  return ctx.path.slice(0, 300).replaceAll(/\d{12}/g, (number) => `${number.slice(0, 6)}******`);
}
