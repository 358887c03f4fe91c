import { type Address, addressParts, bothAddresses } from '../../registry/address.ts';
import { cardStateOn } from '../../registry/card.ts';
import type { Citizen } from '../../registry/citizen.ts';
import {
  cardKinds,
  cardStates,
  ethnicLabel,
  type Label,
  maritalStatuses,
  religionLabel,
  sexes,
} from '../../registry/codes.ts';
import { writtenDate } from '../../registry/dates.ts';
import type { Claim } from './claim.ts';
import { furtherClaims } from './further-claims.ts';

/** Nationalities of the cast; any other is shown by its ISO 3166-1 code. */
const countries: Record<string, Label> = {
  VNM: { vi: 'Việt Nam', en: 'Viet Nam' },
  KOR: { vi: 'Hàn Quốc', en: 'Republic of Korea' },
};

const both = (label: Label | undefined, language: 'vi' | 'en') => label?.[language] ?? '';
const dayIn = (value: string, language: 'vi' | 'en') => (language === 'vi' ? writtenDate(value) : value);

/**
 * Every claim once: which scope it belongs to, what it means, how it is read from the registry and how a person sees
 * it on the consent page. Discovery, userinfo, consent and the home page all come from this table.
 * Names of standard claims are those of OIDC Core §5.1; the others are ours.
 */
