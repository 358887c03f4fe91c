import type { Kysely } from 'kysely';
import type { Passwords } from '../../src/accounts/passwords.ts';
import type { AccountRow, CitizenRow, Schema } from '../../src/store/schema.ts';

/** A citizen with nothing special; a story names what matters to it. */
export function citizenRow(own: Partial<CitizenRow> = {}): CitizenRow {
  return {
    id: 'citizen-an',
    number: '001085000001',
    family_name: 'Nguyễn',
    middle_name: 'Văn',
    given_name: 'An',
    full_name: 'Nguyễn Văn An',
    search_name: 'nguyen van an',
    other_name: null,
    birth_date: '1985-03-14',
    sex: 'male',
    birth_place: null,
    birth_registration: '001',
    hometown: null,
    ethnicity: '01',
    religion: null,
    nationality: 'VNM',
    blood_group: null,
    old_number: null,
    card_kind: 'can-cuoc',
    card_issued_on: '2024-07-01',
    card_expires_on: '2045-03-14',
    card_state: 'valid',
    marital_status: 'single',
    father_id: null,
    father_name: null,
    mother_id: null,
    mother_name: null,
    spouse_id: null,
    spouse_name: null,
    guardian_id: null,
    household_id: null,
    relation_to_head: null,
    permanent_street: null,
    permanent_unit: null,
    permanent_old_unit: null,
    temporary_street: null,
    temporary_unit: null,
    temporary_old_unit: null,
    current_street: null,
    current_unit: null,
    current_old_unit: null,
    phone: '0001234567',
    email: null,
    died_on: null,
    ...own,
  };
}

/** Registers a citizen and opens an account, password Hanoi@2024 in the eyes of `plainPasswords`. */
export async function addHolder(
  db: Kysely<Schema>,
  citizen: Partial<CitizenRow> = {},
  account: Partial<AccountRow> = {},
): Promise<{ citizen: CitizenRow; account: AccountRow }> {
  const person = citizenRow(citizen);
  const opened: AccountRow = {
    id: `account-of-${person.id}`,
    citizen_id: person.id,
    kind: 'citizen',
    level: 2,
    state: 'active',
    state_reason: null,
    password_hash: 'plain:Hanoi@2024',
    created_at: 1_700_000_000_000,
    ...account,
  };
  await db.insertInto('citizens').values(person).execute();
  await db.insertInto('accounts').values(opened).execute();
  return { citizen: person, account: opened };
}

/** Passwords without the cost of a hash, that remember every verification. */
export function plainPasswords(): Passwords & { verified: (string | undefined)[] } {
  const verified: (string | undefined)[] = [];
  return {
    verified,
    hash: async (password) => `plain:${password}`,
    async verify(phc, password) {
      verified.push(phc);
      return phc === `plain:${password}`;
    },
    close: async () => {},
  };
}
