import { describe, expect, it } from 'vitest';
import { en } from '../../views/words/en.ts';
import { vi } from '../../views/words/vi.ts';

/** Every word by its path; a word with parameters is said with numbers and names in them. */
function said(words: object, path = ''): [path: string, text: string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const at = `${path}.${key}`;
    if (typeof value === 'string') return [[at, value] as [string, string]];
    if (typeof value === 'function') return [[at, String(value(2))] as [string, string]];
    return said(value as object, at);
  });
}

describe('the two catalogues', () => {
  const pairs = said(vi).map(([path, text], at) => ({ path, text, other: said(en)[at] }));

  it('have the same words', () => {
    expect(said(en).map(([path]) => path)).toEqual(said(vi).map(([path]) => path));
  });

  it.each(pairs)('$path is said in both', ({ path, text, other }) => {
    expect(text.trim()).toBe(text);
    expect(text).not.toBe('');
    expect(other?.[1].trim()).not.toBe('');
    // product names are the same in every language
    if (!path.endsWith('.product')) expect(other?.[1]).not.toBe(text);
    expect(text.normalize('NFC')).toBe(text);
  });

  it('write Vietnamese with its marks and English without', () => {
    const marks = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;
    const plain = said(vi).filter(([path, text]) => !marks.test(text) && !path.endsWith('.product'));
    expect(plain).toEqual([]);
    expect(said(en).filter(([, text]) => marks.test(text.replaceAll('NĐ-CP', '')))).toEqual([]);
  });
});
