import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { qrImage } from '../../views/qr.ts';

/** Draws the SVG as a camera would see it, four pixels a module, and reads it. */
function read(svg: string): string {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const scale = 4;
  const size = side * scale;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const start = (row * size + Number(x) * scale) * 4;
      for (let at = 0; at < Number(length) * scale; at++) data.fill(0, start + at * 4, start + at * 4 + 3);
    }
  }
  return decodeQR({ width: size, height: size, data });
}

describe('a QR code', () => {
  it.each([
    'http://localhost:3000/verify/AbCdEfGhIjKlMnOpQrStUv',
    '001085000001|012345601|Nguyễn Văn An|12031985|Nam|Số 12 phố Hoa Sữa, Phường Trúc Bạch|10022025||||',
    'x',
  ])('is read back as it was written: %s', (text) => {
    expect(read(String(qrImage(text, 'Mã QR')))).toBe(text);
  });

  it('has a name, a quiet zone of four modules, and no style or script', () => {
    const svg = String(qrImage('secret', 'Mã "xuất trình" <của An>'));
    expect(svg).toContain('role="img" aria-label="Mã &quot;xuất trình&quot; &lt;của An&gt;"');
    expect(svg).not.toContain('secret');
    expect(svg).not.toMatch(/style|script/i);
    const [, side] = /viewBox="0 0 (\d+) /.exec(svg) ?? [];
    for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      expect(Math.min(Number(x), Number(y))).toBeGreaterThanOrEqual(4);
      expect(Number(x) + Number(length)).toBeLessThanOrEqual(Number(side) - 4);
    }
  });
});
