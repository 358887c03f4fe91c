import { problem } from '../../errors.ts';
import { type App, type Arrived, logIn, type Tools } from './app.ts';
import { comesToShow, learnMark, type Mark, shows, textOf } from './mark.ts';
import { open } from './sign-in.ts';
import { newVisitor, type Visitor } from './visitor.ts';

/** Milliseconds in which a page comes to rest, when it is not known how long it takes. */
const long = 10_000;

/**
 * Gets to know the app: logs in properly, sees what shows it and what a stranger sees, and how long pages take.
 * @throws VneidError `check.notBegun`, `check.notLoggedIn`, `check.nothingNew`, `check.notSeen`, `check.alwaysSeen`
 */
export async function getToKnow(tools: Tools): Promise<App> {
  const { people } = tools;
  const first = await arrive(tools);
  await using one = first.visitor;
  let second = await arrive(tools);
  // an app that has everybody sign in anew gets another person, so that nothing of the first becomes the mark
  if (second.end.typed && people.next()) {
    await second.visitor.context.close();
    second = await arrive(tools);
  }
  await using two = second.visitor;
  await Promise.all([rest(one), rest(two)]);
  const addresses = placesOf(one);
  const mark = await markOf(tools, [one, two], addresses);
  const place = await firstThatShows(mark, addresses, two, tools.limit);
  const app: App = {
    ...tools,
    client: one.asked?.get('client_id') ?? '',
    callback: one.callback && withoutQuery(one.callback.url),
    mark,
    place,
    patience: long,
    uses: { ...sentBy(one), userinfo: false },
  };
  return { ...app, ...(await measure(app)) };
}

/** A proper login. */
async function arrive(tools: Tools): Promise<Arrived & { end: { at: 'app' } }> {
  const { visitor, end } = await logIn(tools);
  if (end.at === 'start')
    throw problem('check.notBegun', {
      start: tools.start,
      where: withoutQuery(visitor.page.url()),
      issuer: tools.lab.issuer,
    });
  if (end.at !== 'app') {
    const found = end.at === 'provider' ? `${end.status} ${end.text}` : end.reason;
    throw problem('check.notLoggedIn', {
      where: withoutQuery(visitor.page.url()),
      found,
      citizen: tools.people.now.number,
    });
  }
  return { visitor, end };
}

/** A page that never rests, such as one that listens for news, has had its time. */
async function rest({ page }: Visitor): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: long / 2 }).catch(() => undefined);
}

/**
 * How the app shows that somebody is logged in, held against what a stranger sees at the same addresses, and when a
 * login has failed.
 */
async function markOf(tools: Tools, [one, two]: [Visitor, Visitor], addresses: string[]): Promise<Mark> {
  const { loggedIn, lab, people } = tools;
  const given: Mark | undefined = loggedIn === undefined ? undefined : { by: 'given', what: [loggedIn] };
  const where = withoutQuery(one.page.url());
  if (given && !(await shows(one.page, given))) throw problem('check.notSeen', { mark: loggedIn ?? '', where });
  const failed = `${withoutQuery(one.callback?.url ?? tools.start)}?error=access_denied`;
  const outside: string[] = [];
  for (const address of [...addresses, failed]) {
    await using stranger = await newVisitor(tools.browser, lab);
    await open(stranger.page, address, tools.limit);
    if (given && (await shows(stranger.page, given)))
      throw problem('check.alwaysSeen', { mark: loggedIn ?? '', where: address });
    outside.push(await textOf(stranger.page));
  }
  if (given) return given;
  const inside = await Promise.all([one, two].map(({ page }) => textOf(page)));
  const mark = learnMark({ inside, outside, names: await people.names(lab) });
  if (!mark) throw problem('check.nothingNew', { where });
  return mark;
}

async function firstThatShows(
  mark: Mark,
  addresses: string[],
  { page }: Visitor,
  limit: number,
): Promise<string | undefined> {
  for (const address of addresses) {
    await open(page, address, limit);
    if (await comesToShow(page, mark, long / 2)) return address;
  }
  return undefined;
}

/** How long the mark takes to come, and whether userinfo is asked on the way. */
async function measure(app: App): Promise<Pick<App, 'patience' | 'uses'>> {
  const { client, lab, mark, uses } = app;
  const fault = await lab.set({ fault: 'endpoint.slow', endpoint: 'userinfo', seconds: 0 }, client);
  try {
    const arrived = await arrive(app);
    await using visitor = arrived.visitor;
    const began = performance.now();
    if (!(await comesToShow(visitor.page, mark, long)))
      throw problem('check.notSeen', { mark: mark.what.join(' · '), where: withoutQuery(visitor.page.url()) });
    const took = performance.now() - began;
    const userinfo = (await lab.met(fault)) > 0;
    return { patience: Math.min(long, 300 + 3 * took), uses: { ...uses, userinfo } };
  } finally {
    await lab.clear(fault);
  }
}

/** Where the app can be looked at again: where a login led to, and its first page. */
function placesOf({ page, callback }: Visitor): string[] {
  const home = new URL('/', page.url()).href;
  // a callback address is good for one time
  const landed = callback?.url === page.url() ? [] : [page.url()];
  return [...new Set([...landed, home])];
}

/** What a request says of itself; one that was pushed or signed says nothing here, and is taken to have all. */
function sentBy({ asked }: Visitor): { nonce: boolean; state: boolean } {
  const hidden = asked?.has('request_uri') || asked?.has('request') || false;
  return { nonce: hidden || asked?.has('nonce') === true, state: hidden || asked?.has('state') === true };
}

function withoutQuery(address: string): string {
  return address.split(/[?#]/)[0] ?? '';
}
