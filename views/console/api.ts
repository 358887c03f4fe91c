import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { operationForm } from './form.ts';
import { consoleFrame, type FamilyShown } from './frame.ts';
import type { DescribedOperation } from './operation.ts';

export interface ApiProps {
  families: readonly FamilyShown[];
  csrf: string;
  groups: readonly (FamilyShown & { operations: readonly DescribedOperation[] })[];
}

/** The control API for people: every operation in all its skins, and a form to try it. */
export function apiPage(page: Page, { families, csrf, groups }: ApiProps): Html {
  const words = wordsOf(page.language).console;
  return consoleFrame(page, {
    title: words.api,
    families,
    here: 'api',
    body: html`<h1>${words.api}</h1>
<p class="lead">${words.apiLead} <a href="/lab/api/openapi.json"><code>/lab/api/openapi.json</code></a></p>
${groups.map(
  ({
    family,
    title,
    about,
    operations,
  }) => html`<section class="part" aria-labelledby="family-${family}"><h2 id="family-${family}">${title}</h2><p>${about}</p>
${operations.map((one) => entry(page, csrf, one))}</section>`,
)}`,
  });
}

function entry(page: Page, csrf: string, one: DescribedOperation): Html {
  const words = wordsOf(page.language).console;
  const skin = (name: string, text: string) => html`<div><dt>${name}</dt><dd><code>${text}</code></dd></div>`;
  return html`<details class="fold" id="${one.anchor}"><summary><code>${one.operation}</code> ${one.about}</summary>
<dl class="facts">${skin(words.http, `${one.method} ${one.path}`)}${skin(words.shell, one.shell)}${skin(words.code, one.code)}${skin(words.tool, one.tool)}
${one.errors.length > 0 && skin(words.errors, one.errors.join(', '))}</dl>
<h3>${words.tryIt}</h3>${operationForm(page.language, { ...one, csrf })}</details>`;
}
