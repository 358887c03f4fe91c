import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { isErrorCode, problem, VneidError } from '../errors.ts';
import type { Bench } from '../lab/bench.ts';
import { membersOf } from '../lab/from-text.ts';
import { everyOperation, type NamedOperation } from '../lab/operations.ts';
import { donePage } from '../../views/console/done.ts';
import type { FamilyShown } from '../../views/console/frame.ts';
import { readForm } from '../web/forms.ts';
import type { FormTokens } from '../web/forms.ts';
import { checkBody } from '../web/json.ts';
import { bodyOf, type Language, pageOf } from '../web/language.ts';
import { redirect } from '../web/redirect.ts';
import { fieldsOf } from './fields.ts';

/** Every form of the console acts on this. */
export const subject = 'console';
/** Bytes of a form: the state of a bench is imported by a program, not by typing. */
const largest = 512 * 1024;

/**
 * Does what a form of the console says, as any program would over HTTP, and shows the answer, for some of it is told once;
 * where there is none, it goes back to where the form was. What is refused is told above the same form with all that was
 * typed. In another language the same is drawn once more, and nothing is done.
 */
export function doingRoutes(
  bench: Bench,
  familiesIn: (language: Language) => readonly FamilyShown[],
  formTokens: FormTokens,
): Router {
  const router = new Router();
  router.post('/lab/console/do/:name', async (ctx) => {
    const named = everyOperation.find(({ name }) => name === ctx.params.name);
    if (!named) throw problem('request.notFound');
    const { fields, all } = await readForm(ctx, largest);
    formTokens.check(subject, fields.get('csrf'));
    const back = backOf(fields.get('back'));
    const typed = Object.fromEntries(
      Object.keys(named.operation.input.shape).flatMap((member) => {
        const texts = all(`in.${member}`).filter((text) => text !== '');
        return texts.length === 0 ? [] : [[member, texts.join(',')]];
      }),
    );
    const shown = fields.get('shown');
    if (shown !== undefined) return show(ctx, named, { values: typed, back }, outcomeOf(shown));
    try {
      const input = checkBody(named.operation.input, membersOf(named.operation.input, typed));
      const answer = await named.operation.run(bench, input);
      if (back !== undefined && Object.keys(answer as object).length === 0)
        return redirect(ctx, withDone(back, named.name));
      show(ctx, named, { values: typed, back }, { answer: JSON.stringify(answer, null, 2) });
    } catch (thrown) {
      if (!(thrown instanceof VneidError)) throw thrown;
      show(ctx, named, { values: typed, back }, { code: thrown.code, facts: thrown.facts });
    }
  });
  return router;

  function show(
    ctx: Context,
    { name, operation }: NamedOperation,
    typed: { values: Record<string, string>; back: string | undefined },
    outcome: Outcome,
  ): void {
    const sent = Object.entries(typed.values).map(([member, text]) => [`in.${member}`, text] as const);
    const csrf = formTokens.make(subject);
    const page = {
      ...pageOf(ctx),
      sent: [
        ...sent,
        ['csrf', csrf] as const,
        ...(typed.back === undefined ? [] : [['back', typed.back] as const]),
        ['shown', JSON.stringify(outcome)] as const,
      ],
    };
    const refusal = 'code' in outcome ? problem(outcome.code, outcome.facts) : undefined;
    if (refusal) ctx.status = refusal.status;
    const what = 'code' in outcome ? { problem: refusal?.explain(page.language) } : outcome;
    const form = { ...typed, operation: name, fields: fieldsOf(operation), csrf };
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = bodyOf(
      donePage(page, { ...what, families: familiesIn(page.language), form, about: operation.about[page.language] }),
    );
  }
}

/** What came of a form, as a page that is drawn in one language hands it on to the same in the other. */
const outcome = z.union([
  z.strictObject({ answer: z.string() }),
  z.strictObject({
    code: z.string().refine(isErrorCode),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.strictObject({ vi: z.string(), en: z.string() })])),
  }),
]);
type Outcome = z.output<typeof outcome>;

/** @throws VneidError `request.malformed` */
function outcomeOf(shown: string): Outcome {
  try {
    return outcome.parse(JSON.parse(shown));
  } catch {
    throw problem('request.malformed', { expected: 'application/json' });
  }
}

/** Where a form may lead: to pages of the console alone. */
function backOf(given: string | undefined): string | undefined {
  return given !== undefined && /^\/lab\/console(?:\/[\w-]+)*(?:\?[!-~]*)?$/.test(given) ? given : undefined;
}

function withDone(back: string, name: string): string {
  const [path = '', query = ''] = back.split(/\?(.*)/);
  const members = new URLSearchParams(query);
  members.set('done', name);
  return `${path}?${members}`;
}
