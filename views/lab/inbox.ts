import { hrefIn } from '../document.ts';
import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { MessageShown } from '../shown.ts';
import { moment } from '../times.ts';
import { type Words, wordsOf } from '../words.ts';

export interface InboxProps {
  citizen: { fullName: string; number: string };
  /** In the order they are shown: newest first. */
  messages: MessageShown[];
}

/** A citizen's phone: texts with codes, notices and receipts. */
export function inboxPage(page: Page, props: InboxProps): Html {
  const words = wordsOf(page.language).inbox;
  return layout(page, {
    title: words.title(props.citizen.fullName),
    body: html`<div class="handset">
<div class="handset-top"><p class="handset-lab">${words.lab}</p>
<h1>${words.title(props.citizen.fullName)}</h1>
<p class="digits">${props.citizen.number}</p>
<p><a class="button secondary" href="${hrefIn(page, page.language)}">${words.reload}</a></p></div>
${
  props.messages.length === 0
    ? html`<div class="handset-empty"><p><strong>${words.empty}</strong></p><p>${words.emptyText}</p></div>`
    : html`<ol class="messages">${props.messages.map((message) => html`<li>${messageShown(page, words, message)}</li>`)}</ol>`
}
</div>`,
  });
}

function messageShown(page: Page, words: Words['inbox'], message: MessageShown): Html {
  const channel = words.channels[message.channel] ?? message.channel;
  return html`<article class="message" data-kind="${message.kind}">
<p class="message-meta"><span>${channel} ${words.to} ${message.recipient}</span> ${moment(page.language, message.sentAt)}</p>
<div class="bubble"><h2>${message.title}</h2>
${message.code && html`<p><span class="unseen">${words.code}: </span><code class="otp" data-otp>${message.code}</code></p>`}
<p class="message-text">${message.text}</p>
${message.kind === 'receipt' && html`<p class="hint screen-only">${words.print}</p>`}</div>
</article>`;
}
