import { type Html, html, raw } from './html.ts';
import { layout, type Page } from './layout.ts';

export interface LogoutProps {
  /** The provider's own form, `id="op.logoutForm"`, with its hidden fields. */
  form: string;
  /** The app that asks. */
  client?: string;
}

export function logoutPage(page: Page, props: LogoutProps): Html {
  return layout(page, {
    title: 'Đăng xuất',
    body: html`<h1>Đăng xuất</h1><p>${props.client}</p>${raw(props.form)}
<button type="submit" form="op.logoutForm" class="primary" name="logout" value="yes" autofocus>Đăng xuất</button>
<button type="submit" form="op.logoutForm">Ở lại</button>`,
  });
}

export function loggedOutPage(page: Page, props: { client?: string }): Html {
  return layout(page, { title: 'Đã đăng xuất', body: html`<h1>Đã đăng xuất</h1><p>${props.client}</p>` });
}
