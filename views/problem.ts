import { type Html, html } from './html.ts';
import { layout, type Page } from './layout.ts';
import type { Fact } from './shown.ts';

export interface ProblemProps {
  status: number;
  text: string;
  next: string;
  code: string;
  requestId?: string;
  home: string;
  details?: Fact[];
}

export function problemPage(page: Page, props: ProblemProps): Html {
  return layout(page, {
    title: props.text,
    body: html`<h1>${props.text}</h1><p>${props.next}</p><p>${props.status} ${props.code} ${props.requestId}</p>${props.details?.map(({ label, value }) => html`<p>${label}: ${value}</p>`)}<a href="${props.home}">Trang chủ</a>`,
  });
}
