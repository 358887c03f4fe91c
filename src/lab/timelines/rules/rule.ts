/** One thing that can be wrong with a request: by which words it is known, what says so, and what to do about it. */
export interface Rule {
  /** The words of the library, or ours, for what was wrong. */
  words: RegExp;
  /** Where it is written. */
  rule: string;
  vi: string;
  en: string;
  nextVi: string;
  nextEn: string;
}
