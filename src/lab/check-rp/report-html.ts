import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkRpReport } from '../../../views/lab/check-rp.ts';
import { type Report, shownTrial } from './report.ts';

/** The report as one file for a browser: style and letters are in it, so that it can be mailed, or kept by CI. */
export async function reportHtml({ results, at, mark, ...report }: Report): Promise<string> {
  const props = {
    ...report,
    mark: { by: mark.by, what: mark.what.join(' · ') },
    at: new Date(at).toISOString(),
    trials: results.map(shownTrial),
  };
  return String(checkRpReport(props, await styleOf(['vneid.css', 'check-rp.css'])));
}

async function styleOf(sheets: readonly string[]): Promise<string> {
  const assets = join(import.meta.dirname, '../../../views/assets');
  const fonts = join(
    dirname(createRequire(import.meta.url).resolve('@fontsource/be-vietnam-pro/package.json')),
    'files',
  );
  const texts = await Promise.all(sheets.map((sheet) => readFile(join(assets, sheet), 'utf8')));
  const style = texts.join('\n');
  const names = [...new Set([...style.matchAll(/url\("([\w./-]+)"\)/g)].map(([, name = '']) => name))];
  const inlined = new Map(await Promise.all(names.map(async (name) => [name, await dataOf(name)] as const)));
  return style.replaceAll(/url\("([\w./-]+)"\)/g, (_, name: string) => `url("${inlined.get(name)}")`);

  async function dataOf(name: string): Promise<string> {
    const font = name.startsWith('fonts/');
    const bytes = await readFile(font ? join(fonts, name.slice('fonts/'.length)) : join(assets, name));
    return `data:${font ? 'font/woff2' : 'image/svg+xml'};base64,${bytes.toString('base64')}`;
  }
}
