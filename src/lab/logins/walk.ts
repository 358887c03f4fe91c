import type { Context } from 'koa';
import type { InteractionResults } from 'oidc-provider';
import { type Account, barOf } from '../../accounts/accounts.ts';
import { problem } from '../../errors.ts';
import { acrOf, type AuthenticationLevel, amrOf, earnedBy, type Method } from '../../levels.ts';
import { askPhone } from '../../login/ask.ts';
import { undecidedIn } from '../../login/walk.ts';
import { reachOf, stepsFrom } from '../../login/order.ts';
import type { Approved, Interaction } from '../../login/progress.ts';
import type { Login, Outcome } from '../../login/step.ts';
import { needOf, transactionOf } from '../../oidc/policy.ts';
import type { Bench } from '../bench.ts';
import type { Answer } from './in-process.ts';

/** Who signs in, and what they do on the way. */
export interface Walker {
  account: Account;
  /** What they sign in by; what reaches the level that is asked for unless told. */
  methods?: readonly Method[] | undefined;
  /** Purposes that they do not agree to. */
  refuse: readonly string[];
  outcome: 'granted' | 'access_denied' | 'cancelled';
}

/** Where it ended: what the browser was answered last, and its cookies as they were set, by name. */
export interface Arrived {
  answer: Answer;
  cookies: ReadonlyMap<string, string>;
}

/** What somebody signs in by who wants this level and no more. */
const usual: Record<AuthenticationLevel, Method[]> = {
  1: ['password'],
  2: ['password', 'otp'],
  3: ['phone', 'face'],
  4: ['phone', 'passcode', 'face'],
};
/** Pages in a row after which a request leads nowhere. */
const most = 6;
/** Stands for a browser where a step would ask it. */
const noBrowser = { get: () => '' } as unknown as Context;
/** Marks in the audit what nobody did by hand. */
const by = { through: 'control' as const, address: 'control' };

/**
 * Walks an authorization request to its end as a browser would, with the pages left out: where the hub would show one, the
 * same steps decide what comes of it. Nothing is hashed, and nobody is slowed down.
 * @throws VneidError `account.barred`, `login.methods`, and those of a phone that approves
 */
export async function walk(bench: Bench, address: string, walker: Walker): Promise<Arrived> {
  const cookies = new Map<string, string>();
  const visit = async (to: string) => {
    const cookie = [...cookies.values()].map((line) => line.split(';', 1)[0]).join('; ');
    const answer = await bench.inProcess.ask({ address: to, headers: { cookie } });
    for (const line of answer.cookies) keep(cookies, line);
    return answer;
  };

  let answer = await visit(address);
  for (let pages = 0; ; pages += 1) {
    const interaction = await interactionIn(bench, answer);
    if (!interaction) return { answer, cookies };
    const { name, reasons } = interaction.prompt;
    if (pages === most) throw new Error(`${name} is asked for without end: ${reasons.join(', ')}`);
    const result = name === 'login' ? signIn(bench, interaction, walker) : agree(bench, interaction, walker);
    interaction.result = { ...interaction.lastSubmission, ...(await result) };
    await interaction.save(interaction.exp - Math.floor(bench.clock.now() / 1000));
    answer = await visit(interaction.returnTo);
  }
}

/** The page that the browser is sent to, when it is one of a login. */
async function interactionIn({ issuer, provider }: Bench, { location = '' }: Answer): Promise<Interaction | undefined> {
  const { href } = new URL(location, issuer);
  const [, uid] = href.startsWith(issuer) ? (/^\/login\/([^/?]+)$/.exec(href.slice(issuer.length)) ?? []) : [];
  return uid === undefined ? undefined : provider().Interaction.find(uid);
}

