import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { phone } from '../marks.ts';
import type { ClientShown, Problem } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { asker, cancel } from './asker.ts';
import { trouble } from './trouble.ts';
import { otherWays } from './ways.ts';

export interface OtpProps {
  action: string;
  resendAction: string;
  cancelAction: string;
  csrf: string;
  client: ClientShown;
  /** Address of the walk, and the other steps that may come now. */
  base: string;
  others: readonly string[];
  /** The level to go on with as it is, where the app would take it. */
  enough?: 1 | 2 | 3 | 4 | undefined;
  maskedPhone: string;
  /** How long the code is good for. */
  minutes: number;
  problem?: Problem | undefined;
  /** Lab only: where the text message can be read. */
  inbox?: string | undefined;
}

export function otpPage(page: Page, props: OtpProps): Html {
  const { otp: words, frame } = wordsOf(page.language);
  const { problem } = props;
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    body: html`<div class="sheet">
${asker(page, props.client)}
<h1>${words.title}</h1>
<p id="otp-sent">${words.sent(props.maskedPhone)} ${words.valid(props.minutes)}</p>
${trouble(problem)}
<form method="post" action="${props.action}" novalidate>
<input type="hidden" name="csrf" value="${props.csrf}">
<div class="field"><label for="otp">${words.label}</label>
<input id="otp" name="otp" class="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required autofocus${problem && raw(' aria-invalid="true"')} aria-describedby="${problem ? 'trouble ' : ''}otp-sent"></div>
<button type="submit" class="primary">${words.submit}</button>
</form>
<p class="hint">${words.keep}</p>
<form method="post" action="${props.resendAction}" class="resend"><input type="hidden" name="csrf" value="${props.csrf}">
<span id="otp-missing">${words.missing}</span> <button type="submit" class="secondary" name="resend" value="yes" aria-describedby="otp-missing">${words.resend}</button></form>
${
  props.inbox &&
  html`<aside class="lab" aria-label="${words.labTitle}">${phone}<div><p><strong>${words.labTitle}.</strong> ${words.labText}</p><p><a href="${props.inbox}" target="_blank" rel="noopener">${words.labLink}</a></p></div></aside>`
}
${otherWays(page, { base: props.base, ways: props.others, enough: props.enough, csrf: props.csrf })}
${cancel(page, props)}
</div>`,
  });
}
