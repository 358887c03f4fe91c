import Router from '@koa/router';
import type { Context } from 'koa';
import type { InteractionResults, Provider } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Throttle } from '../accounts/throttle.ts';
import type { Phones } from '../accounts/phones.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { acrOf, amrOf, type AuthenticationLevel, earnedBy, levelOf, type Method } from '../levels.ts';
import { accessItem } from '../oidc/claims/access.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import { errors } from '../oidc/library.ts';
import { type Need, needOf, transactionOf } from '../oidc/policy.ts';
import { endSession } from '../oidc/sessions.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { type FormTokens, readForm } from '../web/forms.ts';
import { bodyOf, pageOf } from '../web/language.ts';
import { allowFormsTo } from '../web/security.ts';
import type { Streams } from '../web/streams.ts';
import { redirect } from '../web/redirect.ts';
import type { KnownBrowsers } from './browsers.ts';
import { type StepName, stepsFrom } from './order.ts';
import { beginning, type Interaction, keptProgress, type Progress, saveProgress } from './progress.ts';
import type { Login, Outcome, Step } from './step.ts';

/**
 * The hub of a login: it alone moves from step to step, in the order that `order.ts` is. The provider sends a browser to `/login/<uid>`; the hub
 * decides the next step from what has been proven, lets that step show its page and judge what comes back, and when
 * enough is proven tells the provider and lets go.
 *
 *     GET  /login/:uid                the page of the next step, or of the one named by `?by=` when it may come now
 *     POST /login/:uid/:step          what was typed into it; a step that may not come now is not heard
 *     GET  /login/:uid/:step/follow   how it stands, live, where another device has a part in it
 *     POST /login/:uid/enough         on with what was proven, where the app makes do with less than it asked for
 *     POST /login/:uid/cancel         back to the relying party with access_denied
 */
export interface HubParts {
  provider: () => Provider;
  accounts: Accounts;
  artifacts: ArtifactStore;
  browsers: KnownBrowsers;
  clients: Clients;
  clock: Clock;
  events: EventHub;
  formTokens: FormTokens;
  phones: Phones;
  steps: Record<StepName, Step>;
  streams: Streams;
  throttle: Throttle;
}

interface Walk {
  login: Login;
  progress: Progress;
  prompt: string;
  interaction: Interaction;
  /** Whether the store has something of it. */
  kept: boolean;
}

