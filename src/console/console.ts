import Router from '@koa/router';
import type { Context } from 'koa';
import { problem, VneidError } from '../errors.ts';
import type { Bench } from '../lab/bench.ts';
import { typed, usage } from '../lab/command-line.ts';
import { membersOf } from '../lab/from-text.ts';
import { isDestructive } from '../lab/operation.ts';
import { everyOperation, families, familyNames, type NamedOperation } from '../lab/operations.ts';
import { apiPage } from '../../views/console/api.ts';
import { familyPage } from '../../views/console/family.ts';
import { overviewPage } from '../../views/console/overview.ts';
import type { FormTokens } from '../web/forms.ts';
import { checkBody } from '../web/json.ts';
import { bodyOf, type Language, pageOf } from '../web/language.ts';
import { redirect } from '../web/redirect.ts';
import { doingRoutes, subject } from './doing.ts';
import { fieldsOf } from './fields.ts';
import { rowsOf } from './rows.ts';

/**
 * The console: the operations as pages. A family is what its `list` answers, as a table, and a form for everything that
 * can be done; nothing here knows more than the table of operations says.
 *
 *     GET  /lab                           leads here
 *     GET  /lab/console                   how things stand
 *     GET  /lab/console/:family           what there is, searched as one types, and what can be done
 *     GET  /lab/console/:family/:verb     one of it
 *     POST /lab/console/do/:operation     doing it
 *     GET  /lab/api                       the description of all of it, for people
 */
export function consoleRoutes(bench: Bench, formTokens: FormTokens): Router {
  const router = new Router();
  const csrf = () => formTokens.make(subject);
  /** As the reader is told of them; a tenant opens no others. */
  const familiesIn = (language: Language) =>
    familyNames
      .filter((family) => family !== 'tenants' || bench.tenants)
      .map((family) => ({ family, title: families[family].title[language], about: families[family].about[language] }));

  router.get('/lab', (ctx) => redirect(ctx, '/lab/console'));
  router.get('/lab/console', async (ctx) => {
    const { clients, clock, faults, registry, tenants } = bench;
    const { now, offset, frozen } = clock.state();
    const page = pageOf(ctx);
    draw(
      ctx,
      overviewPage(page, {
        families: familiesIn(page.language),
        done: doneIn(ctx),
        csrf: csrf(),
        citizens: await registry.count(),
        clients: clients.list().length,
        tenants: tenants?.list().length,
        clock: { now: new Date(now).toISOString(), offset: Math.round(offset / 1000), frozen },
        faults: faults.list().map(({ fault, client, citizen }) => ({ fault, client, citizen: citizen?.number })),
      }),
    );
  });

  // a page that came of a form is asked for again in another language, or by a reload of its address
  router.get('/lab/console/do/:operation', (ctx) => {
    const named = everyOperation.find(({ name }) => name === ctx.params.operation);
    if (!named) throw problem('request.notFound');
    redirect(ctx, `/lab/console/${named.family}`);
  });
  router.get('/lab/console/:family', (ctx) => family(ctx, 'list'));
  router.get('/lab/console/:family/:verb', (ctx) => family(ctx, String(ctx.params.verb)));
  router.get('/lab/api', (ctx) => {
    const page = pageOf(ctx);
    const shown = familiesIn(page.language);
    draw(
      ctx,
      apiPage(page, {
        families: shown,
        csrf: csrf(),
        groups: shown.map((one) => ({
          ...one,
          operations: verbsOf(one.family).map((named) => described(named, page.language)),
        })),
      }),
    );
  });
  router.use(doingRoutes(bench, familiesIn, formTokens).routes());
  return router;

  async function family(ctx: Context, verb: string): Promise<void> {
    const name = familyNames.find((one) => one === ctx.params.family);
    if (!name) throw problem('request.notFound');
    const verbs = verbsOf(name);
    const reads = verbs.filter(({ operation }) => operation.method === 'GET');
    // a family without a list has one thing to look at; an export is a file to keep, and not drawn in passing
    const reading =
      reads.find((one) => one.verb === verb) ??
      (verb === 'list' ? reads.find((one) => one.verb !== 'export') : undefined);
    if (!reading && verb !== 'list') throw problem('request.notFound');
    const page = pageOf(ctx);
    const { lang: _lang, done: _done, ...query } = ctx.query;
    const given = Object.fromEntries(Object.entries(query).filter(([, text]) => text !== ''));
    const { answer, refused } = reading ? await read(reading, given) : {};
    if (refused) ctx.status = refused.status;
    draw(
      ctx,
      familyPage(page, {
        families: familiesIn(page.language),
        family: name,
        title: families[name].title[page.language],
        about: families[name].about[page.language],
        done: doneIn(ctx),
        csrf: csrf(),
        path: ctx.url,
        reading: reading && { verb: reading.verb, fields: fieldsOf(reading.operation), values: textsOf(given) },
        ...found(name, answer, verbs),
        problem: refused?.explain(page.language),
        forms: verbs
          .filter(({ operation }) => operation !== reading?.operation)
          .map((named) => ({ ...described(named, page.language), values: textsOf(given) })),
      }),
    );
  }

  async function read(
    { operation }: NamedOperation,
    given: Record<string, string | string[] | undefined>,
  ): Promise<{ answer?: Record<string, unknown>; refused?: VneidError }> {
    try {
      // asked for with nothing said, where something has to be: the form stands there to be filled in
      if (Object.keys(given).length === 0 && !operation.input.safeParse({}).success) return {};
      const input = checkBody(operation.input, membersOf(operation.input, given));
      return { answer: (await operation.run(bench, input)) as Record<string, unknown> };
    } catch (thrown) {
      if (thrown instanceof VneidError) return { refused: thrown };
      throw thrown;
    }
  }
}

/** A list and where it goes on is a table; anything else is shown as it is. */
function found(family: string, answer: Record<string, unknown> | undefined, verbs: NamedOperation[]) {
  if (!answer) return { table: undefined, one: undefined };
  const { next: _next, ...rest } = answer;
  const members = Object.values(rest);
  return members.length === 1 && Array.isArray(members[0])
    ? { table: rowsOf(family, answer, verbs), one: undefined }
    : { table: undefined, one: JSON.stringify(answer, null, 2) };
}

function verbsOf(family: string): NamedOperation[] {
  return everyOperation.filter((one) => one.family === family);
}

function described(named: NamedOperation, language: Language) {
  const { name, verb, operation } = named;
  const fields = fieldsOf(operation);
  return {
    operation: name,
    verb,
    about: operation.about[language],
    method: operation.method,
    path: `/lab/api${operation.path}`,
    shell: usage(named),
    code: `control.${name}({ ${Object.keys(operation.input.shape).join(', ')} })`,
    tool: name.replace('.', '_'),
    errors: [...(operation.errors ?? [])],
    fields,
    file: operation.method === 'GET' && fields.length === 0 ? `/lab/api${operation.path}` : undefined,
    anchor: typed(name.replace('.', '-')),
    dangerous: isDestructive(operation),
  };
}

/** Each value of a query as text. */
function textsOf(given: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, [text].flat().join(',')]));
}

/** What a form that led back here has done. */
function doneIn(ctx: Context): string | undefined {
  return everyOperation.find(({ name }) => name === ctx.query.done)?.name;
}

function draw(ctx: Context, html: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'html';
  ctx.body = bodyOf(html);
}
