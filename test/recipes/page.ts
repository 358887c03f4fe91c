import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../docs/recipes');

/** What a page has the reader do, from top to bottom: save a file, or type the lines of a step. */
export interface Block {
  /** Name of the file; or `install`, `start` (an app that goes on running), `test` (the recipe is a test). */
  title: string;
  text: string;
}

/** A recipe as its page prints it. */
export interface Recipe {
  blocks: Block[];
  /** What the reader opens in the browser, from "Open <…>". */
  open: string | undefined;
}

/** Ports as the pages print them: VNeID, its city, the app, and what stands behind the app. */
export const printedPorts = ['3000', '3001', '8080', '8081'] as const;
export type Ports = Record<(typeof printedPorts)[number], number>;

/**
 * Reads a recipe from its page. Blocks that are to be done have a title; those without one are for reading only.
 * @param ports what the ports become, so that recipes run side by side; nothing else of the text is changed
 */
export function readRecipe(page: string, ports: Ports): Recipe {
  const text = readFileSync(join(folder, `${page}.md`), 'utf8').replaceAll(
    new RegExp(`\\b(${printedPorts.join('|')})\\b`, 'g'),
    (port) => String(ports[port as keyof Ports]),
  );
  const blocks = [...text.matchAll(/^```\w+ title=(\S+)\n([^]*?)^```$/gm)];
  return {
    blocks: blocks.map(([, title = '', code = '']) => ({ title, text: code })),
    open: /\bOpen <([^>]+)>/.exec(text)?.[1],
  };
}
