import { type Html, html, type Part } from './html.ts';

interface Group {
  /** Said once above the rows that share it. */
  heading?: Part;
  rows: readonly (readonly Part[])[];
}

interface Table {
  /** What the table is, for those who do not see the heading above it. */
  caption: string;
  columns: readonly string[];
  groups: readonly Group[];
}

/**
 * A table that turns into cards on a phone. The roles are spelled out because a table that is not laid out as one
 * loses them; every cell carries its column's name for the cards.
 */
export function table({ caption, columns, groups }: Table): Html {
  const cell = (part: Part, index: number) =>
    index === 0
      ? html`<th scope="row" role="rowheader">${part}</th>`
      : html`<td role="cell" data-label="${columns[index]}"><div>${part}</div></td>`;
  const row = (cells: readonly Part[]) => html`<tr role="row">${cells.map(cell)}</tr>`;
  const head = (heading: Part) =>
    html`<tr role="row" class="group"><th scope="rowgroup" role="rowheader" colspan="${columns.length}">${heading}</th></tr>`;
  return html`<table class="cards" role="table"><caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead>
${groups.map(({ heading, rows }) => html`<tbody role="rowgroup">${heading ? head(heading) : ''}${rows.map(row)}</tbody>`)}
</table>`;
}
