import { problem, type VneidError } from '../errors.ts';
import type { Label } from './codes.ts';

/**
 * What of a person, an organisation or a document cannot be so.
 * @param member its name, as whoever told it knows it
 * @param found ends a sentence: "it is in the future"
 * @param right a whole sentence, without its full stop
 */
export function unfit(member: string, found: Label, right: Label): VneidError {
  return problem('registry.unfit', { member, found, right });
}
