/** What a paper of one kind says, apart from its number. Dates are `YYYY-MM-DD`. */
export interface PaperOf<K extends string, F> {
  kind: K;
  issuedOn: string;
  /** Last day on which it is good; null for one without an end. */
  expiresOn: string | null;
  /** What its authority recorded; whether it has run out is judged by `paperStateOn`. */
  state: 'valid' | 'suspended' | 'revoked';
  /** What is particular to the kind. */
  facts: F;
}

/** What a paper is worth on a day. What its authority recorded comes before expired. */
export function paperStateOn(
  paper: Pick<PaperOf<string, unknown>, 'state' | 'expiresOn'>,
  day: string,
): 'valid' | 'expired' | 'suspended' | 'revoked' {
  if (paper.state !== 'valid') return paper.state;
  return paper.expiresOn !== null && paper.expiresOn < day ? 'expired' : 'valid';
}
