import type { VisitRow } from './visit-row.ts';

/**
 * The tables, as Kysely sees them. Ids are text (UUIDv7; those of made people and households are shorter), times are
 * milliseconds since 1970, dates are `YYYY-MM-DD`, lists are JSON text: nothing that SQLite and PostgreSQL would keep
 * differently.
 */
export interface Schema {
  citizens: CitizenRow;
  cancelled_numbers: CancelledNumberRow;
  households: HouseholdRow;
  organisations: OrganisationRow;
  mandates: MandateRow;
  accounts: AccountRow;
  inbox_messages: InboxRow;
  consents: ConsentRow;
  audit: AuditRow;
  facts: FactRow;
  marks: MarkRow;
  phones: PhoneRow;
  passcodes: PasscodeRow;
  approvals: ApprovalRow;
  passkeys: PasskeyRow;
  documents: DocumentRow;
  clients: ClientRow;
  visits: VisitRow;
}

const everyTable: Record<keyof Schema, true> = {
  accounts: true,
  approvals: true,
  audit: true,
  cancelled_numbers: true,
  citizens: true,
  clients: true,
  consents: true,
  documents: true,
  facts: true,
  households: true,
  inbox_messages: true,
  mandates: true,
  marks: true,
  organisations: true,
  passcodes: true,
  passkeys: true,
  phones: true,
  visits: true,
};

/** The names of all tables. */
export const tableNames = Object.keys(everyTable) as (keyof Schema)[];

/** A relying party that was registered while the program ran, or what was changed of a configured one meanwhile. */
export interface ClientRow {
  id: string;
  /** JSON: OpenID Connect Dynamic Client Registration §2; of all others as it was written, with what is ours; `null` when taken out. */
  metadata: string;
  registered_at: number;
  registered_by: 'itself' | 'hand' | 'file';
}

/** Law 26/2023 Art 9: what the population database keeps of a person. */
export interface CitizenRow {
  id: string;
  /** The personal number in force; earlier ones are in `cancelled_numbers`. */
  number: string;
  family_name: string;
  middle_name: string;
  given_name: string;
  /** "Nguyễn Văn An": family, middle and given name in NFC. */
  full_name: string;
  /** Folded for matching: no diacritics, lower case, one space; Hòa and Hoà are alike. */
  search_name: string;
  other_name: string | null;
  /** `YYYY` alone when only the year is known. */
  birth_date: string;
  sex: 'male' | 'female';
  birth_place: string | null;
  /** Province prefix of birth registration: three digits of Circular 07/2016 App. 1 (or a country code). */
  birth_registration: string;
  hometown: string | null;
  /** Two digits of Decision 421-TCTK. */
  ethnicity: string;
  religion: string | null;
  /** ISO 3166-1 alpha-3. */
  nationality: string;
  blood_group: 'A' | 'B' | 'AB' | 'O' | null;
  /** The nine-digit number of before 2016. */
  old_number: string | null;
  card_kind: 'can-cuoc' | 'cccd' | 'residence-card' | null;
  card_issued_on: string | null;
  /** Null with a card means "Không thời hạn". */
  card_expires_on: string | null;
  card_state: 'valid' | 'revoked' | 'held' | null;
  marital_status: 'single' | 'married' | 'divorced' | 'widowed';
  father_id: string | null;
  father_name: string | null;
  mother_id: string | null;
  mother_name: string | null;
  spouse_id: string | null;
  spouse_name: string | null;
  guardian_id: string | null;
  household_id: string | null;
  /** "Chủ hộ", "Vợ", "Con đẻ" …, as the code of `registry/codes.ts`. */
  relation_to_head: string | null;
  permanent_street: string | null;
  /** Commune since 1/7/2025, five digits. */
  permanent_unit: string | null;
  /** Commune until 30/6/2025, five digits, where it is known. */
  permanent_old_unit: string | null;
  temporary_street: string | null;
  temporary_unit: string | null;
  temporary_old_unit: string | null;
  current_street: string | null;
  current_unit: string | null;
  current_old_unit: string | null;
  phone: string | null;
  email: string | null;
  died_on: string | null;
}

/** Decree 70/2024 Art 11: a number that was cancelled is kept and never given to anyone again. */
export interface CancelledNumberRow {
  number: string;
  citizen_id: string;
  cancelled_on: string;
  /** How many the same citizen had cancelled before; 0 where nobody counted yet. */
  nth: number;
  reason: 'sex' | 'birth-year' | 'wrong-registration' | 'forged-papers';
}

export interface HouseholdRow {
  id: string;
  /** Residence file number (số hồ sơ cư trú). */
  file_number: string;
  head_id: string;
}

export interface OrganisationRow {
  id: string;
  kind: 'enterprise' | 'agency' | 'hospital';
  name: string;
  tax_code: string;
  founded_on: string;
  address: string;
}

/** Who acts for an organisation, and as what. */
export interface MandateRow {
  citizen_id: string;
  organisation_id: string;
  role: 'representative' | 'officer' | 'health-worker';
  title: string;
  since: string;
  until: string | null;
}

