import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown, Problem } from '../shown.ts';

export interface OtpProps {
  action: string;
  resendAction: string;
  cancelAction: string;
  csrf: string;
  client: ClientShown;
  maskedPhone: string;
  /** How long the code is good for. */
  minutes: number;
  problem?: Problem;
  /** Lab only: where the text message can be read. */
  inbox?: string;
}

export function otpPage(page: Page, props: OtpProps): Html {
  return layout(page, {
    title: 'Nhập mã xác nhận đăng nhập',
    body: html`<h1>Nhập mã xác nhận đăng nhập</h1><p>${props.client.name} ${props.maskedPhone} ${props.minutes}</p>${props.problem && html`<p role="alert">${props.problem.text} ${props.problem.next}</p>`}
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
<label>Mã xác nhận <input name="otp" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6"></label>
<button type="submit" class="primary">Xác nhận</button></form>
<form method="post" action="${props.resendAction}"><input type="hidden" name="csrf" value="${props.csrf}"><button type="submit">Gửi lại mã</button></form>
<form method="post" action="${props.cancelAction}"><input type="hidden" name="csrf" value="${props.csrf}"><button type="submit">Hủy, quay lại ứng dụng</button></form>
${props.inbox && html`<a href="${props.inbox}">Hộp thư</a>`}`,
  });
}
