import { facts } from '../facts.ts';
import { hrefIn } from '../document.ts';
import { type Html, html, type Part } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { moment } from '../times.ts';
import { type Language, type Words, wordsOf } from '../words.ts';
import { outcomeShown } from './timelines.ts';
import { decisionShown, whyShown } from './timelines-decision.ts';
import { clock, span } from './timelines-time.ts';
import type { EntryShown, TimelineShown, TokenShown } from './timelines-shown.ts';

export interface TimelineProps {
  timeline: TimelineShown;
  version: string;
}

/** One sign-in from above to below: each request with what was decided in it, and what it was about behind a fold. */
export function timelinePage(page: Page, { timeline, version }: TimelineProps): Html {
  const words = wordsOf(page.language).timelines;
  const name = timeline.client ? (timeline.client.name ?? timeline.client.id) : words.unknownClient;
  return layout(page, {
    title: `${words.outcomes[timeline.outcome] ?? timeline.outcome}: ${name}`,
    wide: true,
    scripts: ['timelines.js'],
    body: html`<div class="inspector stack"><p><a class="plain" href="/lab/inspector">${words.back}</a></p>
<div class="stack" data-live data-version="${version}" data-follow="/lab/inspector/${timeline.id}/follow">
<h1>${name} <small>${outcomeShown(words, timeline.outcome)}</small></h1>
${timeline.why && html`<div class="trouble"><div>${whyShown(page.language, words, timeline.why)}</div></div>`}
${head(page, words, timeline)}
<ol class="course">${timeline.entries.map((entry, index) => entryShown(page.language, words, entry, index, timeline.startedAt))}</ol>
${timeline.left > 0 && html`<p>${words.left(timeline.left)}</p>`}
<p class="doors"><a class="button secondary" href="${hrefIn(page, page.language)}">${words.reload}</a>
<a class="plain" href="/lab/api/timelines/${timeline.id}">${words.asJson}</a></p></div></div>`,
  });
}

function head({ language }: Page, words: Words['timelines'], timeline: TimelineShown): Html {
  const { client, citizen, level, began, startedAt, changedAt } = timeline;
  return html`<div class="course-head">${facts([
    ...(client ? [{ label: words.client, value: html`<code>${client.id}</code>` }] : []),
    {
      label: words.citizen,
      value: citizen ? html`${citizen.name} <code class="digits">${citizen.number}</code>` : words.nobody,
    },
    ...(level === null ? [] : [{ label: words.level, value: level }]),
    { label: words.began, value: html`<code>/${paths[began] ?? began}</code>, ${moment(language, startedAt)}` },
    { label: words.took, value: `${span(language, startedAt, changedAt)}, ${words.requests(timeline.requests)}` },
  ])}</div>`;
}

/** Endpoints by what began there. */
const paths: Record<string, string> = {
  authorize: 'authorize',
  par: 'par',
  ciba: 'ciba',
  device: 'device/authorize',
  request: '…',
};

function entryShown(
  language: Language,
  words: Words['timelines'],
  entry: EntryShown,
  index: number,
  startedAt: string,
): Html {
  const { request, decisions, tokens } = entry;
  const ok = decisions.some((one) => one.ok === false)
    ? 'failed'
    : decisions.some((one) => one.ok)
      ? 'passed'
      : 'noted';
  return html`<li class="moment" data-outcome="${ok}">
<p class="moment-time">${clock(language, entry.at)} <span>+${span(language, startedAt, entry.at)}</span></p>
<div class="moment-body"><h2>${request ? html`<code>${request.method} ${request.path}</code> <span class="http">${request.status}</span>` : words.elsewhere}${entry.times > 1 && html` <small>${words.times(entry.times)}</small>`}</h2>
${decisions.length > 0 && html`<ul class="decided">${decisions.map((one) => decisionShown(language, words, one))}</ul>`}
${tokens.length > 0 && html`<p class="handed">${words.handedOut}: ${tokens.map((token) => tokenLink(words, token, tokens))}</p>`}
${request && html`<details id="entry-${index}"><summary>${words.details}<span class="unseen">: ${request.method} ${request.path}, ${clock(language, entry.at)}</span></summary>${requestShown(words, request)}</details>`}</div></li>`;
}

function requestShown(words: Words['timelines'], request: NonNullable<EntryShown['request']>): Html {
  const rows: { label: string; value: Part }[] = request.parameters.map(({ name, value, token }) => ({
    label: name,
    value:
      value === null
        ? html`<em>${words.hidden}</em>`
        : html`<code>${value}</code>${token && html` <a href="${tokenHref({ token: value })}">${words.openThis}<span class="unseen">: ${name}</span></a>`}`,
  }));
  return html`<h3>${words.parameters}</h3>${rows.length > 0 ? facts(rows) : html`<p>${words.noParameters}</p>`}
<p class="hint">${words.milliseconds}: ${request.milliseconds} ms${request.id !== null && html`. ${words.requestId}: <code>${request.id}</code>`}</p>`;
}

/** A link to the inspector of tokens, with what goes along with this one; behind the # it stays in the browser. */
function tokenLink(words: Words['timelines'], token: TokenShown, beside: readonly TokenShown[]): Html {
  const other = (kind: string) => beside.find((one) => one.kind === kind)?.value;
  const href = tokenHref({
    token: token.value,
    ...(token.kind === 'id_token' && { accessToken: other('access_token'), code: other('code') }),
  });
  const about = [
    token.format === 'opaque' ? undefined : [token.format.toUpperCase(), token.alg].filter(Boolean).join(' '),
    token.seconds === null ? undefined : words.life(token.seconds),
    token.claims?.join(', '),
  ].filter((part) => part !== undefined);
  return html`<span class="token"><a href="${href}"><code>${token.kind}</code></a>${about.length > 0 && html` <span class="hint">${about.join(' · ')}</span>`}</span>`;
}

function tokenHref(given: Record<string, string | undefined>): string {
  const known = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return `/lab/inspector/token#${new URLSearchParams(known)}`;
}
