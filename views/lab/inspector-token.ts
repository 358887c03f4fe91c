import { draw, summaryOf } from '../assets/inspector/draw.js';
import { kinds } from '../assets/inspector/kinds.js';
import type { Both, Input, Inspection } from '../assets/inspector/report.js';
import type { Drawn } from '../assets/inspector/tree.js';
import { words as catalogue } from '../assets/inspector/words.js';
import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';

export interface InspectorProps {
  issuer: string;
  /** ISO 8601. */
  now: string;
  /** What the claims of a person mean. */
  claims: Record<string, Both>;
  /** What was sent, and what comes of it, where the browser could not do it itself. */
  sent?: { input: Input; inspection: Inspection } | undefined;
}

/** Takes any token apart: in the browser while it is typed, or else here, when the form is sent. */
export function inspectorPage(page: Page, { sent, ...world }: InspectorProps): Html {
  const words = catalogue[page.language];
  const input: Partial<Input> = sent?.input ?? {};
  const hint = (id: string, text: string) => html`<p class="hint" id="${id}-hint">${text}</p>`;
  const area = (name: keyof Input, label: string, rows: number, text?: string) =>
    html`<div class="field"><label for="${name}">${label}</label>${text && hint(name, text)}
<textarea id="${name}" name="${name}" rows="${rows}" ${plainText}${text && html` aria-describedby="${name}-hint"`}>${input[name] ?? ''}</textarea></div>`;
  const line = (name: keyof Input, label: string, text?: string) =>
    html`<div class="field"><label for="${name}">${label}</label>${text && hint(name, text)}
<input id="${name}" name="${name}" ${plainText}${text && html` aria-describedby="${name}-hint"`} value="${input[name] ?? ''}"></div>`;
  const option = (name: string, label: string) =>
    html`<option value="${name}"${raw(name === (input.as ?? '') ? ' selected' : '')}>${label}</option>`;
  const more = beside.some((name) => (input[name] ?? '') !== '');

  return layout(page, {
    title: words.title,
    wide: true,
    scripts: ['inspect-token.js'],
    body: html`<div class="inspector stack"><h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<p data-where="server">${words.onServer}</p>
<p data-where="browser" hidden>${words.inBrowser}</p>
<form method="post" action="/lab/inspector/token" data-inspector data-language="${page.language}" data-jwks="/jwks" data-clock="/lab/api/clock" data-world="${JSON.stringify(world)}">
${area('token', words.token, 6)}
<details${raw(more ? ' open' : '')}><summary>${words.more}</summary><div class="beside">
<div class="field"><label for="as">${words.as}</label><select id="as" name="as">${option('', words.recognise)}${Object.entries(kinds).map(([name, kind]) => option(name, kind.name[page.language]))}</select></div>
${line('audience', words.audience)}${line('nonce', words.nonce)}${line('request', words.request, words.requestHint)}
${area('key', words.key, 4, words.keyHint)}${area('other', words.other, 4)}${area('accessToken', words.accessToken, 2)}${line('code', words.code)}
</div></details>
<div class="actions"><button type="submit" class="primary">${words.submit}</button><button type="reset" class="secondary">${words.clear}</button></div>
</form>
<p class="unseen" role="status" data-summary>${sent && summaryOf(sent.inspection.token, page.language)}</p>
<div class="stack" data-result>${sent && draw(sent.inspection, page.language).map(print)}</div></div>`,
  });
}

const beside = ['as', 'key', 'other', 'accessToken', 'code', 'audience', 'nonce', 'request'] as const;
/** What is pasted is no prose, and not to be kept by the browser or sent to whoever checks spelling. */
const plainText = raw('spellcheck="false" autocomplete="off" autocapitalize="off" translate="no"');

/** Names of elements and attributes are ours; whatever a token says is text or the value of an attribute. */
function print(drawn: Drawn): Html {
  if (typeof drawn === 'string') return html`${drawn}`;
  const { tag, attributes, children } = drawn;
  const given = Object.entries(attributes).map(([name, value]) => html` ${raw(name)}="${value}"`);
  const open = html`${raw(`<${tag}`)}${given}${raw('>')}`;
  return tag === 'br' ? open : html`${open}${children.map(print)}${raw(`</${tag}>`)}`;
}
