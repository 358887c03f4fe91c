import Router from '@koa/router';
import type { Context } from 'koa';
import type { InteractionResults, Provider } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Throttle } from '../accounts/throttle.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import { acrOf, amrOf, type AuthenticationLevel, ceilingOf, levelOf, type Method, methodsOfAmr } from '../levels.ts';
import type { Clients } from '../oidc/clients.ts';
import { errors } from '../oidc/library.ts';
import { needOf } from '../oidc/policy.ts';
import { endSession } from '../oidc/sessions.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { type FormTokens, readForm } from '../web/forms.ts';
import { bodyOf, pageOf } from '../web/language.ts';
import { allowFormsTo } from '../web/security.ts';
import type { KnownBrowsers } from './browsers.ts';
import type { Login, Outcome, Step } from './step.ts';

/**
 * The hub of a login: it alone knows the order of the steps. The provider sends a browser to `/login/<uid>`; the hub
 * decides the next step from what has been proven, lets that step show its page and judge what comes back, and when
 * enough is proven tells the provider and lets go.
 *
 *     GET  /login/:uid          the page of the next step
 *     POST /login/:uid/:step    what was typed into it; a step that is not the next one is not heard
 *     POST /login/:uid/cancel   back to the relying party with access_denied
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
  steps: Record<StepName, Step>;
  throttle: Throttle;
}

export type StepName = 'password' | 'otp' | 'unmet' | 'consent';

/** What is kept between two requests of one walk, under its uid. */
interface Progress {
  accountId?: string;
  used: Method[];
  /** Steps whose `enter` has run. */
  entered: StepName[];
}

interface Walk {
  login: Login;
  progress: Progress;
  prompt: string;
  interaction: Interaction;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The next step, or 'done' when enough is proven. The whole order of a login is this function. */
export function nextStep(
  prompt: string,
  { account, used, need }: Pick<Login, 'account' | 'used' | 'need'>,
): StepName | 'done' {
  if (prompt === 'consent') return 'consent';
  if (!account) return 'password';
  const ceiling = ceilingOf(account.level);
  if (need.least > ceiling) return 'unmet';
  const aim = need.wanted < ceiling ? need.wanted : ceiling;
  if (levelOf(used) >= aim) return 'done';
  if (!used.includes('password')) return 'password';
  if (!used.includes('otp') && account.phone !== null) return 'otp';
  return levelOf(used) >= need.least ? 'done' : 'unmet';
}

export function loginRoutes(parts: HubParts): Router {
  const { artifacts, accounts, browsers, clients, clock, events, formTokens, steps, throttle } = parts;
  const router = new Router();

  router.get('/login/:uid', async (ctx) => {
    const walk = await open(ctx);
    const step = nextStep(walk.prompt, walk.login);
    if (step === 'done') return finishLogin(walk);
    const refused = await enter(walk, step);
    await (refused ? follow(walk, step, refused) : show(walk, step));
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

  router.post('/login/:uid/:step', async (ctx) => {
    const form = await readForm(ctx);
    const walk = await open(ctx);
    formTokens.check(walk.login.uid, form.fields.get('csrf'));
    const due = nextStep(walk.prompt, walk.login);
    // an earlier or later step, from a back button or a guess, changes nothing: the page that is due is shown
    if (due === 'done' || ctx.params.step !== due) return redirect(ctx, `/login/${walk.login.uid}`);
    await follow(walk, due, await steps[due].submit(walk.login, form));
  });

  async function follow(walk: Walk, step: StepName, outcome: Outcome): Promise<void> {
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
        return redirect(login.ctx, `/login/${login.uid}`);
      case 'proved': {
        // a walk belongs to whom it began with; another person starts their own
        if (login.account && login.account.id !== outcome.account.id) throw problem('login.expired');
        login.account = outcome.account;
        login.used = progress.used = [...progress.used, outcome.method];
        progress.accountId = outcome.account.id;
        if (nextStep(walk.prompt, login) === 'done') return finishLogin(walk);
        await save(walk);
        return redirect(login.ctx, `/login/${login.uid}`);
      }
    }
  }

  /** The walk that this browser is on: its address and its cookie have to agree (session fixation, CVE-2026-7507). */
  async function open(ctx: Context): Promise<Walk> {
    const interaction = await parts
      .provider()
      .interactionDetails(ctx.req, ctx.res)
      .catch((cause) => {
        throw cause instanceof errors.SessionNotFound ? problem('login.expired') : cause;
      });
    const client = clients.get(String(interaction.params.client_id));
    if (!client || interaction.uid !== ctx.params.uid) throw problem('login.expired');
    const progress = await load(interaction);
    const account = progress.accountId ? await accounts.byId(progress.accountId) : undefined;
    // locked since this walk began, and nobody is told so
    if (progress.accountId && !(account && usable(account))) throw problem('login.expired');
    const login: Login = {
      uid: interaction.uid,
      ctx,
      page: pageOf(ctx, interaction.params.ui_locales),
      client,
      params: interaction.params,
      undecided: undecidedIn(interaction.prompt),
      need: needOf(interaction.params.acr_values, client),
      account,
      used: progress.used,
      address: ctx.ip,
      csrf: formTokens.make(interaction.uid),
    };
    allowFormsTo(ctx, [...client.addresses, String(interaction.params.redirect_uri ?? '')]);
    ctx.set('Cache-Control', 'no-store');
    return { login, progress, prompt: interaction.prompt.name, interaction };
  }

  async function load(interaction: Interaction): Promise<Progress> {
    const kept = (await artifacts.get('Login', interaction.uid)) as Progress | undefined;
    if (kept) return { accountId: kept.accountId, used: kept.used, entered: kept.entered } as Progress;
    const { session, prompt } = interaction;
    // a session that only has to be raised keeps what it has proven; any other reason starts from nothing
    const raising = prompt.name === 'consent' || (prompt.reasons.length === 1 && prompt.reasons[0] === 'acr_step_up');
    return session?.accountId && raising
      ? { accountId: session.accountId, used: methodsOfAmr(session.amr ?? []), entered: [] }
      : { used: [], entered: [] };
  }

  async function save({ login, progress, interaction }: Walk): Promise<void> {
    await artifacts.put('Login', login.uid, { ...progress }, interaction.exp);
  }

  /** What a step does when it is first come to; when it may not, its page says so and the next look tries again. */
  async function enter(walk: Walk, step: StepName): Promise<Outcome | undefined> {
    const { login, progress } = walk;
    const run = steps[step].enter;
    if (!run || progress.entered.includes(step)) return undefined;
    const before = { ...progress };
    progress.entered = [...progress.entered, step];
    await save(walk);
    try {
      await run(login);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof VneidError)) throw thrown;
      await save({ ...walk, progress: before });
      const { status, headers } = thrown;
      return { kind: 'retry', retry: { status, headers, problem: thrown.explain(login.page.language) } };
    }
  }

