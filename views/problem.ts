import { facts } from './facts.ts';
import { type Html, html } from './html.ts';
import { layout, type Page } from './layout.ts';
import type { Fact } from './shown.ts';
import { wordsOf } from './words.ts';

export interface ProblemProps {
  status: number;
  text: string;
  next: string;
  code: string;
  requestId?: string | undefined;
  home: string;
  /** Lab only: where this request is explained. */
  inspect?: string | undefined;
  details?: Fact[] | undefined;
}

/** A whole page about an error: what was wrong, what to do next, and what a developer needs to report it. */
export function problemPage(page: Page, props: ProblemProps): Html {
  const { problem: words, frame } = wordsOf(page.language);
  const known = [
    { label: words.status, value: html`<code>${props.status}</code>` },
    { label: words.code, value: html`<code>${props.code}</code>` },
    ...(props.requestId ? [{ label: words.request, value: html`<code>${props.requestId}</code>` }] : []),
    ...(props.details ?? []).map(({ label, value }) => ({ label, value: html`<code>${value}</code>` })),
  ];
  return layout(page, {
    title: `${frame.error}: ${props.text}`,
    body: html`<div class="sheet">
<p class="status" aria-hidden="true">${props.status}</p>
<h1>${props.text}</h1>
<p class="lead"><span class="unseen">${words.what}: </span>${props.next}</p>
<p class="doors"><a class="button" href="${props.home}">${words.home}</a>${props.inspect && html` <a class="plain" href="${props.inspect}">${words.inspect}</a>`}</p>
<section class="developer" aria-labelledby="developer"><h2 id="developer">${words.details}</h2>${facts(known)}</section>
</div>`,
  });
}
