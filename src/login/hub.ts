import Router from '@koa/router';
import type { Middleware, Next } from 'koa';
import type { InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Account } from '../accounts/accounts.ts';
import type { Throttle } from '../accounts/throttle.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { acrOf, amrOf, type AuthenticationLevel, earnedBy, levelOf } from '../levels.ts';
import { answerAs, resume } from '../oidc/resumption.ts';
import { endSession } from '../oidc/sessions.ts';
import { wantsPage } from '../web/failures.ts';
import { readForm } from '../web/forms.ts';
import { bodyOf } from '../web/language.ts';
import { redirect } from '../web/redirect.ts';
import { allowFormsTo } from '../web/security.ts';
import type { Streams } from '../web/streams.ts';
import type { KnownBrowsers } from './browsers.ts';
import type { StepName } from './order.ts';
import { saveProgress } from './progress.ts';
import type { Outcome, Step } from './step.ts';
import { createWalks, type Walk, type WalksParts } from './walk.ts';

/**
 * The hub of a login: it alone moves from step to step, in the order that `order.ts` is. The provider sends a browser to `/login/<uid>`; the hub
 * decides the next step from what has been proven, lets that step show its page and judge what comes back, and when
 * enough is proven tells the provider and lets go.
 *
 *     GET  /authorize                 the first page, drawn where an app sends the browser
 *     GET  /login/:uid                the page of the next step, or of the one named by `?by=` when it may come now
 *     POST /login/:uid/:step          what was typed into it; a step that may not come now is not heard. The last answer
 *                                     leads straight back to the app
 *     GET  /login/:uid/:step          the same page, where what was typed was refused
 *     GET  /login/:uid/:step/follow   how it stands, live, where another device has a part in it
 *     POST /login/:uid/enough         on with what was proven, where the app makes do with less than it asked for
 *     POST /login/:uid/cancel         back to the relying party with access_denied
 */
export interface HubParts extends WalksParts {
  browsers: KnownBrowsers;
  clock: Clock;
  events: EventHub;
  issuer: string;
  steps: Record<StepName, Step>;
  streams: Streams;
  throttle: Throttle;
  /** False where each address has to be asked by itself. */
  straight: () => boolean;
}

type Session = InstanceType<Provider['Session']>;

export interface Hub {
  routes: Router;
  /**
   * Stands around the library. The first page of a login, when it only asks, is drawn where the login was asked for: a
   * browser that was sent on to it would come back with nothing but its cookie. A program that asks for no page is told
   * where it is.
   */
  first: Middleware;
}