/** Proves who they are, or does not. */
async function signIn(bench: Bench, interaction: Interaction, walker: Walker): Promise<InteractionResults> {
  const { clock, consents, events, steps } = bench;
  const { login, account, means } = await at(bench, interaction, walker);
  const { uid, client, need } = login;
  const about = { uid, client: client.id, account: account.id };
  const bar = barOf(account);
  if (bar) {
    events.emit('login.failed', { ...about, ...by, method: 'control', reason: bar });
    throw problem('account.barred');
  }
  const optional = client.purposes.filter(({ required }) => !required).map(({ id }) => id);
  if (!walker.refuse.every((id) => optional.includes(id)))
    throw problem('request.badField', {
      field: 'refuse',
      expected: {
        vi: `một số trong: ${optional.join(', ') || 'không có gì'}`,
        en: `some of: ${optional.join(', ') || 'none'}`,
      },
    });
  // who has agreed before is asked nothing later on
  const refusesHere = walker.outcome === 'access_denied' && (await consents.current(account.id, client.id));
  if (walker.outcome === 'cancelled' || refusesHere) {
    events.emit('login.refused', { ...about, through: by.through, reason: 'cancelled at login' });
    return { error: 'access_denied', error_description: 'the citizen cancelled the sign-in' };
  }
  const situation = { prompt: 'login', account, used: [], need, means, transaction: false, undecided: true };
  if (stepsFrom(situation)[0] === 'unmet') return ended(await steps.unmet.submit(login, form()));

  const reach = reachOf(account, [], means);
  const used = walker.methods ?? usual[(need.wanted < reach ? need.wanted : reach) as AuthenticationLevel];
  const earned = earnedBy(account, used);
  if (earned < need.least) throw problem('login.methods', { earned, least: need.least });
  const [acr, amr] = [acrOf(earned as AuthenticationLevel), amrOf(used)];
  events.emit('login.succeeded', { ...about, ...by, acr, amr });
  return {
    login: { accountId: account.id, acr, amr, remember: true, ts: Math.floor(clock.now() / 1000) },
  };
}

/** Agrees to what is asked, or does not; what is approved on the phone is approved there. */
async function agree(bench: Bench, interaction: Interaction, walker: Walker): Promise<InteractionResults> {
  const { login, account, means } = await at(bench, interaction, walker);
  const { client, need, transaction, undecided } = login;
  let approved: Approved | undefined;
  if (transaction && walker.outcome === 'granted') {
    const situation = { prompt: 'consent', account, used: [], need, means, transaction: true, undecided: false };
    if (stepsFrom(situation)[0] === 'unmet') return ended(await bench.steps.unmet.submit(login, form()));
    approved = await approve(bench, login);
  }
  if (undecided?.length === 0 && walker.outcome === 'granted')
    return { consent: { grantId: interaction.grantId }, approved };
  const decision = walker.outcome === 'granted' ? 'allow' : 'deny';
  const ticked = client.purposes.map(({ id }) => id).filter((id) => !walker.refuse.includes(id));
  return {
    ...ended(await bench.steps.consent.submit(login, form({ decision }, ticked))),
    ...(approved && { approved }),
  };
}

/** Says yes on the phone to what it shows. */
async function approve({ approvals, phoneOf, steps }: Bench, login: Login): Promise<Approved> {
  const { id, level } = await askPhone(approvals, login, 'transaction');
  const factors = [...(level === 3 ? [] : ['passcode' as const]), ...(level >= 3 ? ['face' as const] : [])];
  await phoneOf((login.account as Account).number).approve({ approval: id, factors });
  const outcome = await steps.transaction.submit(login, form());
  if (outcome.kind !== 'approved') throw problem('approval.expired');
  return outcome.approved;
}

/** The walk as the hub hands it to a step. */
async function at({ accounts, clients, phones }: Bench, { uid, params, prompt }: Interaction, walker: Walker) {
  const client = clients.get(String(params.client_id));
  if (!client) throw problem('client.unknown', { client: String(params.client_id) });
  // as it is now: it may have been locked on the way
  const account = (await accounts.byId(walker.account.id)) ?? walker.account;
  const means = { code: account.phone !== null, phone: (await phones.active(account.id)) !== undefined };
  const login: Login = {
    ...by,
    uid,
    ctx: noBrowser,
    page: () => ({ language: String(params.ui_locales ?? '').startsWith('en') ? 'en' : 'vi', path: '' }),
    client,
    params,
    undecided: undecidedIn(prompt),
    need: needOf(params, client),
    account,
    used: [],
    ways: [],
    enough: undefined,
    transaction: transactionOf(params),
    elsewhere: false,
    csrf: '',
  };
  return { login, account, means };
}

function form(fields: Record<string, string> = {}, ticked: string[] = []) {
  return { fields: new Map(Object.entries(fields)), all: () => ticked };
}

/** What a step has to say to the provider. */
function ended(outcome: Outcome): InteractionResults {
  if (outcome.kind !== 'finish') throw new Error(`a step that ends a sign-in said ${outcome.kind}`);
  return outcome.result;
}

/** A browser's cookies, without their paths: there is one login. */
function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (value === '') cookies.delete(name);
  else cookies.set(name, line);
}
