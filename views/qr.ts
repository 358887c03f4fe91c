import encodeQR from 'qr';
import { type Html, html } from './html.ts';

/**
 * A text as a QR code: inline SVG that fills the width it is given, black on white in both themes, because cameras read
 * the contrast and not the taste. Around it are the four modules of white that readers need (ISO/IEC 18004);
 * correction level M, which survives a scratched 15 %. One path of horizontal runs, and presentation attributes only, so a
 * strict Content-Security-Policy lets it through.
 * @param text what a reader gets, at most 2331 bytes of UTF-8
 * @param label what the code is for, for those who cannot see it; never the text itself where that is a secret
 */
export function qrImage(text: string, label: string): Html {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const side = modules.length;
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${runs(modules)}"/></svg>`;
}

/** "M4 4h7v1h-7z…": every run of dark modules in a row as one rectangle. */
function runs(modules: readonly (readonly boolean[])[]): string {
  let path = '';
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      const length = x - start + 1;
      path += `M${start} ${y}h${length}v1h-${length}z`;
    }
  }
  return path;
}
