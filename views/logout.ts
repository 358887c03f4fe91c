import { type Html, html, raw } from './html.ts';
import { layout, type Page } from './layout.ts';
import { tick } from './marks.ts';
import { wordsOf } from './words.ts';

export interface LogoutProps {
  /** The provider's own form, `id="op.logoutForm"`, with its hidden fields. */
  form: string;
  /** The app that asks. */
  client?: string | undefined;
}

/** Asks before the session ends; a button without a value keeps it. */
export function logoutPage(page: Page, props: LogoutProps): Html {
  const words = wordsOf(page.language).logout;
  return layout(page, {
    title: words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
<p>${props.client && words.asks(props.client)} ${words.effect}</p>
${raw(props.form)}
<div class="stack"><button type="submit" form="op.logoutForm" class="primary" name="logout" value="yes" autofocus>${words.yes}</button>
<button type="submit" form="op.logoutForm" class="secondary">${words.stay}</button></div>
</div>`,
  });
}

export function loggedOutPage(page: Page, props: { client?: string | undefined }): Html {
  const words = wordsOf(page.language).logout;
  return layout(page, {
    title: words.doneTitle,
    body: html`<div class="sheet">
<p class="done">${tick}</p>
<h1>${words.doneTitle}</h1>
<p>${words.done} ${props.client ? words.doneFrom(props.client) : words.doneClose}</p>
</div>`,
  });
}
