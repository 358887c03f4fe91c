import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown } from '../shown.ts';

export interface UnmetProps {
  action: string;
  csrf: string;
  client: ClientShown;
  /** The level the app asks for. */
  needed: 2 | 3 | 4;
  /** The highest level this account can reach here. */
  reached: 1 | 2 | 3 | 4;
}

export function unmetPage(page: Page, props: UnmetProps): Html {
  return layout(page, {
    title: 'Chưa đủ mức xác thực',
    body: html`<h1>Chưa đủ mức xác thực</h1><p>${props.client.name} ${props.needed} ${props.reached}</p>
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}"><button type="submit" class="primary">Quay lại ứng dụng</button></form>`,
  });
}
