import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { conclusion } from '../../../views/lab/check-rp.ts';
import { wordsOf } from '../../../views/words.ts';
import { createClock } from '../../clock.ts';
import { chromiumOf } from './chromium.ts';
import { countsOf, exitCodeOf, type Report, reportJson, type Result, verdicts } from './report.ts';
import { reportHtml } from './report-html.ts';
import { reportJunit } from './report-junit.ts';
import { checkRp, type Progress } from './run.ts';
import type { Verdict } from './verdict.ts';

/** What a command has of its process: progress goes to the one stream, what came of it to the other. */
interface Surroundings {
  env: Record<string, string | undefined>;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  signal: AbortSignal;
}

const usage = `vneid check-rp --start URL      the address of your app that begins a login
  [--logged-in TEXT|SELECTOR]   what is to be seen only when somebody is logged in; learned unless told
  [--citizen NUMBER]            who logs in; the cast unless told
  [--url URL]                   where the emulator answers; a tenant's address too
  [--only NAME,NAME]            families (jwks), faults (id-token.wrong-nonce) or deviations (endpoint.500/token)
  [--seconds N]                 what everything may take, 170 unless told
  [--report FOLDER]             index.html, report.json and junit.xml go there; or each by itself:
  [--html FILE] [--json FILE] [--junit FILE]
`;

const signs: Record<Verdict, string> = { fail: '✗', warning: '!', note: 'i', pass: '✓', skipped: '–' };
const colours = { fail: 'red', warning: 'yellow', note: 'cyan', pass: 'green', skipped: 'dim' } as const;

/**
 * `vneid check-rp`: the exit code, as `exitCodeOf` tells it.
 * @param placeOf where the emulator is, when it was named and when not
 * @throws VneidError what `checkRp` throws: it could not be checked
 */
export async function check(
  args: string[],
  placeOf: (named: string | undefined) => { url: string; operatorToken: string },
  { env, stdout, stderr, signal }: Surroundings,
): Promise<0 | 1 | 2> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      start: text,
      'logged-in': text,
      citizen: text,
      url: text,
      only: text,
      seconds: text,
      report: text,
      html: text,
      json: text,
      junit: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  if (!values.start) throw new Error(`--start is missing\n${usage}`);
  const report = await checkRp({
    start: values.start,
    loggedIn: values['logged-in'],
    citizen: values.citizen,
    only: values.only?.split(',').map((name) => name.trim()),
    seconds: values.seconds === undefined ? undefined : secondsIn(values.seconds),
    ...placeOf(values.url),
    chromium: chromiumOf(env),
    clock: createClock(),
    signal,
    onProgress: (said) => stderr.write(progress(said)),
  });
  const { report: folder } = values;
  await keep(values.html ?? (folder && join(folder, 'index.html')), () => reportHtml(report), stderr);
  await keep(
    values.json ?? (folder && join(folder, 'report.json')),
    () => `${JSON.stringify(reportJson(report), null, 2)}\n`,
    stderr,
  );
  await keep(values.junit ?? (folder && join(folder, 'junit.xml')), () => reportJunit(report), stderr);
  stdout.write(summary(report));
  return exitCodeOf(report);
}

function secondsIn(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new Error(`--seconds ${text}: a number above 0, such as 600`);
  return seconds;
}

function progress(said: Progress): string {
  const { vi, en } = both();
  if (said.kind === 'known') {
    const { client, mark } = said.report;
    const what = mark.what.join(' · ');
    return `${client}: ${vi.mark[mark.by](what)} · ${en.mark[mark.by](what)}\n`;
  }
  const { result, done, total } = said;
  const { verdict, outcome, deviation, seconds } = result;
  const sign = styleText(colours[verdict], signs[verdict]);
  const place = `[${String(done).padStart(String(total).length)}/${total}]`;
  const words = verdict === 'pass' ? '' : `  ${vi.outcomes[outcome]} · ${en.outcomes[outcome]}`;
  return `${place} ${sign} ${deviation.name} ${styleText('dim', `${seconds.toFixed(1)} s`)}${words}\n`;
}

/** Everything that somebody has to do something about, then the counts. */
function summary(report: Report): string {
  const { vi, en } = both();
  const counts = countsOf(report);
  const urgent = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warning');
  const counted = (words: typeof vi) =>
    verdicts.map((verdict) => `${words.verdicts[verdict]} ${counts[verdict]}`).join(', ');
  return [
    ...urgent.map(advice),
    '',
    `${conclusion(vi, report.results)} ${counted(vi)}; ${vi.seconds(Math.round(report.seconds))}.`,
    `${conclusion(en, report.results)} ${counted(en)}; ${en.seconds(Math.round(report.seconds))}.`,
    '',
  ].join('\n');
}

function advice({ deviation, about, verdict, outcome }: Result): string {
  const { vi, en } = both();
  const { name, must, fix, specification } = deviation;
  return [
    '',
    styleText([colours[verdict], 'bold'], `${signs[verdict]} ${name}`),
    `  ${about.vi} ${vi.outcomes[outcome]}`,
    `  → ${must.vi} ${fix.vi}`,
    `  ${about.en} ${en.outcomes[outcome]}`,
    `  → ${must.en} ${fix.en}`,
    `  ${specification.title}  ${specification.url}`,
  ].join('\n');
}

function both() {
  return { vi: wordsOf('vi').checkRp, en: wordsOf('en').checkRp };
}

async function keep(
  file: string | undefined,
  make: () => string | Promise<string>,
  stderr: Surroundings['stderr'],
): Promise<void> {
  if (file === undefined || file === '') return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await make());
  stderr.write(`${file}\n`);
}
