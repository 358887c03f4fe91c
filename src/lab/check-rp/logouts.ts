import { type App, logIn, showsElsewhere } from './app.ts';
import { comesToShow } from './mark.ts';
import { open } from './sign-in.ts';

/** Milliseconds in which an app is told of a logout: at once, unless it is busy. */
const patience = 5000;

/**
 * Somebody logs in, then signs out at the provider, which tells the app by a logout token: whether they are still logged
 * in at the app. Nothing when the app was not told, or when it cannot be seen.
 */
export async function staysLoggedIn(app: App): Promise<boolean | undefined> {
  const { client, lab, limit, mark } = app;
  // a session of its own, because it ends
  const { visitor: own, end } = await logIn(app, []);
  await using visitor = own;
  const { page } = visitor;
  if (end.at !== 'app' || !(await comesToShow(page, mark, app.patience)) || app.place === undefined) return undefined;
  const before = await lab.newestLogout(client);
  await open(page, `${lab.issuer}/logout`, limit);
  await page.click('button[type=submit].primary');
  const until = performance.now() + patience;
  while ((await lab.newestLogout(client)) === before) {
    if (performance.now() > until) return undefined;
    await page.waitForTimeout(50);
  }
  return await showsElsewhere(visitor, app);
}
