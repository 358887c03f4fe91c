import { type App, type Arrived, isLoggedIn } from './app.ts';
import type { OwnTrick } from './deviation.ts';
import { type End, open, signIn } from './sign-in.ts';
import { type Callback, forgetProvider, isCallback, newVisitor, type Visitor } from './visitor.ts';

/** What the checker does by itself, once a callback address is held back; or why it cannot. */
export async function play(trick: OwnTrick, app: App): Promise<Arrived | 'not-asked' | 'not-known'> {
  await using holder = await newVisitor(app.browser, app.lab, app.people.session);
  const callback = await holdBack(holder, app);
  if (!callback) return 'not-known';
  if (trick === 'foreign-browser') return await deliver(await newVisitor(app.browser, app.lab), callback, app);
  if (trick === 'without-state') {
    const changed = withoutState(callback);
    if (!changed) return 'not-asked';
    // that one is in the middle of a login, too
    const other = await newVisitor(app.browser, app.lab);
    await open(other.page, app.start, app.limit);
    return await deliver(other, changed, app);
  }
  const before = await holder.context.cookies();
  if (app.place === undefined || !(await isLoggedIn(await deliver(holder, callback, app), app))) return 'not-known';
  if (trick === 'replay') return await deliver(await newVisitor(app.browser, app.lab), callback, app);
  const other = await newVisitor(app.browser, app.lab, before);
  return await deliver(other, { url: app.place, body: undefined }, app);
}

/** Logs in up to the callback, which the browser is kept from. */
async function holdBack(visitor: Visitor, app: App): Promise<Callback | undefined> {
  if (app.callback === undefined) return undefined;
  const debug = await visitor.context.newCDPSession(visitor.page);
  // Playwright's own routes do not see where a redirect leads to
  await debug.send('Fetch.enable', { patterns: [{ urlPattern: `${app.callback}*` }] });
  const held = new Promise<Callback>((resolve) => {
    debug.on('Fetch.requestPaused', ({ requestId, request: { url, postData } }) => {
      const arrived = isCallback({ url, body: postData });
      if (arrived) resolve({ url, body: postData });
      // an app's callback may be its first page, or what other addresses of it begin with
      const then = arrived
        ? debug.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
        : debug.send('Fetch.continueRequest', { requestId });
      void then.catch(() => undefined);
    });
  });
  const walked = signIn(visitor, { ...app, person: app.people.now }).then(
    () => undefined,
    () => undefined,
  );
  const callback = await Promise.race([held, walked]);
  await debug.detach();
  return callback;
}

async function deliver(visitor: Visitor, { url, body }: Callback, app: App): Promise<Arrived> {
  // what follows must not sign anybody in silently
  await forgetProvider(visitor);
  const lost =
    body === undefined ? await open(visitor.page, url, app.limit) : await post(visitor, url, body, app.limit);
  return { visitor, end: lost ?? { at: 'app', typed: false } };
}

/** Posts a form from a page of nobody's, as the provider's page would. */
async function post({ page }: Visitor, url: string, body: string, limit: number): Promise<End | undefined> {
  await page.goto('about:blank');
  const fields = [...new URLSearchParams(body)];
  const arrived = page.waitForURL((at) => at.href !== 'about:blank', { waitUntil: 'domcontentloaded', timeout: limit });
  const [lost] = await Promise.all([
    arrived.then(
      () => undefined,
      (): End => ({ at: 'nowhere', why: 'hung', where: url, reason: 'no page came of the form' }),
    ),
    page.evaluate(
      ([action, inputs]) => {
        const form = document.body.appendChild(document.createElement('form'));
        form.method = 'post';
        form.action = action;
        for (const [name, value] of inputs) {
          const input = form.appendChild(document.createElement('input'));
          input.name = name;
          input.value = value;
        }
        form.submit();
      },
      [url, fields] as const,
    ),
  ]);
  return lost;
}

function withoutState({ url, body }: Callback): Callback | undefined {
  const address = new URL(url);
  const fields = new URLSearchParams(body);
  if (!address.searchParams.has('state') && !fields.has('state')) return undefined;
  address.searchParams.delete('state');
  fields.delete('state');
  return { url: address.href, body: body === undefined ? undefined : String(fields) };
}