export const claimTable = {
  name: {
    scope: 'profile',
    verified: 1,
    vi: 'Họ, chữ đệm và tên khai sinh',
    en: 'Full name',
    example: 'Nguyễn Văn An',
    read: ({ citizen }) => citizen.name.full,
  },
  family_name: {
    scope: 'profile',
    verified: 1,
    within: 'name',
    vi: 'Họ',
    en: 'Family name',
    example: 'Nguyễn',
    read: ({ citizen }) => citizen.name.family,
  },
  middle_name: {
    scope: 'profile',
    verified: 1,
    within: 'name',
    vi: 'Chữ đệm',
    en: 'Middle name',
    example: 'Văn',
    read: ({ citizen }) => citizen.name.middle,
  },
  given_name: {
    scope: 'profile',
    verified: 1,
    within: 'name',
    vi: 'Tên',
    en: 'Given name',
    example: 'An',
    read: ({ citizen }) => citizen.name.given,
  },
  birthdate: {
    scope: 'profile',
    verified: 1,
    vi: 'Ngày, tháng, năm sinh',
    en: 'Date of birth',
    example: '1985-04-30',
    read: ({ citizen }) => citizen.birthDate,
    show: dayIn,
  },
  gender: {
    scope: 'profile',
    verified: 1,
    vi: 'Giới tính',
    en: 'Sex',
    example: 'male',
    read: ({ citizen }) => citizen.sex,
    show: (value: 'male' | 'female', language) => both(sexes[value], language),
  },
  ...furtherClaims,

  phone_number: {
    scope: 'phone',
    verified: 2,
    vi: 'Số điện thoại',
    en: 'Phone number',
    example: '0001234567',
    read: ({ citizen }) => citizen.phone,
  },
  phone_number_verified: {
    scope: 'phone',
    vi: 'Số điện thoại chính chủ',
    en: 'Phone registered in own name',
    example: true,
    // level 2 is where an officer compares the number with its owner (Decree 69/2024 Art 10)
    read: ({ citizen, account }) => (citizen.phone === null ? null : account.level === 2),
    show: yesOrNo,
  },

  email: {
    scope: 'email',
    vi: 'Thư điện tử',
    en: 'E-mail address',
    example: 'an@dancu.example',
    read: ({ citizen }) => citizen.email,
  },
  email_verified: {
    scope: 'email',
    vi: 'Thư điện tử đã xác minh',
    en: 'E-mail address verified',
    example: false,
    read: ({ citizen }) => (citizen.email === null ? null : false),
    show: yesOrNo,
  },

  address: {
    scope: 'address',
    verified: 2,
    vi: 'Nơi thường trú',
    en: 'Permanent address',
    example: { formatted: 'Số 1 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội', country: 'VN' },
    read: ({ citizen, today }) => standardAddress(citizen.permanent, today),
    show: (value: { formatted?: string }) => value.formatted ?? '',
  },

  personal_number: {
    scope: 'identity',
    verified: 1,
    vi: 'Số định danh cá nhân',
    en: 'Personal identification number',
    example: '001085000001',
    read: ({ citizen }) => citizen.number,
  },
  account_level: {
    scope: 'identity',
    vi: 'Mức độ tài khoản định danh điện tử',
    en: 'Level of the electronic identity account',
    example: 2,
    read: ({ account }) => account.level,
  },
  nationality: {
    scope: 'identity',
    verified: 2,
    vi: 'Quốc tịch',
    en: 'Nationality',
    example: 'VNM',
    read: ({ citizen }) => citizen.nationality,
    show: (value: string, language) => countries[value]?.[language] ?? value,
  },
  id_card: {
    scope: 'identity',
    verified: 2,
    vi: 'Thẻ căn cước',
    en: 'Identity card',
    example: { kind: 'can-cuoc', issued_on: '2024-08-12', expires_on: '2045-04-30', state: 'valid' },
    read: ({ citizen, today }) =>
      citizen.card && {
        kind: citizen.card.kind,
        issued_on: citizen.card.issuedOn,
        expires_on: citizen.card.expiresOn,
        state: cardStateOn(citizen.card, today),
      },
    show: (value: { kind: keyof typeof cardKinds; issued_on: string; state: keyof typeof cardStates }, language) =>
      `${both(cardKinds[value.kind], language)}, ${dayIn(value.issued_on, language)}, ${both(cardStates[value.state], language)}`,
  },

  residence: {
    scope: 'residence',
    verified: 2,
    vi: 'Nơi thường trú, tạm trú và nơi ở hiện tại',
    en: 'Permanent, temporary and current residence',
    example: {
      permanent: {
        before: '…, Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội',
        since: '…, Phường Ba Đình, Thành phố Hà Nội',
        commune: '00004',
      },
    },
    read: ({ citizen, today }) => {
      const places = { permanent: citizen.permanent, temporary: citizen.temporary, current: citizen.current };
      return Object.fromEntries(
        Object.entries(places).flatMap(([kind, place]) =>
          place ? [[kind, { ...bothAddresses(place, today), commune: place.unit }]] : [],
        ),
      );
    },
    show: (value: Record<string, { since: string | null; before: string | null }>) =>
      [...new Set(Object.values(value).map(({ since, before }) => since ?? before))].join('; '),
  },

  family: {
    scope: 'family',
    vi: 'Cha, mẹ, vợ hoặc chồng, con, người giám hộ',
    en: 'Parents, spouse, children, guardian',
    example: [{ relation: 'spouse', name: 'Trần Thị Bình', personal_number: '001187000002' }],
    read: ({ family }) =>
      family.map(({ relation, name, number, birthDate }) => ({
        relation,
        name,
        ...(number !== null && { personal_number: number }),
        ...(birthDate !== null && { birthdate: birthDate }),
      })),
    show: (value: { name: string }[]) => value.map(({ name }) => name).join(', '),
  },
  marital_status: {
    scope: 'family',
    vi: 'Tình trạng hôn nhân',
    en: 'Marital status',
    example: 'married',
    read: ({ citizen }) => citizen.maritalStatus,
    show: (value: Citizen['maritalStatus'], language) => both(maritalStatuses[value], language),
  },

  ethnicity: {
    scope: 'background',
    vi: 'Dân tộc',
    en: 'Ethnic group',
    sensitive: true,
    example: '01',
    read: ({ citizen }) => citizen.ethnicity,
    show: (value: string, language) => both(ethnicLabel(value), language),
  },
  religion: {
    scope: 'background',
    vi: 'Tôn giáo',
    en: 'Religion',
    sensitive: true,
    example: null,
    read: ({ citizen }) => citizen.religion,
    show: (value: string, language) => both(religionLabel(value), language),
  },
  blood_group: {
    scope: 'background',
    vi: 'Nhóm máu',
    en: 'Blood group',
    sensitive: true,
    example: 'O',
    read: ({ citizen }) => citizen.bloodGroup,
  },
} satisfies Record<string, Claim> as Record<string, Claim>;

/** The claim of this name; a request may name anything, `constructor` too. */
export function claimNamed(name: string): Claim | undefined {
  return Object.hasOwn(claimTable, name) ? claimTable[name] : undefined;
}

/** OIDC Core §5.1.1. */
function standardAddress(address: Address | null, today: string): Record<string, string> | null {
  const parts = address && addressParts(address, today);
  if (!parts) return null;
  const { street, commune, province } = parts;
  return {
    formatted: [street, commune, province].filter(Boolean).join(', '),
    ...(street !== null && { street_address: street }),
    locality: commune,
    region: province,
    country: 'VN',
  };
}

function yesOrNo(value: boolean, language: 'vi' | 'en'): string {
  if (language === 'vi') return value ? 'Có' : 'Không';
  return value ? 'Yes' : 'No';
}
