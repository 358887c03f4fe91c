import { type Html, html, type Part } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { type FieldShown, input, operationForm } from './form.ts';
import { consoleFrame, type FamilyShown } from './frame.ts';
import type { DescribedOperation } from './operation.ts';

/** A list, as a table. */
export interface RowsShown {
  columns: readonly string[];
  rows: readonly {
    cells: readonly string[];
    /** What can be done with this row alone. */
    doing: readonly {
      operation: string;
      verb: string;
      reads: boolean;
      dangerous: boolean;
      values: Readonly<Record<string, string>>;
    }[];
  }[];
  next: string | undefined;
}

export interface FamilyProps {
  families: readonly FamilyShown[];
  family: string;
  title: string;
  about: string;
  done: string | undefined;
  csrf: string;
  /** Path with query of this page: where a button of a row leads back to. */
  path: string;
  /** What is being looked at, and with which words. */
  reading: { verb: string; fields: readonly FieldShown[]; values: Readonly<Record<string, string>> } | undefined;
  table: RowsShown | undefined;
  /** JSON of what is no list. */
  one: string | undefined;
  problem: { text: string; next: string } | undefined;
  forms: readonly (DescribedOperation & { values: Readonly<Record<string, string>> })[];
}

/** One family: what there is of it, and everything that can be done. */
export function familyPage(page: Page, props: FamilyProps): Html {
  const { families, family, title, about, done, csrf, reading, table, one, problem, forms } = props;
  const words = wordsOf(page.language).console;
  const back = props.path.replace(/([?&])(lang|done)=[^&]*/g, '$1').replace(/[?&]+$/, '');
  return consoleFrame(page, {
    title,
    families,
    here: family,
    done,
    scripts: ['console.js'],
    body: html`<h1>${title}</h1><p class="lead">${about}</p>
${reading && search(page, family, reading)}
<div id="found" aria-live="polite">
${problem && html`<div class="trouble" role="alert"><div><p><strong>${words.refused}: ${problem.text}</strong></p><p>${problem.next}</p></div></div>`}
${table && rows(page, family, table, { csrf, back, values: reading?.values ?? {} })}
${one !== undefined && html`<section class="sheet"><pre tabindex="0"><code>${one}</code></pre></section>`}
</div>
${
  forms.length > 0 &&
  html`<h2>${words.actions}</h2>${forms.map(
    (form) =>
      html`<details class="fold"><summary><code>${form.verb}</code> ${form.about}</summary>${operationForm(page.language, { ...form, csrf, back: form.method === 'GET' ? undefined : back })}</details>`,
  )}`
}`,
  });
}

function search(page: Page, family: string, { verb, fields, values }: NonNullable<FamilyProps['reading']>): Part {
  const words = wordsOf(page.language).console;
  const shown = fields.filter(({ name }) => name !== 'after' && name !== 'limit');
  if (shown.length === 0) return undefined;
  return html`<form method="get" action="/lab/console/${family}${verb === 'list' ? '' : `/${verb}`}" class="search" role="search" data-live>
${shown.map(
  (field) =>
    html`<div class="field"><label for="search-${field.name}">${field.name === 'q' ? words.typeName : html`<code>${field.name}</code>`}</label>${input(`search-${field.name}`, field.name, { ...field, required: false }, values[field.name])}</div>`,
)}
<button type="submit" class="secondary">${words.search}</button></form>`;
}

function rows(
  page: Page,
  family: string,
  { columns, rows: all, next }: RowsShown,
  { csrf, back, values }: { csrf: string; back: string; values: Readonly<Record<string, string>> },
): Html {
  const words = wordsOf(page.language).console;
  if (all.length === 0) return html`<div class="sheet"><p><strong>${words.nothing}</strong></p></div>`;
  const canDo = all.some(({ doing }) => doing.length > 0);
  const button = ({ operation, verb, reads, dangerous, values: own }: RowsShown['rows'][number]['doing'][number]) =>
    reads
      ? html`<a class="button secondary" href="/lab/console/${family}/${verb}?${String(new URLSearchParams(own))}">${verb}</a>`
      : html`<form method="post" action="/lab/console/do/${operation}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${back}">${Object.entries(own).map(([name, value]) => html`<input type="hidden" name="in.${name}" value="${value}">`)}<button type="submit" class="secondary${dangerous && ' dangerous'}">${verb}</button></form>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${words.now}"><table class="cards" role="table"><caption class="unseen">${words.now}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader"><code>${column}</code></th>`)}${canDo && html`<th scope="col" role="columnheader">${words.row}</th>`}</tr></thead>
<tbody role="rowgroup">${all.map(
    ({ cells, doing }) =>
      html`<tr role="row">${cells.map((cell, index) =>
        index === 0
          ? html`<th scope="row" role="rowheader"><code>${cell}</code></th>`
          : html`<td role="cell" data-label="${columns[index]}">${value(cell)}</td>`,
      )}${canDo && html`<td role="cell" data-label="${words.row}"><div class="doing">${doing.map(button)}</div></td>`}</tr>`,
  )}</tbody></table></div>
<p>${values.after !== undefined && html`<a class="button secondary" href="/lab/console/${family}">${words.first}</a>`} ${next !== undefined && html`<a class="button secondary" href="?${String(new URLSearchParams({ ...values, after: next }))}">${words.more}</a>`}</p>`;
}

/** Words stay whole; JSON is broken between its members, and only what no column could hold anywhere. */
function value(text: string): Html {
  const shown = /^https?:\/\/\S+$/.test(text) ? html`<a href="${text}">${text}</a>` : parts(text);
  return html`<div class="cell${/[^\s-]{25}/.test(text) && ' long'}">${shown}</div>`;
}

function parts(text: string): Part {
  if (!/^[[{]/.test(text)) return text;
  return text.split(/(?<=,|":)/).map((part, index) => html`${index > 0 && html`<wbr>`}${part}`);
}