  async function show({ login }: Walk, step: StepName, again?: Parameters<Step['show']>[1]): Promise<void> {
    const html = await steps[step].show(login, again);
    login.ctx.type = 'html';
    login.ctx.body = bodyOf(html);
  }

  /** Enough is proven: the provider gets the level that was really earned. */
  async function finishLogin(walk: Walk): Promise<void> {
    const { login } = walk;
    const account = login.account as Account;
    const level = levelOf(login.used) as AuthenticationLevel;
    const [acr, amr] = [acrOf(level), amrOf(login.used)];
    await throttle.succeeded({
      login: account.number,
      address: login.address,
      browser: browsers.nameFor(login.ctx, account.number),
      places: [],
    });
    browsers.remember(login.ctx, account.number);
    await artifacts.remove('Login', login.uid);
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
      login: { accountId: account.id, acr, amr, remember: true, ts: Math.floor(clock.now() / 1000) },
    });
  }

  /** Two people on one browser: the second never gets what the first one had. */
  async function endSessionOfAnother({ login, interaction }: Walk): Promise<void> {
    const { session } = interaction;
    if (!session || session.accountId === login.account?.id) return;
    await endSession(parts.provider(), artifacts, session.cookie);
    events.emit('session.ended', { account: session.accountId });
    interaction.session = undefined;
  }

  async function finish({ login: { ctx }, interaction }: Walk, result: InteractionResults): Promise<void> {
    // what the library's interactionResult() does, without looking the interaction up a second time
    interaction.result = { ...interaction.lastSubmission, ...result };
    await interaction.save(interaction.exp - Math.floor(clock.now() / 1000));
    redirect(ctx, interaction.returnTo);
  }

  return router;
}

/** 303, so that a browser never posts a password again to where it is sent (RFC 9700 §4.12). */
function redirect(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.set('Location', address);
  ctx.body = '';
}

/** An app that asks for consent by `prompt=consent` wants all of it decided again; otherwise only what is new. */
function undecidedIn({ reasons, details }: Interaction['prompt']): string[] | undefined {
  return reasons.includes('consent_prompt') ? undefined : (details.missingOIDCScope as string[] | undefined);
}
