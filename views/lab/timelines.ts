import { hrefIn } from '../document.ts';
import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { table } from '../table.ts';
import { moment } from '../times.ts';
import { type Words, wordsOf } from '../words.ts';
import type { SummaryShown } from './timelines-shown.ts';
import { clock } from './timelines-time.ts';

export interface TimelinesProps {
  /** Newest first. */
  timelines: SummaryShown[];
  /** Apps to choose from. */
  clients: { id: string; name: string }[];
  outcomes: readonly string[];
  wanted: { client?: string | undefined; outcome?: string | undefined; text?: string | undefined };
  /** Where the list goes on. */
  next?: string | undefined;
  /** The state of the list, which changes whenever something is noted. */
  version: string;
}

/** Every sign-in that the inspector has, with a filter; drawn again while somebody looks. */
export function timelinesPage(page: Page, props: TimelinesProps): Html {
  const words = wordsOf(page.language).timelines;
  const filtered = Object.values(props.wanted).some((value) => value !== undefined && value !== '');
  return layout(page, {
    title: words.title,
    wide: true,
    scripts: ['timelines.js'],
    body: html`<div class="inspector stack"><h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<p class="doors"><a class="button secondary" href="${hrefIn(page, page.language)}">${words.reload}</a>
<a class="plain" href="/lab/inspector/token">${words.openToken}</a> <a class="plain" href="/lab/api/timelines">${words.asJson}</a></p>
${filterForm(page, words, props)}
<div data-live data-version="${props.version}" data-follow="/lab/inspector/follow">
${props.timelines.length > 0 ? list(page, words, props) : nothing(words, filtered)}
</div></div>`,
  });
}

function filterForm(page: Page, words: Words['timelines'], { clients, outcomes, wanted }: TimelinesProps): Html {
  const option = (value: string, label: string, chosen: string | undefined) =>
    html`<option value="${value}"${raw(value === (chosen ?? '') ? ' selected' : '')}>${label}</option>`;
  return html`<form method="get" class="filter" action="/lab/inspector"><input type="hidden" name="lang" value="${page.language}">
<div class="field"><label for="text">${words.text}</label><input id="text" name="text" type="search" autocomplete="off" spellcheck="false" placeholder="${words.textHint}" value="${wanted.text ?? ''}"></div>
<div class="field"><label for="client">${words.client}</label><select id="client" name="client">${option('', words.anyClient, wanted.client)}${clients.map(({ id, name }) => option(id, name, wanted.client))}</select></div>
<div class="field"><label for="outcome">${words.outcome}</label><select id="outcome" name="outcome">${option('', words.anyOutcome, wanted.outcome)}${outcomes.map((one) => option(one, words.outcomes[one] ?? one, wanted.outcome))}</select></div>
<button type="submit" class="secondary">${words.filter}</button></form>`;
}

function nothing(words: Words['timelines'], filtered: boolean): Html {
  const [title, text] = filtered ? [words.nothing, words.nothingText] : [words.empty, words.emptyText];
  return html`<div class="sheet"><p><strong>${title}</strong></p><p>${text}</p></div>`;
}

function list(page: Page, words: Words['timelines'], { timelines, next, wanted }: TimelinesProps): Html {
  const { client = '', outcome = '', text = '' } = wanted;
  const older = new URLSearchParams({ client, outcome, text, lang: page.language, after: next ?? '' });
  return html`${table({
    caption: words.title,
    columns: [words.time, words.client, words.citizen, words.outcome, words.why],
    groups: [{ rows: timelines.map((one) => row(page, words, one)) }],
  })}${next !== undefined && html`<p class="older"><a class="button secondary" href="/lab/inspector?${String(older)}">${words.older}</a></p>`}`;
}

function row({ language }: Page, words: Words['timelines'], one: SummaryShown) {
  const { id, client, citizen, outcome, why } = one;
  return [
    html`<a href="/lab/inspector/${id}">${clock(language, one.startedAt)}</a><br><span class="hint">${moment(language, one.startedAt)}</span>`,
    client ? html`${client.name ?? html`<code>${client.id}</code>`}` : words.unknownClient,
    citizen ? html`${citizen.name}<br><code class="digits">${citizen.number}</code>` : words.nobody,
    outcomeShown(words, outcome),
    why ? html`${why[language].text}${why.rule !== null && html` <span class="rule">${why.rule}</span>`}` : '–',
  ];
}

/** How it ended, as a word that is told apart by more than its colour. */
export function outcomeShown(words: Words['timelines'], outcome: string): Html {
  return html`<span class="ended" data-ended="${outcome}">${words.outcomes[outcome] ?? outcome}</span>`;
}
