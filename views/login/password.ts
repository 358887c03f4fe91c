import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown, Problem } from '../shown.ts';

export interface PasswordProps {
  action: string;
  cancelAction: string;
  csrf: string;
  client: ClientShown;
  /** What was typed before, kept after an error. */
  login: string;
  problem?: Problem;
  /** The authentication level the app asks for. */
  level: 1 | 2 | 3 | 4;
}

export function passwordPage(page: Page, props: PasswordProps): Html {
  return layout(page, {
    title: 'Đăng nhập',
    body: html`<h1>Đăng nhập</h1><p>${props.client.name}</p>${props.problem && html`<p role="alert">${props.problem.text} ${props.problem.next}</p>`}
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
<label>Số định danh cá nhân <input name="login" inputmode="numeric" autocomplete="username" value="${props.login}"></label>
<label>Mật khẩu <input name="password" type="password" autocomplete="current-password"></label>
<button type="submit" class="primary">Đăng nhập</button></form>
<form method="post" action="${props.cancelAction}"><input type="hidden" name="csrf" value="${props.csrf}"><button type="submit">Hủy, quay lại ứng dụng</button></form>`,
  });
}
