import { type Html, html, raw } from '../html.ts';
import type { Content, Page } from '../layout.ts';

/** The city app's own frame: another product, another header, the same band. */
export function cityLayout(page: Page, { title, body }: Content): Html {
  return html`${raw('<!doctype html>')}
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · iHanoi</title>
<link rel="stylesheet" href="/assets/vneid.css">
<link rel="stylesheet" href="/assets/city.css">
</head>
<body>
<p class="band">DỮ LIỆU GIẢ LẬP · SYNTHETIC DATA</p>
<main id="main">${body}</main>
</body>
</html>`;
}
