import { type Html, html } from '../html.ts';
import { layout, type Page } from '../layout.ts';
import type { MessageShown } from '../shown.ts';

export interface InboxProps {
  citizen: { fullName: string; number: string };
  /** In the order they are shown: newest first. */
  messages: MessageShown[];
}

export function inboxPage(page: Page, props: InboxProps): Html {
  return layout(page, {
    title: props.citizen.fullName,
    body: html`<h1>${props.citizen.fullName}</h1>${props.messages.map((message) => html`<article><h2>${message.title}</h2><p>${message.text}</p>${message.code && html`<code data-otp>${message.code}</code>`}</article>`)}`,
  });
}