export function loginRoutes(parts: HubParts): Router {
  const { artifacts, accounts, browsers, clients, clock, events, formTokens, phones, steps, streams, throttle } = parts;
  const router = new Router();

  router.get('/login/:uid', async (ctx) => {
    const walk = await open(ctx);
    const step = walk.login.ways.find((way) => way === ctx.query.by) ?? walk.login.ways[0];
    if (!step) return done(walk);
    const refused = await enter(walk, step);
    await (refused ? conclude(walk, step, refused) : show(walk, step));
  });

  router.post('/login/:uid/cancel', async (ctx) => {
    const { fields } = await readForm(ctx);
    const walk = await open(ctx);
    const { login, prompt } = walk;
    formTokens.check(login.uid, fields.get('csrf'));
    events.emit('login.refused', {
      uid: login.uid,
      client: login.client.id,
      ...(login.account && { account: login.account.id }),
      reason: `cancelled at ${prompt}`,
    });
    await finish(walk, { error: 'access_denied', error_description: 'the citizen cancelled the sign-in' });
  });

  router.post('/login/:uid/enough', async (ctx) => {
    const { fields } = await readForm(ctx);
    const walk = await open(ctx);
    formTokens.check(walk.login.uid, fields.get('csrf'));
    if (walk.login.enough === undefined) return redirect(ctx, `/login/${walk.login.uid}`);
    await finishLogin(walk);
  });

  router.post('/login/:uid/:step', async (ctx) => {
    const form = await readForm(ctx);
    const walk = await open(ctx);
    formTokens.check(walk.login.uid, form.fields.get('csrf'));
    const step = walk.login.ways.find((way) => way === ctx.params.step);
    // an earlier or later step, from a back button or a guess, changes nothing: the page that is due is shown
    if (!step) return redirect(ctx, `/login/${walk.login.uid}`);
    await conclude(walk, step, await steps[step].submit(walk.login, form));
  });

  router.get('/login/:uid/:step/follow', async (ctx) => {
    const { login } = await open(ctx);
    const step = login.ways.find((way) => way === ctx.params.step);
    const source = step && (await steps[step].follow?.(login));
    if (!source) throw problem('request.notFound');
    await streams.follow(ctx, source);
  });

  async function conclude(walk: Walk, step: StepName, outcome: Outcome): Promise<void> {
    const { login, progress } = walk;
    switch (outcome.kind) {
      case 'retry': {
        login.ctx.status = outcome.retry.status;
        for (const [name, value] of Object.entries(outcome.retry.headers ?? {})) login.ctx.set(name, value);
        return show(walk, step, outcome.retry);
      }
      case 'finish':
        return finish(walk, outcome.result);
      case 'again':
        return redirect(login.ctx, `/login/${login.uid}?by=${step}`);
      case 'approved':
        progress.approved = outcome.approved;
        login.transaction = undefined;
        return move(walk);
      case 'proved': {
        // a walk belongs to whom it began with; another person starts their own
        if (login.account && login.account.id !== outcome.account.id) throw problem('login.expired');
        login.account = outcome.account;
        login.used = progress.used = [...new Set([...progress.used, ...outcome.methods])];
        progress.accountId = outcome.account.id;
        return move(walk);
      }
    }
  }

  /** Something was proven: on to what comes next. */
  async function move(walk: Walk): Promise<void> {
    const { login, progress, interaction } = walk;
    login.ways = await waysOf(walk.prompt, login);
    if (login.ways.length === 0) return done(walk);
    await saveProgress(artifacts, interaction, progress);
    return redirect(login.ctx, `/login/${login.uid}`);
  }

  async function waysOf(prompt: string, login: Omit<Login, 'ways'>): Promise<StepName[]> {
    const { account, used, need, undecided, transaction } = login;
    const waits = { transaction: transaction !== undefined, undecided: undecided?.length !== 0 };
    const enough = account && levelOf(used) >= need.wanted && !waits.transaction;
    // whether there is a phone is asked only when it matters
    const phone = account && !enough ? (await phones.active(account.id)) !== undefined : false;
    return stepsFrom({ prompt, account, used, need, ...waits, means: { code: Boolean(account?.phone), phone } });
  }

  /** The walk that this browser is on: its address and its cookie have to agree (session fixation, CVE-2026-7507). */
  async function open(ctx: Context): Promise<Walk> {
    // asked for at once, for a store may be far away
    const [interaction, kept] = await Promise.all([
      parts
        .provider()
        .interactionDetails(ctx.req, ctx.res)
        .catch((cause) => {
          throw cause instanceof errors.SessionNotFound ? problem('login.expired') : cause;
        }),
      keptProgress(artifacts, String(ctx.params.uid)),
    ]);
    const client = clients.get(String(interaction.params.client_id));
    if (!client || interaction.uid !== ctx.params.uid) throw problem('login.expired');
    const progress = kept ?? beginning(interaction);
    const account = progress.accountId ? await accounts.byId(progress.accountId) : undefined;
    // locked since this walk began, and nobody is told so
    if (progress.accountId && !(account && usable(account))) throw problem('login.expired');
    const prompt = interaction.prompt.name;
    const login: Login = {
      uid: interaction.uid,
      ctx,
      page: pageOf(ctx, interaction.params.ui_locales),
      client,
      params: interaction.params,
      undecided: undecidedIn(interaction.prompt),
      need: needOf(interaction.params, client),
      account,
      used: progress.used,
      ways: [],
      enough: enoughOf(prompt, account, progress.used, needOf(interaction.params, client)),
      transaction: progress.approved ? undefined : transactionOf(interaction.params),
      address: ctx.ip,
      elsewhere: interaction.deviceCode !== undefined,
      csrf: formTokens.make(interaction.uid),
    };
    allowFormsTo(ctx, [...client.addresses, String(interaction.params.redirect_uri ?? '')]);
    ctx.set('Cache-Control', 'no-store');
    login.ways = await waysOf(prompt, login);
    return { login, progress, prompt, interaction, kept: kept !== undefined };
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
      return { kind: 'retry', retry: { status, headers, problem: thrown.explain(login.page.language) } };
    }
  }

  async function show({ login }: Walk, step: StepName, again?: Parameters<Step['show']>[1]): Promise<void> {
    const html = await steps[step].show(login, again);
    login.ctx.type = 'html';
    login.ctx.body = bodyOf(html);
  }

  function done(walk: Walk): Promise<void> {
    return walk.prompt === 'consent' ? finishApproval(walk) : finishLogin(walk);
  }

  /** The transaction was all that was asked: what was agreed before stays as it is. */
  async function finishApproval(walk: Walk): Promise<void> {
    await finish(walk, { consent: { grantId: walk.interaction.grantId } });
  }

  /** Enough is proven: the provider gets the level that was really earned. */
  async function finishLogin(walk: Walk): Promise<void> {
    const { login } = walk;
    const account = login.account as Account;
    const level = earnedBy(account, login.used) as AuthenticationLevel;
    const [acr, amr] = [acrOf(level), amrOf(login.used)];
    await throttle.succeeded({
      login: account.number,
      address: login.address,
      browser: browsers.nameFor(login.ctx, account.number),
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
    await endSessionOfAnother(walk);
    await finish(walk, {
      login: { accountId: account.id, acr, amr, remember: true, ts: await provenSince(walk) },
    });
  }

  /** Seconds since 1970: the oldest of what was proven counts, so that raising a session does not make it fresh. */
  async function provenSince({ progress, interaction: { session } }: Walk): Promise<number> {
    const before = progress.raising && session ? await parts.provider().Session.find(session.cookie) : undefined;
    return before?.loginTs ?? Math.floor(clock.now() / 1000);
  }

  /** Two people on one browser: the second never gets what the first one had. */
  async function endSessionOfAnother({ login, interaction }: Walk): Promise<void> {
    const { session } = interaction;
    if (!session || session.accountId === login.account?.id) return;
    await endSession(parts.provider(), artifacts, session.cookie);
    events.emit('session.ended', { account: session.accountId });
    interaction.session = undefined;
  }

  async function finish({ login: { ctx }, progress, interaction }: Walk, result: InteractionResults): Promise<void> {
    // what the library's interactionResult() does, without looking the interaction up a second time
    const { approved } = progress;
    interaction.result = { ...interaction.lastSubmission, ...result, ...(approved && !result.error && { approved }) };
    await interaction.save(interaction.exp - Math.floor(clock.now() / 1000));
    redirect(ctx, interaction.returnTo);
  }

  return router;
}

/** An app may ask for 3 and take 2 (`acr_values` is a list): whose phone is not at hand need not give up. */
function enoughOf(
  prompt: string,
  account: Account | undefined,
  used: readonly Method[],
  { least }: Need,
): AuthenticationLevel | undefined {
  const earned = account && prompt === 'login' ? earnedBy(account, used) : 0;
  return earned >= least && earned !== 0 ? earned : undefined;
}

/** 303, so that a browser never posts a password again to where it is sent (RFC 9700 §4.12). */
/** An app that asks for consent by `prompt=consent` wants all of it decided again; otherwise only what is new. */
export function undecidedIn({ reasons, details }: Interaction['prompt']): string[] | undefined {
  if (reasons.every((reason) => reason === 'rar_prompt')) return [];
  if (reasons.includes('consent_prompt')) return undefined;
  const { missingOIDCScope: scopes, missingOIDCClaims: claims } = details as Record<string, string[] | undefined>;
  const access = Object.entries((details.missingResourceScopes ?? {}) as Record<string, string[]>).flatMap(
    ([resource, missing]) => missing.map((scope) => accessItem({ resource, scope })),
  );
  return scopes || claims || access.length > 0 ? [...(scopes ?? []), ...(claims ?? []), ...access] : undefined;
}
