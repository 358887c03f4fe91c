import { setTimeout as pause } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { authorization, redemption } from '../bench/client.ts';
import { logIn } from './ours.ts';
import { type Line, openLine, Visitor } from '../bench/visitor.ts';
import { Browser } from '../support/browser.ts';
import { highParty, pushedRequest } from '../support/high-client.ts';
import { redeem, signIn } from '../support/relying-party.ts';
import { createHistory, type History, type Said } from './history.ts';
import type { World } from './world.ts';

/** Citizens who register, sign in, get tokens and renew them, while something goes wrong. */
export interface Load extends AsyncDisposable {
  history: History;
  /** Lets those under way finish; nobody comes after. */
  stop(): Promise<void>;
  /** Brings every code once more that was accepted since a moment, to any instance. */
  replay(since: number): Promise<void>;
}

export interface Crowd {
  /** How many come to an app of the baseline class at the same time, each as soon as the one before is done … */
  baseline?: number;
  /** … and to one of the high class. */
  high?: number;
  /** Milliseconds between one who comes and the next at the same place; as soon as the one before is done unless said. */
  every?: number;
  /** One in so many brings the same code to all instances at once. */
  races?: number;
}

const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' };

export function startLoad(world: World, { baseline = 6, high = 0, every = 0, races = 3 }: Crowd = {}): Load {
  const history = createHistory();
  const front = openLine(world.issuer, 64);
  const direct = world.members.map((member) => ({ member, line: openLine(member.origin, 16) }));
  const upLines = () => direct.filter(({ member }) => member.up).map(({ line }) => line);
  /** How each code that was accepted is brought again. */
  const again = new Map<string, { at: number; bring: () => Promise<unknown> }>();
  let going = true;
  let turn = 0;

  const token = (line: Line, body: string) => async (): Promise<Said> => {
    const { status, body: text } = await line.send('POST', '/token', form, body);
    const answer = (text.startsWith('{') ? JSON.parse(text) : {}) as { error?: string; refresh_token?: string };
    return { status, error: answer.error, brought: answer.refresh_token };
  };
  const redeemAt = (line: Line, code: string) =>
    history.note({ kind: 'code', subject: code, client: 'baseline' }, token(line, redemption(code)));
  const refreshAt = (line: Line, held: string) =>
    history.note(
      { kind: 'refresh', subject: held, client: 'baseline' },
      token(line, `grant_type=refresh_token&refresh_token=${held}`),
    );

  /** A new citizen with an account, as the lab takes them in. */
  async function register(): Promise<{ number: string; password: string; account: string } | undefined> {
    let person: { number: string; account: string } | undefined;
    await history.note({ kind: 'registration', subject: '(none)', client: 'baseline' }, async () => {
      const told = { name: 'Trần Thị Diễn Tập', sex: 'female', birthDate: '1990-05-17', account: {} };
      const headers = { 'content-type': 'application/json' };
      const reply = await front.send('POST', '/lab/api/citizens', headers, JSON.stringify(told));
      if (reply.status !== 201) return { status: reply.status, error: reply.body.slice(0, 120) };
      const { citizen, account } = JSON.parse(reply.body) as { citizen: { number: string }; account: { id: string } };
      person = { number: citizen.number, account: account.id };
      return { status: 201, subject: account.id };
    });
    return person && { ...person, password: 'Hanoi@2024' };
  }

  async function visit(): Promise<boolean> {
    const person = await register();
    if (!person) return false;
    let code = '';
    const login = { kind: 'login', subject: person.account, client: 'baseline' } as const;
    const signedIn = await history.note(login, async () => {
      code = await logIn(front, new Visitor(front), { person, mayConsent: true });
      return { status: 200 };
    });
    if (!signedIn) return false;
    turn += 1;
    if (races > 0 && turn % races === 0) {
      // all at once: one may win, and whoever lost has taken its tokens away
      await Promise.all(upLines().map((line) => redeemAt(line, code)));
      return true;
    }
    const tokens = await redeemAt(front, code);
    if (!tokens?.brought) return false;
    again.set(code, { at: performance.now(), bring: () => redeemAt(front, code) });
    const next = await refreshAt(front, tokens.brought);
    if (!next?.brought) return false;
    // two tabs of one app, at two instances
    const both = await Promise.all(upLines().map((line) => refreshAt(line, next.brought ?? '')));
    return both.every((one) => one !== undefined);
  }

  async function visitHigh(): Promise<boolean> {
    const person = await register();
    if (!person) return false;
    const party = await highParty({ issuer: world.issuer }, world.high);
    const request = await pushedRequest(party.configuration);
    let url = request.url;
    const login = { kind: 'login', subject: person.account, client: 'high' } as const;
    const signedIn = await history.note(login, async () => {
      const page = await signIn({ issuer: world.issuer }, new Browser(), request.url, person);
      url = page.url;
      return { status: 200 };
    });
    if (!signedIn) return false;
    const code = url.searchParams.get('code') ?? '';
    const bring = () =>
      history.note({ kind: 'code', subject: code, client: 'high' }, () =>
        said(redeem(party.configuration, { ...request, url }, party.dpop)),
      );
    if (!(await bring())) return false;
    again.set(code, { at: performance.now(), bring });
    return true;
  }

  /** Comes again and again; who was not served waits as long as a person needs to press a button. */
  async function comeAndGo(visiting: () => Promise<boolean>): Promise<void> {
    while (going) {
      const next = pause(every);
      if (!(await visiting().catch(() => false))) await pause(50);
      await next;
    }
  }
  const lanes = [
    ...Array.from({ length: baseline }, () => comeAndGo(visit)),
    ...Array.from({ length: high }, () => comeAndGo(visitHigh)),
  ];

  async function stop(): Promise<void> {
    going = false;
    await Promise.all(lanes);
  }

  return {
    history,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      for (const line of [front, ...direct.map((one) => one.line)]) line.close();
    },
    async replay(since) {
      const recent = [...again.values()].filter(({ at }) => at >= since);
      for (let from = 0; from < recent.length; from += 8)
        await Promise.all(recent.slice(from, from + 8).map(({ bring }) => bring()));
    },
  };
}

/** What openid-client made of an answer, as the history has it. */
async function said(answer: Promise<oidc.TokenEndpointResponse>): Promise<Said> {
  try {
    return { status: 200, brought: (await answer).refresh_token };
  } catch (cause) {
    if (cause instanceof oidc.ResponseBodyError) return { status: cause.status, error: cause.error };
    throw cause;
  }
}
