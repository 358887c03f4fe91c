import type { Words } from '../words.ts';

export const en: Words = {
  synthetic: 'SYNTHETIC DATA',
};
