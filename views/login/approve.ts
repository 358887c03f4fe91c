import { type Html, html, raw } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import { phone, tick } from '../marks.ts';
import { qrImage } from '../qr.ts';
import type { ClientShown, Problem } from '../shown.ts';
import { type Words, wordsOf } from '../words.ts';
import { asker, cancel, levelAsked } from './asker.ts';
import { trouble } from './trouble.ts';
import { otherWays } from './ways.ts';

export interface ApproveProps {
  kind: 'qr' | 'push' | 'transaction';
  action: string;
  /** Server-sent events of the request's state. */
  follow: string;
  cancelAction: string;
  csrf: string;
  client: ClientShown;
  state: 'waiting' | 'scanned' | 'confirmed' | 'declined' | 'refused' | 'replaced' | 'used' | 'expired';
  reason?: string | undefined;
  /** Two digits to be chosen on the phone. */
  number?: string | undefined;
  /** The transaction, word for word. */
  text?: string | undefined;
  expiresAt?: string | undefined;
  secondsLeft: number;
  /** What the QR code says, while it may be scanned. */
  code?: string | undefined;
  level: 1 | 2 | 3 | 4;
  /** Lab only: where the phone is. */
  phone?: string | undefined;
  /** Other steps that may come now. */
  others: readonly string[];
  /** The level to go on with as it is, where the app would take it. */
  enough?: 1 | 2 | 3 | 4 | undefined;
  /** Address of the walk. */
  base: string;
  problem?: Problem | undefined;
}

/** The page that waits for a phone: it follows the request, and goes on when the answer is there. */
export function approvePage(page: Page, props: ApproveProps): Html {
  const { approve: words, frame, otp } = wordsOf(page.language);
  const open = props.state === 'waiting' || props.state === 'scanned';
  const ended = open || props.state === 'confirmed' ? undefined : words.ended[props.reason ?? props.state];
  const problem = props.problem ?? ended;
  return layout(page, {
    title: problem ? `${frame.error}: ${words.titles[props.kind]}` : words.titles[props.kind],
    scripts: ['follow.js'],
    ...(open && { refresh: 4 }),
    body: html`<div class="sheet approve" data-state="${props.state}"${open && html` data-follow="${props.follow}"`}>
${asker(page, props.client)}
<h1>${words.titles[props.kind]}</h1>
${trouble(problem)}
<div class="approve-now" aria-live="polite">${open ? waiting(words, props) : props.state === 'confirmed' && html`<p class="done">${tick}</p><p>${words.confirmed}</p>`}</div>
<form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}">
${
  ended
    ? html`<button type="submit" class="primary" name="renew" value="yes">${words.renew[props.kind]}</button>`
    : html`<button type="submit" class="primary">${open ? words.check : words.go}</button>`
}</form>
${open && html`<p class="hint">${words.never[props.kind]}</p>`}
${levelAsked(page, props.level)}
${
  props.phone &&
  html`<aside class="lab" aria-label="${otp.labTitle}">${phone}<div><p><strong>${otp.labTitle}.</strong> ${words.labText}</p><p><a href="${props.phone}" target="_blank" rel="noopener">${words.labLink}</a></p></div></aside>`
}
${otherWays(page, { base: props.base, ways: props.others, enough: props.enough, csrf: props.csrf })}
${cancel(page, props)}
</div>`,
  });
}

function waiting(words: Words['approve'], props: ApproveProps): Html {
  const minutes = `${Math.floor(props.secondsLeft / 60)}:${String(props.secondsLeft % 60).padStart(2, '0')}`;
  return html`${
    props.code
      ? html`<figure class="qr-code" data-code="${props.code}">${qrImage(props.code, words.code)}</figure>
<ol class="steps">${words.steps.map((step) => html`<li>${step}</li>`)}</ol>`
      : html`<p>${props.state === 'scanned' ? words.scanned : words.sent}</p>
${props.text && html`<blockquote class="transaction"><p class="unseen">${words.text}</p><p>${props.text}</p></blockquote>`}
<p class="match"><span class="match-label">${words.number}</span> <strong class="match-number">${props.number}</strong></p>`
  }
<p class="countdown">${words.left} <time${props.expiresAt && html` datetime="${props.expiresAt}"`} data-left="${props.secondsLeft}" role="timer" aria-live="off">${raw(minutes)}</time></p>`;
}
