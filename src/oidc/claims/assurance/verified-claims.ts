import type { Subject } from '../claim.ts';
import { claimNamed } from '../claim-table.ts';
import { paper, paperNumber } from '../asked.ts';
import { verificationOf } from './evidence.ts';
import { fit, meets, unmet } from './match.ts';
import { type VerifiedRequest, verifiedRequests } from './request.ts';

/** A request for verified claims, with what its asker may have. */
export interface VerifiedWanted {
  /** The `verified_claims` member of the `claims` parameter. */
  asked: unknown;
  /** Whether a claim was agreed with the client and by the person, to go out with its proof. */
  agreed: (claim: string) => boolean;
  /** Names the identification of this person to the asker, and to nobody else. */
  reference: string;
}

/**
 * The answer to a request for verified claims (OpenID Connect for Identity Assurance 1.0 §5.6, §5.7): for each element of
 * the request one, or none when what it requires of the verification does not hold or nothing of it was agreed to. A claim
 * that is not known, not verified at the account's level or not of a required value is left out of it.
 * @param now milliseconds since 1970
 * @returns undefined when there is no element
 */
export function verifiedClaims(subject: Subject, { asked, agreed, reference }: VerifiedWanted, now: number): unknown {
  const known = verificationOf(subject, { paper: agreed(paper), paperNumber: agreed(paperNumber) }, reference);
  const elements = verifiedRequests(asked).flatMap((request) => {
    const wanted = Object.entries(request.claims).filter(([name]) => agreed(name));
    if (wanted.length === 0) return [];
    const verification = fit(withoutDetails(request), known, now);
    if (verification === unmet) return [];
    const claims = wanted.flatMap(([name, template]) => {
      const value = verifiedValue(subject, name);
      return value === undefined || !meets(template, value, now) ? [] : [[name, value]];
    });
    return [{ verification, claims: Object.fromEntries(claims) as object }];
  });
  if (elements.length === 0) return undefined;
  return Array.isArray(asked) ? elements : elements[0];
}

function verifiedValue(subject: Subject, name: string): unknown {
  const claim = claimNamed(name);
  if (claim?.verified === undefined || subject.account.level < claim.verified) return undefined;
  return claim.read?.(subject) ?? undefined;
}

/** §5.4: asking for `assurance_details` filters nothing, and there are none. */
function withoutDetails({ verification }: VerifiedRequest): object {
  const { assurance_process: process } = verification;
  if (typeof process !== 'object' || process === null) return verification;
  const { assurance_details: _details, ...rest } = process as Record<string, unknown>;
  return { ...verification, assurance_process: rest };
}
