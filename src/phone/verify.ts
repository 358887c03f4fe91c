import Router from '@koa/router';
import type { Context } from 'koa';
import { type VerdictProps, verdictPage, verifyPage } from '../../views/phone/verify.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import { wantsPage } from '../web/failures.ts';
import { readForm } from '../web/forms.ts';
import { type Language, pageOf } from '../web/language.ts';
import { codePattern, lifetime, type Presentations, type Verdict } from './presentations.ts';

export interface VerifyParts {
  presentations: Presentations;
  issuer: string;
  clock: Clock;
}

/**
 * Where anybody checks a document that is shown to them, without an account. `GET /verify` has a field for a code or a
 * scanned address, `GET /verify/<code>` the verdict: a page for people, for programs (`Accept: application/json`) the same
 * check as JSON. What is scanned is posted, so that a card's printed QR code, which is full of personal data, ends in no
 * address, no history and no log.
 */
export function verifyRoutes({ presentations, issuer, clock }: VerifyParts): Router {
  const router = new Router();
  const action = '/verify';

  router.get('/verify', (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = String(verifyPage(pageOf(ctx), { action, issuer, lifetime }));
  });

  router.post('/verify', async (ctx) => {
    const { fields } = await readForm(ctx);
    try {
      ctx.redirect(`/verify/${codeIn(fields.get('code') ?? '', issuer)}`);
      ctx.status = 303;
    } catch (thrown) {
      if (!isOurs(thrown) || !wantsPage(ctx)) throw thrown;
      const page = pageOf(ctx);
      ctx.status = thrown.status;
      ctx.set('Cache-Control', 'no-store');
      ctx.type = 'html';
      ctx.body = String(verifyPage(page, { action, issuer, lifetime, problem: thrown.explain(page.language) }));
    }
  });

  router.get('/verify/:code', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const code = String(ctx.params.code);
    if (!wantsPage(ctx)) {
      ctx.body = answer(await presentations.check(code));
      return;
    }
    try {
      showVerdict(ctx, { ...verdictIn(await presentations.check(code), pageOf(ctx).language), again: ctx.path });
    } catch (thrown) {
      if (!isOurs(thrown)) throw thrown;
      ctx.status = thrown.status;
      showVerdict(ctx, {
        state: states[thrown.code as keyof typeof states] ?? 'not-genuine',
        problem: thrown.explain(pageOf(ctx).language),
        checkedAt: new Date(clock.now()).toISOString(),
      });
    }
  });

  function showVerdict(ctx: Context, props: Omit<VerdictProps, 'another'>): void {
    ctx.type = 'html';
    ctx.body = String(verdictPage(pageOf(ctx), { ...props, another: action }));
  }

  return router;
}

/** How a code that shows nothing is called on the page. */
const states = {
  'presentation.unknown': 'not-genuine',
  'presentation.expired': 'code-expired',
  'presentation.withdrawn': 'withdrawn',
} as const;

function isOurs(thrown: unknown): thrown is VneidError {
  return thrown instanceof VneidError && thrown.code.startsWith('presentation.');
}

/**
 * The code in what was pasted or scanned: itself, or the end of an address of ours.
 * @throws VneidError `presentation.printed`, `presentation.foreign`, `presentation.malformed`
 */
function codeIn(text: string, issuer: string): string {
  const given = text.trim();
  if (/^\d{9,12}\|/.test(given)) throw problem('presentation.printed');
  const url = /^https?:/i.test(given) ? URL.parse(given) : null;
  if (url && url.origin !== new URL(issuer).origin) {
    throw problem('presentation.foreign', { host: url.host.slice(0, 100), issuer });
  }
  const code = url
    ? url.pathname.replace(new URL(issuer).pathname.replace(/\/$/, ''), '').replace(/^\/verify\//, '')
    : given;
  if (!codePattern.test(code)) throw problem('presentation.malformed', { issuer });
  return code;
}

/** The verdict for programs. */
function answer({ state, kind, title, number, holder, rows, shownBy, checkedAt, expiresAt }: Verdict) {
  return {
    state,
    document: { kind, title, number, facts: rows.map(({ label, value }) => ({ label, value })) },
    holder,
    shownBy,
    checkedAt: new Date(checkedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    synthetic: true,
  };
}

/** The verdict for people, in one language. */
function verdictIn(verdict: Verdict, language: Language): Omit<VerdictProps, 'another'> {
  const { state, title, number, holder, rows, shownBy, checkedAt, expiresAt } = verdict;
  return {
    state,
    document: {
      title: title[language],
      number,
      ...holder,
      rows: rows.map(({ label, value }) => ({ label: label[language], value: value[language] })),
      shownBy,
      secondsLeft: Math.ceil((expiresAt - checkedAt) / 1000),
    },
    checkedAt: new Date(checkedAt).toISOString(),
  };
}
