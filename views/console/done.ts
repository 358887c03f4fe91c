import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { type FormShown, operationForm } from './form.ts';
import { consoleFrame, type FamilyShown } from './frame.ts';

export interface DoneProps {
  families: readonly FamilyShown[];
  form: FormShown;
  about: string;
  /** JSON, when it was done. */
  answer?: string | undefined;
  /** Why it was not, and what would be right. */
  problem?: { text: string; next: string } | undefined;
}

/** What came of a form: the answer, or why not; and the form again with all that was typed. */
export function donePage(page: Page, { families, form, about, answer, problem }: DoneProps): Html {
  const words = wordsOf(page.language).console;
  const [family = ''] = form.operation.split('.');
  return consoleFrame(page, {
    title: form.operation,
    families,
    here: family,
    body: html`<h1><code>${form.operation}</code></h1><p class="lead">${about}</p>
${problem && html`<div class="trouble" role="alert"><div><p><strong>${words.refused}: ${problem.text}</strong></p><p>${problem.next}</p></div></div>`}
${answer !== undefined && html`<section class="sheet"><h2>${words.answer}</h2><pre tabindex="0"><code>${answer}</code></pre></section>`}
<section class="sheet"><h2>${words.again}</h2>${operationForm(page.language, form)}</section>
<p><a href="${form.back ?? `/lab/console/${family}`}">${words.back}</a></p>`,
  });
}
