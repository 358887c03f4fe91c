import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { ClientShown, Problem } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { asker, cancel, levelAsked } from './asker.ts';
import { passkeyDoor, type PasskeyDoor } from './passkey.ts';
import { trouble } from './trouble.ts';
import { otherWays } from './ways.ts';

export interface PasswordProps {
  action: string;
  cancelAction: string;
  csrf: string;
  client: ClientShown;
  /** Address of the walk, and the other steps that may come now. */
  base: string;
  others: readonly string[];
  /** The level to go on with as it is, where the app would take it. */
  enough?: 1 | 2 | 3 | 4 | undefined;
  /** What was typed before, kept after an error. */
  login: string;
  problem?: Problem | undefined;
  /** The authentication level the app asks for. */
  level: 1 | 2 | 3 | 4;
  /** Where a passkey may be used instead. */
  passkey?: PasskeyDoor | undefined;
}

export function passwordPage(page: Page, props: PasswordProps): Html {
  const { password: words, frame } = wordsOf(page.language);
  const { problem, login } = props;
  // the cursor goes where the next key belongs: the field to correct, else the first one that is empty
  const first = problem?.field ?? (login === '' ? 'login' : 'password');
  const state = (field: 'login' | 'password', hint = '') => {
    const told = problem && (problem.field ?? first) === field ? 'trouble ' : '';
    const described = `${told}${hint}`.trim();
    return raw(
      (first === field ? ' autofocus' : '') +
        (problem?.field === field ? ' aria-invalid="true"' : '') +
        (described ? ` aria-describedby="${described}"` : ''),
    );
  };
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    ...(props.passkey && { scripts: ['passkey.js'] }),
    body: html`<div class="sheet">
${asker(page, props.client)}
<h1>${words.title} <small>${words.lead}</small></h1>
${trouble(problem)}
<form method="post" action="${props.action}" novalidate>
<input type="hidden" name="csrf" value="${props.csrf}">
<div class="field"><label for="login">${words.login}</label>
<p class="hint" id="login-hint">${words.loginHint}</p>
<input id="login" name="login" class="number" inputmode="numeric" autocomplete="username webauthn" autocapitalize="off" spellcheck="false" required value="${login}"${state('login', 'login-hint')}></div>
<div class="field"><label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${state('password')}></div>
<button type="submit" class="primary">${words.submit}</button>
</form>
${props.passkey && passkeyDoor(page, { ...props.passkey, csrf: props.csrf })}
${levelAsked(page, props.level)}
${otherWays(page, { base: props.base, ways: props.others, enough: props.enough, csrf: props.csrf })}
${cancel(page, props)}
</div>`,
  });
}
