import type { InBoth } from '../errors.ts';

/**
 * Code lists of the registry with their Vietnamese and English labels. Ethnic groups are Decision 421-TCTK of 2/3/1979.
 * No official coded list of religions, marital states or relations was found: those codes are this project's own.
 */
export type Label = InBoth;

export const sexes = {
  male: { vi: 'Nam', en: 'Male' },
  female: { vi: 'Nữ', en: 'Female' },
} as const satisfies Record<string, Label>;

export const maritalStatuses = {
  single: { vi: 'Chưa kết hôn', en: 'Never married' },
  married: { vi: 'Đã kết hôn', en: 'Married' },
  divorced: { vi: 'Ly hôn', en: 'Divorced' },
  widowed: { vi: 'Góa', en: 'Widowed' },
} as const satisfies Record<string, Label>;

export const relationsToHead = {
  head: { vi: 'Chủ hộ', en: 'Head of household' },
  wife: { vi: 'Vợ', en: 'Wife' },
  husband: { vi: 'Chồng', en: 'Husband' },
  child: { vi: 'Con đẻ', en: 'Child' },
  'adopted-child': { vi: 'Con nuôi', en: 'Adopted child' },
  'daughter-in-law': { vi: 'Con dâu', en: 'Daughter-in-law' },
  'son-in-law': { vi: 'Con rể', en: 'Son-in-law' },
  father: { vi: 'Bố đẻ', en: 'Father' },
  mother: { vi: 'Mẹ đẻ', en: 'Mother' },
  'husbands-father': { vi: 'Bố chồng', en: "Husband's father" },
  'husbands-mother': { vi: 'Mẹ chồng', en: "Husband's mother" },
  'wifes-father': { vi: 'Bố vợ', en: "Wife's father" },
  'wifes-mother': { vi: 'Mẹ vợ', en: "Wife's mother" },
  grandfather: { vi: 'Ông', en: 'Grandfather' },
  grandmother: { vi: 'Bà', en: 'Grandmother' },
  'elder-brother': { vi: 'Anh', en: 'Elder brother' },
  'elder-sister': { vi: 'Chị', en: 'Elder sister' },
  'younger-sibling': { vi: 'Em', en: 'Younger sibling' },
  grandchild: { vi: 'Cháu', en: 'Grandchild, niece or nephew' },
  other: { vi: 'Khác', en: 'Other' },
} as const satisfies Record<string, Label>;

export type RelationToHead = keyof typeof relationsToHead;

export const cardKinds = {
  'can-cuoc': { vi: 'Thẻ căn cước', en: 'Identity card (2024)' },
  cccd: { vi: 'Thẻ căn cước công dân gắn chip', en: 'Citizen identity card (2021)' },
  'residence-card': { vi: 'Thẻ tạm trú', en: 'Residence card of a foreigner' },
} as const satisfies Record<string, Label>;

export const cardStates = {
  valid: { vi: 'Có giá trị', en: 'Valid' },
  expired: { vi: 'Hết hạn', en: 'Expired' },
  revoked: { vi: 'Bị thu hồi', en: 'Revoked' },
  held: { vi: 'Bị giữ', en: 'Held by the authorities' },
} as const satisfies Record<string, Label>;

/** Why a number was cancelled: Decree 70/2024/NĐ-CP Art 11. */
export const cancellationReasons = {
  sex: { vi: 'Xác định lại giới tính', en: 'Sex was re-determined' },
  'birth-year': { vi: 'Cải chính năm sinh', en: 'Birth year was corrected' },
  'wrong-registration': { vi: 'Xác lập sai thông tin', en: 'Registered wrongly' },
  'forged-papers': { vi: 'Giấy tờ giả', en: 'Registered on forged papers' },
} as const satisfies Record<string, Label>;

export const bloodGroups = ['A', 'B', 'AB', 'O'] as const;

/** Null in the registry means none; 86.3 % of the census of 2019. */
export const religions = {
  buddhism: { vi: 'Phật giáo', en: 'Buddhism' },
  catholicism: { vi: 'Công giáo', en: 'Catholicism' },
  protestantism: { vi: 'Tin lành', en: 'Protestantism' },
  'hoa-hao': { vi: 'Phật giáo Hòa Hảo', en: 'Hoa Hao Buddhism' },
  'cao-dai': { vi: 'Cao Đài', en: 'Caodaism' },
  islam: { vi: 'Hồi giáo', en: 'Islam' },
  bahai: { vi: "Baha'i", en: "Baha'i" },
  'tinh-do': { vi: 'Tịnh độ cư sĩ Phật hội', en: 'Pure Land Buddhist Association' },
  adventism: { vi: 'Cơ đốc Phục lâm', en: 'Seventh-day Adventism' },
  'tu-an': { vi: 'Tứ Ân Hiếu Nghĩa', en: 'Tu An Hieu Nghia' },
  'minh-su': { vi: 'Minh Sư đạo', en: 'Minh Su Dao' },
  'minh-ly': { vi: 'Minh Lý đạo', en: 'Minh Ly Dao' },
  brahmanism: { vi: 'Bà-la-môn', en: 'Brahmanism' },
  mormonism: { vi: 'Mặc môn', en: 'Mormonism' },
  'ta-lon': { vi: 'Phật giáo Hiếu Nghĩa Tà Lơn', en: 'Hieu Nghia Ta Lon Buddhism' },
  'buu-son': { vi: 'Bửu Sơn Kỳ Hương', en: 'Buu Son Ky Huong' },
} as const satisfies Record<string, Label>;

/** "01" to "56", in the order of Decision 421-TCTK. */
export const ethnicGroups: Record<string, string> = Object.fromEntries(
  [
    'Kinh|Tày|Thái|Hoa|Khơ-me|Mường|Nùng|HMông|Dao|Gia-rai|Ngái|Ê-đê|Ba na|Xơ-đăng|Sán Chay|Cơ-ho|Chăm|Sán Dìu|Hrê',
    'Mnông|Ra-glai|Xtiêng|Bru-Vân Kiều|Thổ|Giáy|Cơ-tu|Gié-Triêng|Mạ|Khơ-mú|Co|Tà-ôi|Chơ-ro|Kháng|Xinh-mun|Hà Nhì',
    'Chu-ru|Lào|La Chí|La Ha|Phù Lá|La Hủ|Lự|Lô Lô|Chứt|Mảng|Pà Thẻn|Cơ Lao|Cống|Bố Y|Si La|Pu Péo|Brâu|Ơ Đu|Rơ-măm',
    'Người nước ngoài|Không rõ',
  ]
    .join('|')
    .split('|')
    .map((name, index) => [String(index + 1).padStart(2, '0'), name]),
);

/** The label of an ethnic group: its own name in both languages, except the two that are not groups. */
export function ethnicLabel(code: string): Label {
  const vi = ethnicGroups[code] ?? 'Không rõ';
  return { vi, en: vi === 'Người nước ngoài' ? 'Foreigner' : vi === 'Không rõ' ? 'Unknown' : vi };
}

/** The label of a religion; "Không" when the registry has none. */
export function religionLabel(code: string | null): Label {
  if (code === null) return { vi: 'Không', en: 'None' };
  return religions[code as keyof typeof religions] ?? { vi: code, en: code };
}
