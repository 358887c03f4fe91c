import type { FieldShown } from './form.ts';

/** One operation, in all its skins. */
export interface DescribedOperation {
  /** `phones.approve`. */
  operation: string;
  verb: string;
  about: string;
  method: string;
  path: string;
  shell: string;
  code: string;
  tool: string;
  errors: readonly string[];
  fields: readonly FieldShown[];
  /** Where a browser gets the answer without a form: of what takes nothing and changes nothing. */
  file?: string | undefined;
  anchor: string;
  dangerous: boolean;
}
