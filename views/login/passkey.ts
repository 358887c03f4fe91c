import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { key } from '../marks.ts';
import { wordsOf } from '../words.ts';

export interface PasskeyDoor {
  action: string;
  /** JSON of `PublicKeyCredentialRequestOptions`. */
  options: string;
  /** A passkey that was just used and belongs to nobody any more. */
  unknown?: string | undefined;
}

/** The way in with a passkey: hidden until the script has found that this browser can. */
export function passkeyDoor(page: Page, { action, options, unknown, csrf }: PasskeyDoor & { csrf: string }): Html {
  const words = wordsOf(page.language).passkeys;
  return html`<form method="post" action="${action}" class="passkey-door" hidden data-passkey="get" data-options="${options}"${unknown && html` data-unknown="${unknown}"`}>
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="credential" value="">
<button type="button" class="secondary">${key}${words.signIn}</button>
<p class="hint" role="status" data-say="stopped" hidden>${words.stopped}</p>
</form>`;
}
