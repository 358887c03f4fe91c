import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Fact } from '../shown.ts';
import { cityLayout } from './layout.ts';

export interface IhanoiMeProps {
  name: string;
  claims: Fact[];
  idToken: Fact[];
  acr: string;
  amr: string[];
}

export function ihanoiHome(page: Page, props: { loggedIn?: { name: string } }): Html {
  return cityLayout(page, {
    title: 'iHanoi',
    body: html`<h1>iHanoi</h1>${props.loggedIn ? html`<a href="/ihanoi/me">${props.loggedIn.name}</a>` : html`<a href="/ihanoi/login">Đăng nhập bằng tài khoản định danh điện tử</a>`}`,
  });
}

export function ihanoiMe(page: Page, props: IhanoiMeProps): Html {
  return cityLayout(page, {
    title: props.name,
    body: html`<h1>${props.name}</h1><p>${props.acr} ${props.amr.join(' ')}</p>${[...props.claims, ...props.idToken].map(({ label, value }) => html`<p>${label}: ${value}</p>`)}
<form method="post" action="/ihanoi/logout"><button type="submit">Đăng xuất</button></form>`,
  });
}

export function ihanoiProblem(page: Page, props: { text: string; next: string; details: Fact[] }): Html {
  return cityLayout(page, { title: props.text, body: html`<h1>${props.text}</h1><p>${props.next}</p>` });
}

export function ihanoiGoodbye(page: Page): Html {
  return cityLayout(page, { title: 'Đã đăng xuất', body: html`<h1>Đã đăng xuất</h1>` });
}
