import { type Html, html } from '../html.ts';
import { alert } from '../marks.ts';
import type { Problem } from '../shown.ts';

/** What was wrong with what was sent, above the form; fields refer to it as their description. */
export function trouble(problem: Problem | undefined): Html | undefined {
  if (!problem) return undefined;
  const text = problem.field ? html`<a href="#${problem.field}">${problem.text}</a>` : problem.text;
  return html`<div class="trouble" id="trouble" role="alert" tabindex="-1">${alert}<div><p><strong>${text}</strong></p><p>${problem.next}</p></div></div>`;
}
