/** Characters of a text: what a phone shows without scrolling. */
const longest = 300;

/** What `readable` asks of a text, in the words of an error. */
export const aLine = `a line of 1 to ${longest} characters that a person can read`;

/**
 * Whether a text of an app can be put before a person: nothing that could hide a part of it, or make it read otherwise
 * (Trojan Source: bidirectional controls).
 */
export function readable(text: string): boolean {
  return (
    text.trim() !== '' && Array.from(text).length <= longest && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u.test(text)
  );
}
