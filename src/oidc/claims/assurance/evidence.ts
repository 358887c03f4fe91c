import { hasValidCard } from '../../../registry/card.ts';
import type { Card } from '../../../registry/citizen.ts';
import { recordedAt, type Subject } from '../claim.ts';
import { claimTable } from '../claim-table.ts';

/**
 * How somebody was identified, in the words of OpenID Identity Assurance Schema Definition 1.0 §5.4. The framework is
 * Decree 69/2024/NĐ-CP, and the account's level says which procedure of it was gone through:
 *
 * - level 1 (Art 10.1): in the app. Number and face are compared with the national population database; nobody sees a paper.
 * - level 2 (Art 10.2, Art 11 for foreigners): before an officer, who inspects the papers and compares face and fingerprints.
 *
 * Names are those of the working group's list of predefined values, or begin with `vn_`.
 */
export const trustFramework = 'vn_vneid';

export const assuranceLevels = { 1: 'vneid_1', 2: 'vneid_2' } as const;

const documentTypes = { card: 'idcard', residence: 'vn_residence_card', passport: 'passport' };

/** Physical inspection in person; chip read; face in person and remotely; compared with a record. */
const checks = { inspected: 'vpip', chip: 'vcrypt', facePresent: 'bvp', faceRemote: 'bvr', record: 'data' };

const register = 'population_register';
const ministry = 'Bộ Công an';
const country = { country: 'Việt Nam', country_code: 'VN' };

/** What of it discovery advertises (OpenID Connect for Identity Assurance 1.0 §8; the first is of its drafts). */
export const assuranceMetadata = {
  verified_claims_supported: true,
  trust_frameworks_supported: [trustFramework],
  evidence_supported: ['document', 'electronic_record'],
  documents_supported: Object.values(documentTypes),
  documents_check_methods_supported: Object.values(checks),
  electronic_records_supported: [register],
  claims_in_verified_claims_supported: Object.keys(claimTable).filter((name) => claimTable[name]?.verified),
};

/** What of a person's papers may be told to whom is asking. */
export interface Disclosure {
  /** That there is a card, its kind and dates. */
  paper: boolean;
  paperNumber: boolean;
}

/**
 * Everything there is to say about how this person was identified; a request picks from it. A card that is expired or
 * held is no evidence.
 * @param reference names the identification to the one who asks
 */
export function verificationOf(subject: Subject, disclosure: Disclosure, reference: string): object {
  const { account, citizen, today } = subject;
  const officer = account.level === 2;
  const moment = recordedAt(subject);
  const time = moment === undefined ? undefined : new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');
  const checked = (...methods: string[]) =>
    methods.map((method) => ({ check_method: method, organization: ministry, time }));
  const { card } = citizen;
  const shown = officer && disclosure.paper && card !== null && hasValidCard(citizen, today);
  return {
    trust_framework: trustFramework,
    assurance_level: assuranceLevels[account.level],
    assurance_process: { policy: 'vn_decree_69_2024', procedure: procedureOf(account) },
    time,
    verification_process: reference,
    evidence: [
      ...(shown ? papersOf(card, checked, disclosure.paperNumber ? citizen.number : undefined) : []),
      {
        type: 'electronic_record',
        check_details: officer ? checked(checks.record) : checked(checks.record, checks.faceRemote),
        record: { type: register, source: { name: 'Cơ sở dữ liệu quốc gia về dân cư', ...country } },
      },
    ],
  };
}

function procedureOf({ kind, level }: Subject['account']): string {
  if (kind === 'foreigner') return level === 2 ? 'article_11_level_2' : 'article_11_level_1';
  return level === 2 ? 'article_10_level_2' : 'article_10_level_1';
}

function papersOf(card: Card, checked: (...methods: string[]) => object[], number: string | undefined): object[] {
  const foreign = card.kind === 'residence-card';
  const details = {
    type: foreign ? documentTypes.residence : documentTypes.card,
    document_number: number,
    date_of_issuance: card.issuedOn,
    date_of_expiry: card.expiresOn ?? undefined,
    issuer: { name: ministry, ...country },
  };
  if (!foreign)
    return [
      {
        type: 'document',
        check_details: checked(checks.inspected, checks.chip, checks.facePresent),
        document_details: details,
      },
    ];
  return [
    // the registry does not know its number
    {
      type: 'document',
      check_details: checked(checks.inspected, checks.facePresent),
      document_details: { type: documentTypes.passport },
    },
    { type: 'document', check_details: checked(checks.inspected), document_details: details },
  ];
}
