/** Rows as COPY reads them (PostgreSQL, COPY, text format), some thousands in one piece. */
export function* linesOf<Row extends object>(rows: readonly Row[], columns: (keyof Row)[]): Generator<string> {
  for (let at = 0; at < rows.length; at += linesInPiece) {
    const lines = rows.slice(at, at + linesInPiece).map((row) => columns.map((column) => cell(row[column])).join('\t'));
    yield `${lines.join('\n')}\n`;
  }
}

const linesInPiece = 1_000;

/**
 * A value as PostgreSQL can keep it: its text has no NUL, which becomes the replacement character, as half a surrogate
 * pair does by itself. Whoever asks for it in the same words finds it.
 */
export function keepable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'string' ? value : String(value);
  return special.test(text) ? text.replaceAll(specials, (sign) => escapes[sign] ?? sign) : text;
}

const special = /[\\\n\r\t\0]/;
const specials = /[\\\n\r\t\0]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\u{fffd}' };
