/** What a paper of one kind says, apart from its number. Dates are `YYYY-MM-DD`. */
export interface PaperOf<K extends string, F> {
  kind: K;
  issuedOn: string;
  /** Last day on which it is good; null for one without an end. */
  expiresOn: string | null;
  state: 'valid' | 'revoked';
  /** What is particular to the kind. */
  facts: F;
}

/** What a paper is worth on a day. Revoked comes before expired. */
export function paperStateOn(
  paper: Pick<PaperOf<string, unknown>, 'state' | 'expiresOn'>,
  day: string,
): 'valid' | 'expired' | 'revoked' {
  if (paper.state === 'revoked') return 'revoked';
  return paper.expiresOn !== null && paper.expiresOn < day ? 'expired' : 'valid';
}
