import { en } from './words/en.ts';
import { vi } from './words/vi.ts';

export type Language = 'vi' | 'en';

/** Every word of every page: the Vietnamese catalogue gives the shape, the English one fills it. */
export type Words = typeof vi;

export function wordsOf(language: Language): Words {
  return language === 'vi' ? vi : en;
}
