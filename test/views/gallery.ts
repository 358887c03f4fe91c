/**
 * Takes pictures of every page: `node test/views/gallery.ts <folder> [part of a name…]`. Both languages, three widths,
 * light and dark; runs axe-core over each, and checks that nothing needs scrolling sideways.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accessibilityFaults, openChromium, scrollsSideways } from '../e2e/chromium.ts';
import { openSpecimen, serveSpecimens } from './specimen-server.ts';
import { specimens } from './specimens.ts';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('usage: node test/views/gallery.ts <folder> [part of a name…]');
await mkdir(folder, { recursive: true });

let faults = 0;
await using server = await serveSpecimens();
await using browser = await openChromium();
const names = specimens('vi')
  .map(({ name }) => name)
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
for (const width of [320, 390, 1280])
  for (const colorScheme of ['light', 'dark'] as const) await sitting(folder, width, colorScheme);
process.stdout.write(`${faults} faults\n`);
process.exitCode = faults > 0 ? 1 : 0;

async function sitting(pictures: string, width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && fault(`${page.url()}: ${message.text()}`));
  for (const language of ['vi', 'en'] as const) {
    for (const name of names) {
      const what = `${name}-${language}-${width}-${colorScheme}`;
      await openSpecimen(page, server.origin, language, name);
      for (const between of width === 1280 ? [480, 640, 860, width] : [width]) {
        await page.setViewportSize({ width: between, height: 800 });
        if (await scrollsSideways(page)) fault(`${what}: too wide at ${between}`);
      }
      await page.screenshot({ path: join(pictures, `${what}.png`), fullPage: true });
      if (width !== 390) for (const violation of await accessibilityFaults(page)) fault(`${what}: ${violation}`);
    }
  }
  await context.close();
}

function fault(text: string): void {
  faults += 1;
  process.stdout.write(`${text}\n`);
}
