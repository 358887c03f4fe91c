import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Phones } from '../accounts/phones.ts';
import { problem } from '../errors.ts';
import { type AuthenticationLevel, earnedBy, levelOf, type Method } from '../levels.ts';
import { accessItem } from '../oidc/claims/access.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import { errors } from '../oidc/library.ts';
import { type Need, needOf, transactionOf } from '../oidc/policy.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { FormTokens } from '../web/forms.ts';
import { type Page, pageOf } from '../web/language.ts';
import { type StepName, stepsFrom } from './order.ts';
import { beginning, type Interaction, keptProgress, type Progress } from './progress.ts';
import type { Login } from './step.ts';

/** The way of one browser through a login, as far as it has come. */
export interface Walk {
  login: Login;
  progress: Progress;
  /** What the library asks for: `login`, `consent`, `rar_prompt`. */
  prompt: string;
  interaction: Interaction;
  /** Whether the store has something of it. */
  kept: boolean;
}

export interface WalksParts {
  provider: () => Provider;
  accounts: Accounts;
  artifacts: ArtifactStore;
  clients: Clients;
  formTokens: FormTokens;
  phones: Phones;
}

export interface Walks {
  /**
   * The walk that this browser is on: its address and its cookie have to agree (session fixation, CVE-2026-7507).
   * @throws VneidError `login.expired`
   */
  open(ctx: Context): Promise<Walk>;
  /** The walk that begins with this very request. @throws VneidError `login.expired` */
  begin(ctx: Context, interaction: Interaction): Promise<Walk>;
  /** The steps that may come now, in their order. */
  waysOf(prompt: string, login: Omit<Login, 'ways'>): Promise<StepName[]>;
}

export function createWalks({ provider, accounts, artifacts, clients, formTokens, phones }: WalksParts): Walks {
  async function waysOf(prompt: string, login: Omit<Login, 'ways'>): Promise<StepName[]> {
    const { account, used, need, undecided, transaction } = login;
    const waits = { transaction: transaction !== undefined, undecided: undecided?.length !== 0 };
    const enough = account && levelOf(used) >= need.wanted && !waits.transaction;
    // whether there is a phone is asked only when it matters
    const phone = account && !enough ? (await phones.active(account.id)) !== undefined : false;
    return stepsFrom({ prompt, account, used, need, ...waits, means: { code: Boolean(account?.phone), phone } });
  }

  async function goOn(ctx: Context, interaction: Interaction, kept?: Progress): Promise<Walk> {
    const client = clients.get(String(interaction.params.client_id));
    if (!client) throw problem('login.expired');
    const progress = kept ?? beginning(interaction);
    const account = progress.accountId ? await accounts.byId(progress.accountId) : undefined;
    // locked since this walk began, and nobody is told so
    if (progress.accountId && !(account && usable(account))) throw problem('login.expired');
    const prompt = interaction.prompt.name;
    const need = needOf(interaction.params, client);
    const { params } = interaction;
    let page: Page | undefined;
    const login: Login = {
      uid: interaction.uid,
      ctx,
      // no getter: V8 keeps the accessors of an object out of reach of its small collections, and with them all that they
      // see, which is the whole request
      page: () => (page ??= pageOf(ctx, params.ui_locales)),
      client,
      params,
      undecided: undecidedIn(interaction.prompt),
      need,
      account,
      used: progress.used,
      ways: [],
      enough: enoughOf(prompt, account, progress.used, need),
      transaction: progress.approved ? undefined : transactionOf(interaction.params),
      address: ctx.ip,
      elsewhere: interaction.deviceCode !== undefined,
      csrf: formTokens.make(interaction.uid),
    };
    ctx.set('Cache-Control', 'no-store');
    login.ways = await waysOf(prompt, login);
    return { login, progress, prompt, interaction, kept: kept !== undefined };
  }

  /** Whether the answer goes to an address of the app still: it was looked at when the walk began, and never again. */
  async function leadsBack({ client_id: id, redirect_uri: back }: Interaction['params']): Promise<boolean> {
    if (back === undefined) return true;
    const client = await provider().Client.find(String(id));
    return client?.redirectUriAllowed(String(back)) === true;
  }

  return {
    begin: goOn,
    waysOf,
    async open(ctx) {
      // asked for at once, for a store may be far away
      const [interaction, kept] = await Promise.all([
        provider()
          .interactionDetails(ctx.req, ctx.res)
          .catch((cause) => {
            throw cause instanceof errors.SessionNotFound ? problem('login.expired') : cause;
          }),
        keptProgress(artifacts, String(ctx.params.uid)),
      ]);
      if (interaction.uid !== ctx.params.uid) throw problem('login.expired');
      if (!(await leadsBack(interaction.params))) throw problem('login.expired');
      return goOn(ctx, interaction, kept);
    },
  };
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
