import { type Html, html, type Part } from './html.ts';

/** Labels and what they stand for, as a description list. */
export function facts(rows: readonly { label: string; value: Part }[]): Html {
  return html`<dl class="facts">${rows.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}
