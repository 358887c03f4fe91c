import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { problem } from '../../errors.ts';

const names = [
  // Debian's: half the time of the whole browser
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'chrome.exe',
];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** Kept from calling home, and from a sandbox that root cannot have. */
export const quiet: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Nobody looks at it. */
const plain = ['--disable-remote-fonts', '--blink-settings=imagesEnabled=false'];

/**
 * A Chromium, Chrome or Edge of this machine: the one named, the first of the usual names on the PATH, where such
 * browsers are put, or the one that Playwright keeps.
 * @throws VneidError `check.noChromium`
 */
export function chromiumOf(env: Record<string, string | undefined>): string {
  const { VNEID_CHROMIUM: given } = env;
  if (given) {
    if (!isProgram(given)) throw problem('check.noChromium', { found: `VNEID_CHROMIUM=${given}` });
    return given;
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [...onPath, ...elsewhere, chromium.executablePath()].find(isProgram);
  if (!found) throw problem('check.noChromium', { found: 'PATH' });
  return found;
}

/** Opens it without a screen. */
export function openChromium(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [...quiet, ...plain],
    // the checker clears up itself before it ends
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
