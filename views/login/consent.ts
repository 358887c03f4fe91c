import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown, PurposeShown } from '../shown.ts';

export interface ConsentProps {
  action: string;
  csrf: string;
  client: ClientShown & { policyUri?: string };
  person: { fullName: string; maskedNumber: string };
  purposes: PurposeShown[];
  /** How long the decision is remembered, in the reader's language: "12 tháng", "until you withdraw it". */
  remembered: string;
}

export function consentPage(page: Page, props: ConsentProps): Html {
  return layout(page, {
    title: 'Xác nhận chia sẻ thông tin',
    body: html`<h1>Xác nhận chia sẻ thông tin</h1><p>${props.client.name} ${props.person.fullName} ${props.person.maskedNumber}</p>
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
${props.purposes.map((purpose) => html`<fieldset><legend>${purpose.text}</legend>${!purpose.required && html`<input type="checkbox" name="purpose" value="${purpose.id}">`}${purpose.items.map((item) => html`<p>${item.label}: ${item.value}</p>`)}</fieldset>`)}
<p>${props.remembered}</p>
<button type="submit" name="decision" value="deny">Từ chối</button>
<button type="submit" class="primary" name="decision" value="allow">Đồng ý</button></form>`,
  });
}
