import { type Html, html, type Part } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { wordsOf } from '../words.ts';

/** A family of operations, in the reader's language. */
export interface FamilyShown {
  family: string;
  title: string;
  about: string;
}

export interface ConsoleFrame {
  title: string;
  /** All, in order. */
  families: readonly FamilyShown[];
  /** The part that is open: a family, or nothing on the overview. */
  here?: string | undefined;
  /** Name of the operation that was just done. */
  done?: string | undefined;
  body: Part;
  scripts?: readonly string[] | undefined;
}

/** What every page of the console has: the way to all others, and what was just done. */
export function consoleFrame(page: Page, { title, families, here, done, body, scripts }: ConsoleFrame): Html {
  const words = wordsOf(page.language).console;
  const link = (href: string, text: string, current: boolean) =>
    html`<li><a href="${href}"${current && html` aria-current="page"`}>${text}</a></li>`;
  return layout(page, {
    title,
    wide: true,
    scripts,
    body: html`<div class="console"><nav aria-label="${words.nav}"><ul class="contents">
${link('/lab/console', words.overview, here === undefined)}
${families.map(({ family, title: name }) => link(`/lab/console/${family}`, name, family === here))}
${link('/lab/inspector', words.inspector, false)}
${link('/lab/api', words.api, here === 'api')}</ul></nav>
<div class="stack">${done && html`<p class="done" role="status">${words.done(done)}</p>`}${body}</div></div>`,
  });
}
