import { type Html, html, raw } from '../html.ts';
import type { Page } from '../layout.ts';
import { trouble } from '../login/trouble.ts';
import type { Problem } from '../shown.ts';
import { wordsOf } from '../words.ts';
import { type DeviceShown, screen, token } from './frame.ts';
import { icons } from './icons.ts';

export interface ScanProps {
  device: DeviceShown;
  action: string;
  problem?: Problem | undefined;
  /** What was pasted before an error. */
  typed?: string | undefined;
}

/**
 * Quét QR: by the camera where the browser has one, from a picture, or by pasting what the code says, which works without
 * JavaScript. What is read is posted, so that no code stands in an address or a log.
 */
export function scanPage(page: Page, { device, action, problem, typed = '' }: ScanProps): Html {
  const words = wordsOf(page.language).phoneApp;
  const { scan } = words;
  return screen(page, device, {
    title: words.tabs.scan,
    failed: problem !== undefined,
    tab: 'scan',
    scripts: ['phone-scan.js'],
    body: html`<p>${scan.lead}</p>
${trouble(problem)}
<div class="viewfinder" data-scanner data-denied="${scan.denied}" data-nothing="${scan.nothing}" data-reading="${scan.reading}" hidden>
<div class="viewfinder-window"><video class="viewfinder-picture" playsinline muted hidden></video><span class="viewfinder-mark" aria-hidden="true">${icons.scan}</span></div>
<p class="viewfinder-state hint" role="status" data-said></p>
<div class="stack"><button type="button" class="camera-button" data-camera>${scan.camera}</button>
<div class="file-choice"><label class="button secondary" for="picture">${scan.picture}</label><input class="unseen" type="file" id="picture" accept="image/*" data-picture></div></div></div>
<form method="post" action="${action}" novalidate data-code-form>${token(device.csrf)}
<div class="field"><label for="code">${scan.paste}</label>
<p class="hint" id="code-hint">${scan.pasteHint}</p>
<input id="code" name="code" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="2000" value="${typed}"${problem && raw(' aria-invalid="true"')} aria-describedby="${problem ? 'trouble ' : ''}code-hint"></div>
<button type="submit" class="primary">${scan.go}</button></form>
<p class="caution">${icons.warning}<span>${scan.caution}</span></p>`,
  });
}
