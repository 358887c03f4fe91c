import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { wordsOf } from '../words.ts';
import { screen, token } from './frame.ts';
import { icons } from './icons.ts';

export interface StartProps {
  csrf: string;
  /** Address of the first step of an activation. */
  activate: string;
  /** Lab only: whose phone can be put into this browser. */
  cast?: { action: string; members: CastMemberShown[] } | undefined;
  /** Why there is no phone here any more. */
  ended?: { because: 'replaced' | 'lost' | 'removed'; name: string } | undefined;
}

export interface CastMemberShown {
  number: string;
  fullName: string;
  /** What this person is for. */
  case: string;
  portrait: string;
  /** Shown for those who cannot use a phone. */
  barred: boolean;
}

/** A phone without the app's account: activate it, or, on a test bench, pick up somebody's. */
export function startPage(page: Page, { csrf, activate, cast, ended }: StartProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { start } = words;
  return screen(page, undefined, {
    title: ended ? start.endedTitle[ended.because] : start.title,
    body: html`${
      ended
        ? html`<p class="lead">${start.ended[ended.because](ended.name)}</p><p>${start.endedNext}</p>`
        : html`<p class="lead">${start.lead}</p>`
    }
<p><a class="button wide-button" href="${activate}">${icons.device}${start.activate}</a></p>
<p class="hint">${start.need}</p>
${
  cast &&
  html`<section class="bench" aria-labelledby="bench"><h2 id="bench">${start.pick}</h2>
<p class="hint">${start.pickText}</p>
<form method="post" action="${cast.action}">${token(csrf)}
<ul class="people">${cast.members.map((member) => html`<li>${personButton(page, member)}</li>`)}</ul></form></section>`
}`,
  });
}

function personButton(page: Page, member: CastMemberShown): Html {
  const { barred } = wordsOf(page.language).phoneApp.start;
  return html`<button type="submit" class="person-button" name="citizen" value="${member.number}"><span class="portrait">${raw(member.portrait)}</span><span class="person-words"><strong>${member.fullName}</strong> <span class="digits">${member.number}</span> <span class="person-case">${member.case}${member.barred && html` <em>${barred}</em>`}</span></span></button>`;
}

export interface BarredProps {
  csrf: string;
  fullName: string;
  /** Whether its holder asked for it. */
  own: boolean;
  removeAction: string;
  cast: string | undefined;
}

/** The account may not be used: nothing of it is shown, only what to do. */
export function barredPage(page: Page, { csrf, fullName, own, removeAction, cast }: BarredProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { barred } = words;
  return screen(page, undefined, {
    title: own ? barred.ownTitle : barred.title,
    body: html`<p class="outcome outcome-no">${icons.lock}</p>
<p class="lead">${own ? barred.own(fullName) : barred.text(fullName)}</p>
<section aria-labelledby="unlock"><h2 id="unlock">${barred.how}</h2>
<ol class="steps">${barred.steps.map((step) => html`<li>${step}</li>`)}</ol></section>
<form method="post" action="${removeAction}">${token(csrf)}<button type="submit" class="secondary">${words.me.remove}</button></form>
${cast !== undefined && html`<p><a href="${cast}">${words.labOther}</a></p>`}`,
  });
}