/** Decree 69/2024 Art 7. The account name is the personal number of its citizen. */
export interface AccountRow {
  id: string;
  citizen_id: string;
  kind: 'citizen' | 'foreigner';
  level: 1 | 2;
  state: 'active' | 'locked' | 'closed';
  state_reason: string | null;
  /** PHC string of argon2id. */
  password_hash: string;
  created_at: number;
}

/** Everything that was sent to a citizen: texts with a code, notices, receipts. */
export interface InboxRow {
  id: string;
  citizen_id: string;
  kind: 'otp' | 'notice' | 'receipt';
  channel: 'sms' | 'app' | 'email';
  /** The number or address it went to. */
  recipient: string;
  title_vi: string;
  title_en: string;
  text_vi: string;
  text_en: string;
  /** The one-time code, so that a tester need not read prose. */
  code: string | null;
  sent_at: number;
}

/** Decree 13/2023 Art 11, Law 91/2025 Art 9: consent that can be shown later, word for word. */
export interface ConsentRow {
  id: string;
  account_id: string;
  client_id: string;
  /** The provider's grant that carries it. */
  grant_id: string;
  /** JSON list of scopes agreed to. */
  scopes: string;
  /** JSON list of scopes that were offered and refused. */
  refused: string;
  /** JSON of the page as the person saw it: who asks, items, purposes, language. */
  shown: string;
  /** SHA-256 of `shown`, hex. */
  hash: string;
  given_at: number;
  withdrawn_at: number | null;
}

/** Append only: the database refuses UPDATE and DELETE. */
export interface AuditRow {
  id: string;
  at: number;
  event: string;
  account_id: string | null;
  client_id: string | null;
  /** JSON of the event's facts. */
  facts: string;
}

/** What the installation knows of itself: which seed was made, how far it got. */
export interface FactRow {
  name: string;
  value: string;
}

/** That an artifact was used; see marks.ts. */
export interface MarkRow {
  /** SHA-256 of its kind and id, base64url. */
  id: string;
  expires_at: number;
}

/** A phone bound to an account; at most one per account has not ended. */
export interface PhoneRow {
  id: string;
  account_id: string;
  /** What its holder calls it. */
  name: string;
  /** SHA-256 of the secret that only the phone has, hex. */
  secret_hash: string;
  /** A switch of the lab: what the phone's camera sees when it looks at its holder. */
  face: 'matches' | 'differs' | 'no-camera';
  activated_at: number;
  seen_at: number;
  ended_at: number | null;
  ended_because: 'replaced' | 'lost' | 'removed' | null;
}

/** The six digits typed into the phone. One for an account, whatever phone it is typed into. */
export interface PasscodeRow {
  account_id: string;
  /** Keyed hash, base64url; the key is not in this database. */
  hash: string;
  /** Wrong tries since the last right one. */
  failures: number;
  set_at: number;
}

/** Someone asks, a phone answers, it expires: QR login, push, CIBA, step-up and change of phone are all one of these. */
export interface ApprovalRow {
  id: string;
  kind: 'qr' | 'push' | 'ciba' | 'transaction' | 'phone';
  state: 'waiting' | 'scanned' | 'confirmed' | 'declined' | 'refused' | 'replaced' | 'used';
  /** Why it was refused. */
  reason: 'number' | 'second-scan' | 'other-person' | 'level' | null;
  /** Whose phone may answer; unknown until a QR code is scanned. */
  account_id: string | null;
  /** The phone that scanned or answered. */
  phone_id: string | null;
  client_id: string | null;
  /** The walk, the CIBA request or the phone that waits for the answer. */
  reference: string;
  /** JSON of what the phone shows. */
  ask: string;
  /** Two digits shown where it is asked, to be chosen on the phone; null where nothing of ours is shown there. */
  number: string | null;
  /** Authentication level that the answer has to reach. */
  level: 1 | 2 | 3 | 4;
  /** JSON list of the methods it was confirmed with. */
  methods: string | null;
  asked_at: number;
  expires_at: number;
  answered_at: number | null;
}

/** WebAuthn credential record (Level 3 §4). */
export interface PasskeyRow {
  /** Credential id, base64url. */
  id: string;
  account_id: string;
  name: string;
  /** COSE key, base64url. */
  public_key: string;
  counter: number;
  /** JSON list. */
  transports: string;
  /** 1 when the authenticator may copy it to other devices (backup eligible). */
  synced: 0 | 1;
  aaguid: string;
  created_at: number;
  used_at: number | null;
}

/** A paper that a citizen has had integrated into their electronic identity (Law 26/2023 Art 22). */
export interface DocumentRow {
  id: string;
  citizen_id: string;
  kind: 'driving-licence' | 'vehicle' | 'health-insurance';
  number: string;
  issued_on: string;
  /** Null for one without an end. */
  expires_on: string | null;
  state: 'valid' | 'suspended' | 'revoked';
  /** JSON: what is particular to the kind. */
  facts: string;
}
