import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Lab } from './lab.ts';

/** The cookies of a browser, as Playwright keeps them. */
export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** What the browser was sent back to the app with. */
export interface Callback {
  url: string;
  /** Of a form that the provider has the browser post. */
  body: string | undefined;
}

/** A browser of its own, without anything from before but what it is given, and what was seen on its way. */
export interface Visitor extends AsyncDisposable {
  context: BrowserContext;
  page: Page;
  /** Status of the newest document. */
  status: number | undefined;
  /** How the app asked for a sign-in: the parameters of its newest request. */
  asked: URLSearchParams | undefined;
  /** Whether that has led to a page, of the provider's or beyond. */
  sent: boolean;
  /** Where it was then sent back to. */
  callback: Callback | undefined;
}

/** @param session the provider's cookies of somebody who is signed in there */
export async function newVisitor(browser: Browser, lab: Lab, session: Cookies = []): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'vi-VN', ignoreHTTPSErrors: true });
  await context.addCookies(session);
  const page = await context.newPage();
  const visitor: Visitor = {
    context,
    page,
    status: undefined,
    asked: undefined,
    sent: false,
    callback: undefined,
    [Symbol.asyncDispose]: () => context.close(),
  };
  const isDocument = (request: Request) => request.isNavigationRequest() && request.frame() === page.mainFrame();
  page.on('request', (request) => {
    if (!isDocument(request)) return;
    const address = request.url();
    const sent: Callback = { url: address, body: request.postData() ?? undefined };
    if (lab.isAuthorization(address)) {
      visitor.asked = parametersOf(sent);
      visitor.callback = undefined;
    } else if (visitor.asked && !visitor.callback && !lab.isProvider(address) && isCallback(sent)) {
      visitor.callback = sent;
    }
  });
  page.on('framenavigated', (frame) => {
    visitor.sent ||= frame === page.mainFrame() && visitor.asked !== undefined;
  });
  page.on('response', (response) => {
    if (isDocument(response.request())) visitor.status = response.status();
  });
  return visitor;
}

/** The cookies that are the provider's own, of all that this browser has. */
export async function providerCookies({ context }: Visitor): Promise<Cookies> {
  return (await context.cookies()).filter(({ name }) => ownCookie.test(name));
}

/** Takes them away: what is opened next cannot sign anybody in silently. */
export async function forgetProvider({ context }: Visitor): Promise<void> {
  await context.clearCookies({ name: ownCookie });
}

/** One host may have several servers, and cookies know no ports. */
const ownCookie = /^(__Host-|__Secure-)?vneid\./;

/** Whether it brings an answer of RFC 6749 §4.1.2, or one in a JWT (JARM). */
export function isCallback(sent: Callback): boolean {
  const parameters = parametersOf(sent);
  return ['code', 'error', 'response'].some((name) => parameters.has(name));
}

function parametersOf({ url, body }: Callback): URLSearchParams {
  return new URLSearchParams([...new URL(url).searchParams, ...new URLSearchParams(body)]);
}
