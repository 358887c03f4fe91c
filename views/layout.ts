import { type Html, html, raw } from './html.ts';
import type { Language } from './words.ts';

/** Who reads, and where: `path` is the current path with its query. */
export interface Page {
  language: Language;
  path: string;
}

export interface Content {
  title: string;
  body: Html;
  wide?: boolean;
}

export function layout(page: Page, { title, body, wide = false }: Content): Html {
  return html`${raw('<!doctype html>')}
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · VNeID</title>
<link rel="stylesheet" href="/assets/vneid.css">
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
</head>
<body>
<p class="band">DỮ LIỆU GIẢ LẬP · SYNTHETIC DATA</p>
<main id="main" class="${wide ? 'wide' : 'narrow'}">${body}</main>
</body>
</html>`;
}