export function createHub(parts: HubParts): Hub {
  const { artifacts, browsers, clock, events, formTokens, issuer, provider, steps, straight, streams, throttle } =
    parts;
  const router = new Router();
  const { begin, open, waysOf } = createWalks(parts);

  router.get('/login/:uid', async (ctx, next) => look(await open(ctx), ctx.query.by, next));

  // one route for all that is posted: what goes on behind it is the library
  router.post('/login/:uid/:step', async (ctx, next) => {
    const form = await readForm(ctx);
    const walk = await open(ctx);
    formTokens.check(walk.login.uid, form.fields.get('csrf'));
    const { step: asked } = ctx.params;
    if (asked === 'cancel') return cancel(walk, next);
    if (asked === 'enough' && walk.login.enough !== undefined) return finishLogin(walk, next);
    const step = walk.login.ways.find((way) => way === asked);
    // an earlier or later step, from a back button or a guess, changes nothing: the page that is due is shown
    if (!step) return redirect(ctx, `/login/${walk.login.uid}`);
    await conclude(walk, step, await steps[step].submit(walk.login, form), next);
  });

  // a page that came of a form is asked for again: in another language, by a reload of its address
  router.get('/login/:uid/:step', (ctx) => {
    const [uid, step] = [ctx.params.uid, ctx.params.step].map((part) => encodeURIComponent(String(part)));
    redirect(ctx, `/login/${uid}?by=${step}`);
  });

  router.get('/login/:uid/:step/follow', async (ctx) => {
    const { login } = await open(ctx);
    const step = login.ways.find((way) => way === ctx.params.step);
    const source = step && (await steps[step].follow?.(login));
    if (!source) throw problem('request.notFound');
    await streams.follow(ctx, source);
  });

  /** The page that is due; the one named, when it may come now. */
  async function look(walk: Walk, by: unknown, next: Next): Promise<void> {
    const step = walk.login.ways.find((way) => way === by) ?? walk.login.ways[0];
    if (!step) return done(walk, next);
    const refused = await enter(walk, step);
    await (refused ? conclude(walk, step, refused, next) : show(walk, step));
  }

  async function conclude(walk: Walk, step: StepName, outcome: Outcome, next: Next): Promise<void> {
    const { login, progress } = walk;
    switch (outcome.kind) {
      case 'retry': {
        login.ctx.status = outcome.retry.status;
        for (const [name, value] of Object.entries(outcome.retry.headers ?? {})) login.ctx.set(name, value);
        return show(walk, step, outcome.retry);
      }
      case 'finish':
        return finish(walk, outcome.result, next);
      case 'again':
        return redirect(login.ctx, `/login/${login.uid}?by=${step}`);
      case 'approved':
        progress.approved = outcome.approved;
        login.transaction = undefined;
        return move(walk, next);
      case 'proved': {
        // a walk belongs to whom it began with; another person starts their own
        if (login.account && login.account.id !== outcome.account.id) throw problem('login.expired');
        login.account = outcome.account;
        login.used = progress.used = [...new Set([...progress.used, ...outcome.methods])];
        progress.accountId = outcome.account.id;
        return move(walk, next);
      }
    }
  }

  /** Something was proven: on to what comes next. */
  async function move(walk: Walk, next: Next): Promise<void> {
    const { login, progress, interaction } = walk;
    login.ways = await waysOf(walk.prompt, login);
    if (login.ways.length === 0) return done(walk, next);
    await saveProgress(artifacts, interaction, progress);
    return redirect(login.ctx, `/login/${login.uid}`);
  }

  /** What a step does when it is first come to; when it may not, its page says so and the next look tries again. */
  async function enter(walk: Walk, step: StepName): Promise<Outcome | undefined> {
    const { login, progress } = walk;
    const run = steps[step].enter;
    if (!run || progress.entered.includes(step)) return undefined;
    const before = { ...progress };
    progress.entered = [...progress.entered, step];
    walk.kept = true;
    await saveProgress(artifacts, walk.interaction, progress);
    try {
      await run(login);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof VneidError)) throw thrown;
      await saveProgress(artifacts, walk.interaction, before);
      const { status, headers } = thrown;
      return { kind: 'retry', retry: { status, headers, problem: thrown.explain(login.page().language) } };
    }
  }

  async function show({ login }: Walk, step: StepName, again?: Parameters<Step['show']>[1]): Promise<void> {
    const { client, ctx, params } = login;
    const back = String(params.redirect_uri ?? '');
    allowFormsTo(ctx, client.addresses.includes(back) ? [] : [back], client.sources);
    ctx.type = 'html';
    ctx.body = bodyOf(await steps[step].show(login, again));
  }

  async function cancel(walk: Walk, next: Next): Promise<void> {
    const { login, prompt } = walk;
    events.emit('login.refused', {
      uid: login.uid,
      client: login.client.id,
      ...(login.account && { account: login.account.id }),
      reason: `cancelled at ${prompt}`,
    });
    const refusal = { error: 'access_denied', error_description: 'the citizen cancelled the sign-in' };
    await finish(walk, refusal, next);
  }

  function done(walk: Walk, next: Next): Promise<void> {
    return walk.prompt === 'consent' ? finishApproval(walk, next) : finishLogin(walk, next);
  }

  /** The transaction was all that was asked: what was agreed before stays as it is. */
  async function finishApproval(walk: Walk, next: Next): Promise<void> {
    await finish(walk, { consent: { grantId: walk.interaction.grantId } }, next);
  }

  /** Enough is proven: the provider gets the level that was really earned. */
  async function finishLogin(walk: Walk, next: Next): Promise<void> {
    const { login } = walk;
    const account = login.account as Account;
    // as it is now: other tabs may have done something with it since this walk began
    const session = await provider().Session.get(login.ctx);
    if (outgrown(walk, session)) return beginAnew(walk, next);
    const level = earnedBy(account, login.used) as AuthenticationLevel;
    const [acr, amr] = [acrOf(level), amrOf(login.used)];
    await throttle.succeeded({
      login: account.number,
      address: login.address,
      browser: browsers.nameFor(login.ctx, account.number),
      second: levelOf(login.used) >= 2,
      places: [],
    });
    browsers.remember(login.ctx, account.number);
    // a walk of one step has kept nothing
    if (walk.kept) await artifacts.remove('Login', login.uid);
    events.emit('login.succeeded', {
      uid: login.uid,
      client: login.client.id,
      account: account.id,
      acr,
      amr,
      address: login.address,
    });
    if (session.accountId !== account.id) await leaveAnother(walk, session);
    const proven = { accountId: account.id, acr, amr, remember: true, ts: provenSince(walk, session) };
    await finish(walk, { login: proven }, next);
  }

  /** What was proven before became too old for the app while the rest of it was proven. */
  function outgrown({ progress, interaction }: Walk, session: Session): boolean {
    const { max_age: maxAge } = interaction.params;
    return progress.raising === true && maxAge !== undefined && session.past(Number(maxAge));
  }

  /** With nothing to tell it, the library sees for itself what is due, and asks for all of it. */
  async function beginAnew(walk: Walk, next: Next): Promise<void> {
    walk.interaction.lastSubmission = undefined;
    await finish(walk, {}, next);
  }

  /** Seconds since 1970: the oldest of what was proven counts, so that raising a session does not make it fresh. */
  function provenSince({ progress }: Walk, { loginTs }: Session): number {
    return (progress.raising ? loginTs : undefined) ?? Math.floor(clock.now() / 1000);
  }

  /** Two people on one browser: the second never gets what the first one had, nor what they agreed to on the way here. */
  async function leaveAnother({ interaction }: Walk, { accountId, jti }: Session): Promise<void> {
    interaction.lastSubmission = undefined;
    if (accountId === undefined) return;
    await endSession(provider(), jti);
    events.emit('session.ended', { account: accountId });
    interaction.session = undefined;
  }

  /** Tells the library, which goes on where it waits: within this request, where it may, or else the browser is sent there. */
  async function finish(walk: Walk, result: InteractionResults, next: Next): Promise<void> {
    const { login, progress, interaction } = walk;
    const { ctx } = login;
    for (const step of progress.entered) await steps[step].leave?.(login);
    // what the library's interactionResult() does, without looking the interaction up a second time
    const { approved } = progress;
    interaction.result = { ...interaction.lastSubmission, ...result, ...(approved && !result.error && { approved }) };
    if (straight()) return resume(ctx, { provider: provider(), interaction, issuer }, next);
    await interaction.save(interaction.exp - Math.floor(clock.now() / 1000));
    redirect(ctx, interaction.returnTo);
  }

  return {
    routes: router,
    async first(ctx, next) {
      await next();
      if (ctx.path !== '/authorize' || ctx.status !== 303) return;
      const { oidc } = ctx as Partial<KoaContextWithOIDC>;
      const interaction = oidc?.entities.Interaction;
      // what the library sends back to an app has begun no walk
      if (!interaction || !wantsPage(ctx)) return;
      const page = `/login/${interaction.uid}`;
      await answerAs(ctx, 'GET', page, async () => {
        ctx.set('Content-Location', page);
        const walk = await begin(ctx, interaction);
        // what is done once, and what is followed, has a page that may be asked for again
        const step = walk.login.ways[0];
        if (!step || steps[step].enter || steps[step].follow) return ctx.remove('Content-Location');
        ctx.remove('Location');
        ctx.status = 200;
        return show(walk, step);
      });
    },
  };
}
