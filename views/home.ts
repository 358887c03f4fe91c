import { type Html, html } from './html.ts';
import { layout, type Page } from './layout.ts';
import type { CastShown, ClaimShown } from './shown.ts';

export interface HomeProps {
  issuer: string;
  /** Address of the sample city app. */
  ihanoi: string;
  cast: CastShown[];
  claims: ClaimShown[];
  clients: { id: string; name: string; url?: string }[];
  endpoints: { name: string; url: string }[];
  /** The password that the whole cast shares. */
  password: string;
}

export function homePage(page: Page, props: HomeProps): Html {
  return layout(page, {
    title: 'VNeID',
    wide: true,
    body: html`<h1>VNeID</h1><a href="${props.ihanoi}">iHanoi</a><p>${props.issuer} ${props.password}</p>
${props.cast.map((one) => html`<p>${one.fullName} ${one.number} <a href="${one.inbox}">inbox</a></p>`)}`,
  });
}
