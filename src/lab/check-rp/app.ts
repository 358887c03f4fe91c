import type { Browser } from 'playwright-core';
import type { Lab } from './lab.ts';
import { comesToShow, type Mark } from './mark.ts';
import type { People } from './people.ts';
import { type End, type Entrance, open, signIn } from './sign-in.ts';
import { type Cookies, forgetProvider, newVisitor, providerCookies, type Visitor } from './visitor.ts';

/** What there is to work with. */
export interface Tools {
  browser: Browser;
  lab: Lab;
  people: People;
  /** What begins a login at the app. */
  start: string;
  /** Text or selector by which somebody is seen to be logged in, when it was given. */
  loggedIn: string | undefined;
  entrance: Entrance;
  /** Milliseconds that one page may take. */
  limit: number;
}

/** The app that is checked, as it was got to know in proper logins. */
export interface App extends Tools {
  client: string;
  mark: Mark;
  /** Milliseconds after which a page shows the mark, or will not. */
  patience: number;
  /** An address of the app where the mark is seen whenever somebody is logged in. */
  place: string | undefined;
  /** Where the provider sends browsers back to, without the query; nothing when that was never seen. */
  callback: string | undefined;
  /** What it sends that a deviation may be about, and whether it asks userinfo. */
  uses: { nonce: boolean; state: boolean; userinfo: boolean };
}

/** A browser that has walked from the app to the provider and, with luck, back. */
export interface Arrived {
  visitor: Visitor;
  end: End;
}

/** Logs in with a session of the one whose turn it is, or anew; goes to the next when one has had too many codes. */
export async function logIn(tools: Tools, session: Cookies = tools.people.session): Promise<Arrived> {
  const { browser, lab, people } = tools;
  const visitor = await newVisitor(browser, lab, session);
  const end = await walk(visitor, tools);
  if (end.at === 'provider' && end.status === 429 && people.next()) {
    await visitor.context.close();
    return logIn(tools);
  }
  return { visitor, end };
}

/** Once more in the same browser, as a person would after something failed. */
export async function logInAgain(visitor: Visitor, tools: Tools): Promise<Arrived> {
  await visitor.context.addCookies(tools.people.session);
  return { visitor, end: await walk(visitor, tools) };
}

async function walk(visitor: Visitor, tools: Tools): Promise<End> {
  const { people } = tools;
  const end = await signIn(visitor, { ...tools, person: people.now });
  if (end.at === 'app' && people.session.length === 0) people.session = await providerCookies(visitor);
  return end;
}

/** Whether this browser is seen to be logged in: where it stands, or where that can be seen. */
export async function isLoggedIn(arrived: Arrived, app: App): Promise<boolean> {
  return (await showsHere(arrived, app)) || (await showsElsewhere(arrived.visitor, app));
}

export async function showsHere({ visitor, end }: Arrived, { mark, patience }: App): Promise<boolean> {
  return end.at === 'app' && (await comesToShow(visitor.page, mark, patience));
}

/** Whether it is seen at the place of the app where it can be. */
export async function showsElsewhere(visitor: Visitor, { place, limit, mark, patience }: App): Promise<boolean> {
  if (place === undefined) return false;
  // a place for those who are logged in may begin a login, which must not succeed by itself
  await forgetProvider(visitor);
  await open(visitor.page, place, limit);
  return comesToShow(visitor.page, mark, patience);
}

/** Whether one proper login works. */
export async function logsIn(app: App): Promise<boolean> {
  const arrived = await logIn(app);
  await using visitor = arrived.visitor;
  return arrived.end.at === 'app' && (await isLoggedIn({ visitor, end: arrived.end }, app));
}
