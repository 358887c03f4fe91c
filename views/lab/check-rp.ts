import { facts } from '../facts.ts';
import { type Html, html, raw } from '../html.ts';
import { lotus } from '../marks.ts';
import { table } from '../table.ts';
import { moment } from '../times.ts';
import { type Language, type Words, wordsOf } from '../words.ts';

interface Said {
  vi: string;
  en: string;
}

/** What one deviation came to. */
export interface TrialShown {
  name: string;
  about: Said;
  verdict: keyof Words['checkRp']['verdicts'];
  outcome: keyof Words['checkRp']['outcomes'];
  seconds: number;
  must: Said;
  fix: Said;
  specification: { title: string; url: string };
  /** The last page that the browser saw. */
  evidence?: { address: string; status: number | undefined; text: string } | undefined;
}

export interface CheckRpProps {
  client: string;
  start: string;
  issuer: string;
  citizen: string;
  mark: { by: keyof Words['checkRp']['mark']; what: string };
  /** ISO 8601. */
  at: string;
  seconds: number;
  trials: TrialShown[];
}

/** Those that somebody has to do something about, each with all that is known of it. */
const told = ['fail', 'warning', 'note'] as const;
const listed = ['pass', 'skipped'] as const;

/** All of it in a sentence: an app is clean only where everything was tried. */
export function conclusion(
  words: Words['checkRp'],
  trials: readonly Pick<TrialShown, 'verdict' | 'outcome'>[],
): string {
  const wrong = trials.filter(({ verdict }) => verdict === 'fail').length;
  const untried = trials.filter(({ outcome }) => outcome === 'no-time').length;
  if (wrong > 0) return words.wrong(wrong);
  return untried > 0 ? words.untried(untried) : words.clean;
}

/** The report on an app, in one language. */
export function checkRpBody(language: Language, props: CheckRpProps): Html {
  const words = wordsOf(language).checkRp;
  const of = (verdict: TrialShown['verdict']) => props.trials.filter((trial) => trial.verdict === verdict);
  return html`<div class="stack report"><h1>${words.title(props.client)}</h1>
<p class="lead"><strong>${conclusion(words, props.trials)}</strong></p>
<p>${words.lead(props.trials.length - of('skipped').length)}</p>
<ul class="tally">${[...told, ...listed].map((verdict) => html`<li data-verdict="${verdict}"><b>${of(verdict).length}</b> ${words.verdicts[verdict]}</li>`)}</ul>
${facts([
  { label: words.facts.start, value: html`<code>${props.start}</code>` },
  { label: words.facts.issuer, value: html`<code>${props.issuer}</code>` },
  { label: words.facts.citizen, value: html`<code class="digits">${props.citizen}</code>` },
  { label: words.facts.mark, value: words.mark[props.mark.by](props.mark.what) },
  { label: words.facts.at, value: moment(language, props.at) },
  { label: words.facts.seconds, value: words.seconds(Math.round(props.seconds)) },
])}
${told.filter((verdict) => of(verdict).length > 0).map((verdict) => section(language, verdict, html`${of(verdict).map((trial) => card(language, trial))}`))}
${listed
  .filter((verdict) => of(verdict).length > 0)
  .map((verdict) =>
    section(
      language,
      verdict,
      table({
        caption: words.verdicts[verdict],
        columns: [words.columns.deviation, words.columns.about, words.columns.outcome, words.columns.seconds],
        groups: [
          {
            rows: of(verdict).map((trial) => [
              html`<code>${trial.name}</code>`,
              trial.about[language],
              words.outcomes[trial.outcome],
              words.seconds(Number(trial.seconds.toFixed(1))),
            ]),
          },
        ],
      }),
    ),
  )}</div>`;
}

function section(language: Language, verdict: TrialShown['verdict'], body: Html): Html {
  const words = wordsOf(language).checkRp;
  const id = `${verdict}-${language}`;
  return html`<section class="part" aria-labelledby="${id}"><h2 id="${id}">${words.verdicts[verdict]}</h2>
<p>${words.about[verdict]}</p>
${body}</section>`;
}

function card(language: Language, trial: TrialShown): Html {
  const words = wordsOf(language).checkRp;
  const { evidence, specification } = trial;
  return html`<article class="trial" data-verdict="${trial.verdict}"><h3>${trial.about[language]}</h3>
<p><code>${trial.name}</code></p>
${facts([
  { label: words.outcome, value: html`<strong>${words.outcomes[trial.outcome]}</strong>` },
  { label: words.must, value: trial.must[language] },
  { label: words.fix, value: trial.fix[language] },
  { label: words.specification, value: html`<a href="${specification.url}">${specification.title}</a>` },
  ...(evidence
    ? [
        {
          label: words.evidence,
          value: html`<code>${evidence.status ?? ''} ${evidence.address}</code>${evidence.text !== '' && html`<br><q>${evidence.text}</q>`}`,
        },
      ]
    : []),
])}</article>`;
}

/**
 * The report as a file that needs nothing but itself: both languages in it, one of them to be seen.
 * @param style the stylesheets, with all that they draw on
 */
export function checkRpReport(props: CheckRpProps, style: string): Html {
  const [{ frame }, { frame: english }] = [wordsOf('vi'), wordsOf('en')];
  return html`${raw('<!doctype html>')}
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${props.client} · ${frame.product}</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<p class="band"><span lang="vi">DỮ LIỆU GIẢ LẬP</span> · <span lang="en">SYNTHETIC DATA</span></p>
<div class="top-row"><p class="brand">${lotus}<span class="brand-text"><span class="brand-name">${frame.product}</span> <span class="brand-role in-vi" lang="vi">${frame.role}</span><span class="brand-role in-en" lang="en">${english.role}</span></span></p>
<fieldset class="languages"><legend class="unseen">${frame.languages} · ${english.languages}</legend>
<label lang="vi"><input type="radio" name="language" id="read-vi" checked><span>Tiếng Việt</span></label>
<label lang="en"><input type="radio" name="language" id="read-en"><span>English</span></label></fieldset></div></header>
<main id="main" class="wide">
<div class="in-vi" lang="vi">${checkRpBody('vi', props)}</div>
<div class="in-en" lang="en">${checkRpBody('en', props)}</div>
</main>
<footer class="bottom"><p class="in-vi" lang="vi">${frame.footer}</p><p class="in-en" lang="en">${english.footer}</p></footer>
</body>
</html>
`;
}
