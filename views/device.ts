import { facts } from './facts.ts';
import { type Html, html, raw } from './html.ts';
import { layout, type Page } from './layout.ts';
import { asker } from './login/asker.ts';
import { trouble } from './login/trouble.ts';
import { alert, tick } from './marks.ts';
import type { ClientShown, Problem } from './shown.ts';
import { wordsOf } from './words.ts';

export interface DeviceProps {
  /** Where the form goes. */
  action: string;
  /** Ties the form to this browser; the provider calls it `xsrf`. */
  xsrf: string;
  /** What was typed, or came with the address. */
  code: string;
  problem?: Problem | undefined;
}

export interface DeviceConfirmProps {
  action: string;
  xsrf: string;
  /** As the device shows it: `WDJB-MJHT`. */
  code: string;
  client: ClientShown;
  device: {
    /** What it says it is: "Chrome trên Android". */
    name: string;
    address: string;
  };
}

/** How a sign-in on another device ended, or why it cannot go on. */
export type DeviceEndProps = {
  /** Where another code can be entered. */
  again: string;
} & ({ state: 'done' | 'refused'; client: string } | { state: 'over'; problem: Problem });

/** The one field of RFC 8628 §3.3: the code that another device shows. */
export function devicePage(page: Page, { action, xsrf, code, problem }: DeviceProps): Html {
  const { device: words, frame } = wordsOf(page.language);
  return layout(page, {
    title: problem ? `${frame.error}: ${words.title}` : words.title,
    body: html`<div class="sheet">
<h1>${words.title}</h1>
<p>${words.lead}</p>
${trouble(problem)}
<form method="post" action="${action}" novalidate>
<input type="hidden" name="xsrf" value="${xsrf}">
<div class="field"><label for="user_code">${words.label}</label>
<p class="hint" id="user-code-hint">${words.hint}</p>
<input id="user_code" name="user_code" class="user-code" inputmode="text" autocapitalize="characters" autocomplete="off" spellcheck="false" pattern="[A-Za-z]{4}[ -]?[A-Za-z]{4}" required autofocus value="${code}"${problem && raw(' aria-invalid="true"')} aria-describedby="${problem && 'trouble '}user-code-hint"></div>
<button type="submit" class="primary">${words.submit}</button>
</form>
<p class="hint">${words.never}</p>
</div>`,
  });
}

/**
 * Which app asks, on what device, and the code to compare. The code alone proves nothing: whoever is sent one and enters
 * it signs a stranger in (RFC 8628 §5.4), so the warning stands before the buttons and refusing costs no more than going on.
 */
export function deviceConfirmPage(page: Page, props: DeviceConfirmProps): Html {
  const words = wordsOf(page.language).device;
  const { client, device } = props;
  return layout(page, {
    title: words.confirmTitle,
    body: html`<div class="sheet">
${asker(page, client)}
<h1>${words.confirmTitle}</h1>
<p class="match"><span class="match-label">${words.compare}</span> <strong class="user-code-shown">${props.code}</strong></p>
${facts([
  { label: words.device, value: device.name },
  { label: words.address, value: html`<code>${device.address}</code>` },
])}
<div class="trouble" id="warning" role="note">${alert}<div><p><strong>${words.warning}</strong></p><p>${words.warningMore}</p></div></div>
<form method="post" action="${props.action}" aria-describedby="warning">
<input type="hidden" name="xsrf" value="${props.xsrf}">
<input type="hidden" name="user_code" value="${props.code}">
<div class="equals"><button type="submit" class="refusal" name="abort" value="yes">${words.refuse}</button>
<button type="submit" class="primary" name="confirm" value="yes">${words.confirm}</button></div>
</form>
</div>`,
  });
}

export function deviceEndPage(page: Page, props: DeviceEndProps): Html {
  const { device: words, frame } = wordsOf(page.language);
  const again = html`<p><a href="${props.again}">${words.another}</a></p>`;
  if (props.state === 'over')
    return layout(page, {
      title: `${frame.error}: ${words.title}`,
      body: html`<div class="sheet"><h1>${words.title}</h1>
${trouble(props.problem)}
${again}</div>`,
    });
  const { state, client } = props;
  const title = state === 'done' ? words.doneTitle : words.refusedTitle;
  return layout(page, {
    title,
    body: html`<div class="sheet" data-state="${state}">
${state === 'done' && html`<p class="done">${tick}</p>`}
<h1>${title}</h1>
<p>${state === 'done' ? words.done(client) : words.refused(client)} ${words.close}</p>
${state === 'refused' && again}
</div>`,
  });
}
