import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { arrow, tick } from '../marks.ts';
import type { Fact } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { bridge } from './bridge.ts';
import { cityLayout } from './layout.ts';
import { ihanoiPaths } from './paths.ts';

export interface IhanoiMeProps {
  name: string;
  /** What VNeID shared. */
  claims: Fact[];
  /** What the verified ID token says. */
  idToken: Fact[];
  acr: string;
  amr: string[];
}

export function ihanoiHome(page: Page, props: { loggedIn?: { name: string } | undefined }): Html {
  const words = wordsOf(page.language).ihanoi;
  const { loggedIn } = props;
  return cityLayout(page, {
    title: words.product,
    wide: true,
    body: html`<div class="city-hero">
<div class="city-hero-words"><h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
${
  loggedIn
    ? html`<p class="signed-in">${words.signedInAs} <strong>${loggedIn.name}</strong></p>
<div class="city-doors"><a class="button" href="${ihanoiPaths.me}">${words.mine} ${arrow}</a>${logoutForm(words.logout)}</div>`
    : html`<p><a class="button" href="${ihanoiPaths.login}">${words.login}</a></p><p class="hint">${words.loginHint}</p>`
}</div>
${bridge}</div>
${
  !loggedIn &&
  html`<section class="part" aria-labelledby="how"><h2 id="how">${words.how}</h2>
<ol class="city-steps">${words.steps.map((step) => html`<li><h3>${step.title}</h3><p>${step.text}</p></li>`)}</ol></section>`
}`,
  });
}

export function ihanoiMe(page: Page, props: IhanoiMeProps): Html {
  const { ihanoi: words, level } = wordsOf(page.language);
  const step = /^urn:vneid:loa:([1-4])$/.exec(props.acr)?.[1];
  return cityLayout(page, {
    title: words.meTitle,
    wide: true,
    body: html`<div class="me">
<p class="me-welcome">${words.welcome}</p>
<div class="me-top"><h1>${props.name}</h1>${logoutForm(words.logout)}</div>
<div class="me-parts">
<section class="sheet" aria-labelledby="claims"><h2 id="claims">${words.claims}</h2>
${props.claims.length > 0 ? facts(props.claims) : html`<p>${words.claimsNone}</p>`}</section>
<div class="me-side"><section class="sheet" aria-labelledby="assurance"><h2 id="assurance">${words.assurance}</h2>
${facts([
  {
    label: words.acr,
    value: html`${step && html`<strong>${level.short(Number(step))}</strong><br>`}<code>${props.acr}</code>`,
  },
  {
    label: words.amr,
    value: props.amr.map(
      (method, at) =>
        html`${at > 0 && ', '}<code>${method}</code>${words.methods[method] && ` (${words.methods[method]})`}`,
    ),
  },
])}</section>
<section class="sheet" aria-labelledby="token"><h2 id="token">${words.token}</h2>
<p class="checked">${tick}<span>${words.tokenText}</span></p>
${facts(props.idToken.map(verbatim))}</section></div>
</div></div>`,
  });
}

export function ihanoiProblem(page: Page, props: { text: string; next: string; details: Fact[] }): Html {
  const { ihanoi: words, frame } = wordsOf(page.language);
  return cityLayout(page, {
    title: `${frame.error}: ${props.text}`,
    body: html`<div class="sheet">
<h1>${props.text}</h1>
<p class="lead"><span class="unseen">${words.what}: </span>${props.next}</p>
<div class="stack"><a class="button" href="${ihanoiPaths.login}">${words.again}</a><a class="button secondary" href="${ihanoiPaths.home}">${words.toHome}</a></div>
${
  props.details.length > 0 &&
  html`<section class="developer" aria-labelledby="developer"><h2 id="developer">${words.details}</h2>${facts(props.details.map(verbatim))}</section>`
}
</div>`,
  });
}

export function ihanoiGoodbye(page: Page): Html {
  const words = wordsOf(page.language).ihanoi;
  return cityLayout(page, {
    title: words.goodbyeTitle,
    body: html`<div class="sheet">
<p class="done">${tick}</p>
<h1>${words.goodbyeTitle}</h1>
<p>${words.goodbye}</p>
<div class="stack"><a class="button" href="${ihanoiPaths.home}">${words.toHome}</a></div>
</div>`,
  });
}

function verbatim({ label, value }: Fact): { label: string; value: Html } {
  return { label, value: html`<code>${value}</code>` };
}

function logoutForm(label: string): Html {
  return html`<form method="post" action="${ihanoiPaths.logout}"><button type="submit" class="secondary">${label}</button></form>`;
}
