import { type Html, html } from './html.ts';
import { layout, type Page } from './layout.ts';
import { trouble } from './login/trouble.ts';
import { key, tick } from './marks.ts';
import type { Problem } from './shown.ts';
import { moment } from './times.ts';
import { type Words, wordsOf } from './words.ts';

export type PasskeysDone = 'added' | 'renamed' | 'revoked';

export interface PasskeyShown {
  /** What the forms call it. */
  id: string;
  name: string;
  synced: boolean;
  /** ISO 8601. */
  createdAt: string;
  usedAt: string | undefined;
}

export interface PasskeysProps {
  /** Where one is added; `/rename` and `/revoke` stand below it. */
  action: string;
  csrf: string;
  person: string;
  passkeys: PasskeyShown[];
  longestName: number;
  most: number;
  /** JSON of `PublicKeyCredentialCreationOptions`; undefined when there is no room for another. */
  options: string | undefined;
  /** JSON of what the browser is told of the account's passkeys. */
  signals: string;
  done?: PasskeysDone | undefined;
  problem?: Problem | undefined;
}

/** A citizen's own passkeys: what they are called, where they live, when they were used; to add, rename and revoke. */
export function passkeysPage(page: Page, props: PasskeysProps): Html {
  const { passkeys: words, frame } = wordsOf(page.language);
  const { passkeys, problem, done } = props;
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    scripts: ['passkey.js'],
    body: html`<div class="sheet" data-signals="${props.signals}">
<h1>${words.title} <small>${props.person}</small></h1>
${trouble(problem)}
${done && !problem && html`<p class="passkey-done" role="status">${tick}<span>${words.done[done]}</span></p>`}
<p>${words.lead}</p>
<section aria-labelledby="mine"><h2 id="mine">${words.mine}</h2>
${
  passkeys.length === 0
    ? html`<p class="hint">${words.none}</p>`
    : html`<ul class="passkeys">${passkeys.map((passkey, index) => html`<li>${passkeyShown(page, words, props, passkey, index + 1)}</li>`)}</ul>`
}</section>
<section aria-labelledby="add"><h2 id="add">${words.add}</h2>
${props.options === undefined ? html`<p class="hint">${words.full(props.most)}</p>` : addForm(words, props, props.options)}</section>
</div>`,
  });
}

function passkeyShown(page: Page, words: Words['passkeys'], props: PasskeysProps, passkey: PasskeyShown, at: number) {
  const { id, name, synced, createdAt, usedAt } = passkey;
  const hidden = html`<input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="passkey" value="${id}">`;
  return html`<article class="passkey" aria-labelledby="passkey-${at}">
${key}<div><h3 id="passkey-${at}">${name}</h3>
<p>${synced ? words.synced : words.bound}</p>
<p class="hint">${words.created} ${moment(page.language, createdAt)}<br>${usedAt === undefined ? words.unused : html`${words.used} ${moment(page.language, usedAt)}`}</p></div>
<details><summary>${words.change}<span class="unseen">: ${name}</span></summary>
<form method="post" action="${props.action}/rename">${hidden}
<div class="field"><label for="name-${at}">${words.newName}</label>
<input id="name-${at}" name="name" value="${name}" maxlength="${props.longestName}" required autocomplete="off"></div>
<button type="submit" class="secondary">${words.rename}</button></form>
<form method="post" action="${props.action}/revoke">${hidden}
<p>${words.revokeWhy}</p>
<button type="submit" class="refusal">${words.revoke}<span class="unseen">: ${name}</span></button></form>
</details></article>`;
}

function addForm(words: Words['passkeys'], props: PasskeysProps, options: string): Html {
  return html`<form method="post" action="${props.action}" class="passkey-add" hidden data-passkey="create" data-options="${options}">
<input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="credential" value="">
<div class="field"><label for="name">${words.name}</label>
<p class="hint" id="name-hint">${words.nameHint}</p>
<input id="name" name="name" maxlength="${props.longestName}" required autocomplete="off" aria-describedby="name-hint"></div>
<button type="submit" class="primary">${key}${words.addNow}</button>
<p class="hint" role="status" data-say="stopped" hidden>${words.notMade}</p>
<p class="hint" role="status" data-say="exists" hidden>${words.exists}</p>
</form>
<p class="hint" data-say="unable" hidden>${words.unable}</p>
<noscript><p class="hint">${words.noScript}</p></noscript>`;
}

export interface PasskeysSignInProps {
  /** The authorization endpoint, and the request. */
  action: string;
  fields: Record<string, string>;
  minutes: number;
  problem?: Problem | undefined;
}

/** Nobody has just signed in here: why that is needed, and the way to it. */
export function passkeysSignInPage(page: Page, props: PasskeysSignInProps): Html {
  const { passkeys: words, frame } = wordsOf(page.language);
  const { problem } = props;
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
${trouble(problem)}
<p>${words.lead}</p>
<p>${words.fresh(props.minutes)}</p>
<form method="get" action="${props.action}">
${Object.entries(props.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" class="primary">${words.freshNow}</button></form>
</div>`,
  });
}
