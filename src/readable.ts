/** Characters of a text: what a phone shows without scrolling. */
const longest = 300;

/** What `readable` asks of a text, in the words of an error. */
export const aLine = `a line of 1 to ${longest} characters that a person can read`;

const unreadable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

/**
 * Whether a text of an app can be put before a person: nothing that could hide a part of it, or make it read otherwise
 * (Trojan Source: bidirectional controls).
 */
export function readable(text: string): boolean {
  return text.trim() !== '' && Array.from(text).length <= longest && unreadableIn(text) === undefined;
}

/** The first character that nobody sees, by its code point: "U+202E". */
export function unreadableIn(text: string): string | undefined {
  const found = unreadable.exec(text)?.[0];
  return found && codePointOf(found);
}

/** "U+1F600": what can be said of a character that may not be shown. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
