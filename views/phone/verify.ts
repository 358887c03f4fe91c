import { facts } from '../facts.ts';
import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { trouble } from '../login/trouble.ts';
import type { Fact, Problem } from '../shown.ts';
import { type Language, type Words, wordsOf } from '../words.ts';

export interface VerifyProps {
  /** Where the form goes. */
  action: string;
  issuer: string;
  /** Seconds a code is good for. */
  lifetime: number;
  problem?: Problem | undefined;
}

export interface VerdictProps {
  state: keyof Words['verify']['states'];
  /** What is wrong and what to do; for a state without them the state's own sentence stands. */
  problem?: Problem | undefined;
  document?: DocumentShown | undefined;
  /** ISO 8601. */
  checkedAt: string;
  /** Address of this verdict, to ask again, while the code is good. */
  again?: string | undefined;
  /** Address of the page where another code is checked. */
  another: string;
}

interface DocumentShown {
  title: string;
  number: string | null;
  name: string;
  /** SVG drawn by this program. */
  portrait: string;
  rows: Fact[];
  /** Who shows it for the holder: a name, and who that is. */
  shownBy: { name: string; relation: 'child' | 'ward' } | null;
  secondsLeft: number;
}

/** The verifier's first page: one field, which a scanner types into as well as a person. */
export function verifyPage(page: Page, { action, issuer, lifetime, problem }: VerifyProps): Html {
  const { verify: words, frame } = wordsOf(page.language);
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
${trouble(problem)}
<form method="post" action="${action}" novalidate>
<div class="field scan"><label for="code">${words.label}</label>
<p class="hint" id="code-hint">${words.hint}</p>
<div class="scan-frame"><input id="code" name="code" autocomplete="off" autocapitalize="off" spellcheck="false" required autofocus${problem && raw(' aria-invalid="true"')} aria-describedby="${problem && 'trouble '}code-hint"></div></div>
<button type="submit" class="primary">${words.submit}</button>
</form>
<section aria-labelledby="how"><h2 id="how">${words.how}</h2>
<ol class="steps">${words.steps(lifetime).map((step) => html`<li>${step}</li>`)}</ol>
<p class="hint">${words.only} <code>${issuer}</code></p></section>
</div>`,
  });
}

/** What a code shows: one word that can be read at arm's length, whose document, what it says, and when that was so. */
export function verdictPage(page: Page, props: VerdictProps): Html {
  const words = wordsOf(page.language).verify;
  const other: Language = page.language === 'vi' ? 'en' : 'vi';
  const { state, document: shown, problem, again, another } = props;
  const { word, text } = words.states[state];
  return layout(page, {
    title: shown ? `${word}: ${shown.title}` : word,
    body: html`<div class="sheet verdict" data-tone="${tones[state]}">
<div class="verdict-head">
<p class="verdict-other">${signs[tones[state]]}<span lang="${other}">${wordsOf(other).verify.states[state].word}</span></p>
<h1>${word}</h1>
<p>${problem?.text ?? text}</p>
</div>
${problem && html`<p class="lead">${problem.next}</p>`}
${shown && documentShown(words, shown)}
<p class="verdict-when"><span>${words.checkedAt} ${momentWithSeconds(page.language, props.checkedAt)}</span>${shown && html` <span>${words.left(shown.secondsLeft)}</span>`}</p>
${
  again
    ? html`<div class="equals"><a class="button secondary" href="${again}">${words.again}</a><a class="button secondary" href="${another}">${words.another}</a></div>`
    : html`<div class="stack"><a class="button" href="${another}">${words.another}</a></div>`
}
${shown && html`<p class="hint">${words.privacy}</p>`}
</div>`,
  });
}

function documentShown(words: Words['verify'], shown: DocumentShown): Html {
  return html`<section class="verdict-document" aria-labelledby="whose">
<div class="verdict-who"><span class="verdict-portrait">${raw(shown.portrait)}</span>
<div><h2 id="whose">${shown.name}</h2><p>${shown.title}</p>${shown.number && html`<p class="digits">${shown.number}</p>`}</div></div>
${shown.shownBy && html`<p class="verdict-by">${words.shownBy[shown.shownBy.relation]} <strong>${shown.shownBy.name}</strong></p>`}
${shown.rows.length > 0 && facts(shown.rows)}
</section>`;
}

const tones = {
  valid: 'good',
  expired: 'late',
  'code-expired': 'late',
  revoked: 'bad',
  'not-genuine': 'bad',
  held: 'shut',
  suspended: 'shut',
  locked: 'shut',
  deceased: 'shut',
  withdrawn: 'shut',
} as const satisfies Record<keyof Words['verify']['states'], string>;

const sign = (paths: string) =>
  raw(
    `<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${paths}</g></svg>`,
  );
/** A tick, a clock, a cross and a padlock: the tone is told by shape too. */
const signs = {
  good: sign('<circle cx="16" cy="16" r="14"/><path d="M9.5 16.5 14 21.2 22.8 11.4"/>'),
  late: sign('<circle cx="16" cy="16" r="14"/><path d="M16 8.5V16.5L21 19.5"/>'),
  bad: sign('<circle cx="16" cy="16" r="14"/><path d="M11 11 21 21M21 11 11 21"/>'),
  shut: sign('<path d="M6 14.5H26V28H6ZM10.5 14.5V9.5A5.5 5.5 0 0 1 21.5 9.5V14.5M16 20V23"/>'),
};

const options = {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;
const seconds: Record<Language, Intl.DateTimeFormat> = {
  vi: new Intl.DateTimeFormat('vi-VN', options),
  en: new Intl.DateTimeFormat('en-GB', options),
};

/** To the second, for a verdict is good for the moment it was given. */
function momentWithSeconds(language: Language, iso: string): Html {
  const time = Date.parse(iso);
  return html`<time datetime="${iso}">${Number.isNaN(time) ? iso : seconds[language].format(time)}</time>`;
}
