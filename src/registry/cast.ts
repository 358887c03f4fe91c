import type {
  AccountRow,
  CancelledNumberRow,
  CitizenRow,
  HouseholdRow,
  MandateRow,
  OrganisationRow,
} from '../store/schema.ts';
import { people } from './cast/people.ts';
import { castId, citizenFrom } from './cast/sketch.ts';
import { rowOf } from './citizen.ts';
import { abroadPrefix } from './number.ts';

/**
 * The cast: named citizens with fixed ids and numbers, each for one case of a test. Everybody is invented. Those with an
 * account share the password and the passcode that the home page prints.
 */
export interface CastMember {
  key: string;
  id: string;
  number: string;
  fullName: string;
  /** One sentence: what this person is for. */
  caseVi: string;
  caseEn: string;
  account: CastAccount | null;
}

/** What everyone of the cast types into the phone. */
export const castPasscode = '246810';

/** What everyone of the cast signs in with, and, a shortcut of the lab, every generated account; printed on the home page. */
export const castPassword = 'Hanoi@2024';

export interface CastAccount {
  kind: 'citizen' | 'foreigner';
  level: 1 | 2;
  state: 'active' | 'locked';
  /** Why it is locked: `requested`, `death` or `card-revoked` (Decree 69/2024, Law 26/2023 Art 34). */
  reason: string | null;
  /** Whether a phone with the app is bound to it. */
  phone: boolean;
}

type Line = [key: string, number: string, account: CastAccount | null, caseVi: string, caseEn: string];

const level2: CastAccount = { kind: 'citizen', level: 2, state: 'active', reason: null, phone: true };
const level1: CastAccount = { ...level2, level: 1 };
const withoutPhone = (account: CastAccount): CastAccount => ({ ...account, phone: false });
const locked = (reason: string): CastAccount => withoutPhone({ ...level2, state: 'locked', reason });

const lines: Line[] = [
  [
    'an',
    '001085000001',
    level2,
    'Tài khoản mức 2, có vợ, hai con và mẹ trong cùng hộ.',
    'Plain level 2; wife, two children and mother in one household.',
  ],
  ['binh', '001187000002', level2, 'Vợ của An, tài khoản mức 2.', "An's wife, level 2."],
  [
    'chau',
    '001314000003',
    withoutPhone(level1),
    'Con 12 tuổi: tài khoản mức 1 do bố hoặc mẹ đăng ký.',
    'A child of 12: level 1, registered by a parent.',
  ],
  ['bao', '001218000004', null, 'Con 8 tuổi: chưa có thẻ, chưa có tài khoản.', 'A child of 8: no card, no account.'],
  [
    'lan',
    '036155000005',
    withoutPhone(level2),
    'Người cao tuổi không dùng điện thoại thông minh, thẻ không thời hạn.',
    'Elderly, no smartphone; a card that never expires.',
  ],
  ['cuc', '001195000006', level1, 'Tài khoản mức 1.', 'Level 1 only.'],
  ['dung', '031090000007', null, 'Có thẻ nhưng chưa có tài khoản.', 'Has a card but no account.'],
  [
    'giang',
    '001192000008',
    locked('requested'),
    'Tài khoản bị khóa theo yêu cầu của chủ tài khoản.',
    'Account locked at her own request.',
  ],
  ['hai', '033049000009', locked('death'), 'Đã mất: tài khoản bị khóa.', 'Deceased: the account is locked.'],
  [
    'huong',
    '001183000010',
    locked('card-revoked'),
    'Thẻ bị thu hồi nên tài khoản bị khóa.',
    'Card revoked, so the account is locked.',
  ],
  [
    'khoa',
    '001084000011',
    level2,
    'Thẻ hết hạn ở tuổi 40, giấy phép lái xe cũng hết hạn; tài khoản vẫn hoạt động.',
    'Card expired at 40, driving licence too; the account still works.',
  ],
  [
    'long',
    '001215000012',
    withoutPhone(level1),
    'Trẻ 11 tuổi có người giám hộ là Đỗ Văn Mạnh.',
    'A child of 11 whose guardian is Đỗ Văn Mạnh.',
  ],
  ['manh', '001080000013', level2, 'Người giám hộ của Đỗ Minh Long.', 'Guardian of Đỗ Minh Long.'],
  [
    'minjun',
    `${abroadPrefix}088000014`,
    { ...level2, kind: 'foreigner' },
    'Người nước ngoài (Hàn Quốc) có thẻ tạm trú.',
    'A foreigner (Korea) with a residence card.',
  ],
  [
    'hoa-ha-noi',
    '001190000015',
    level2,
    'Trùng họ tên và ngày sinh với người kế tiếp.',
    'Same name and birth date as the next one.',
  ],
  [
    'hoa-nam-dinh',
    '036190000016',
    level2,
    'Trùng họ tên và ngày sinh với người trước.',
    'Same name and birth date as the one before.',
  ],
  ['thanh', '084078000017', level2, 'Tên chỉ có một từ, không có họ.', 'A name of one word, without a family name.'],
  ['khue', '046199000018', level2, 'Tên có năm từ.', 'A name of five words.'],
  ['hmai', '066197000019', level2, 'Tên có dấu nháy đơn, họ đứng sau.', 'A name with an apostrophe, family name last.'],
  ['yson', '066091000020', level2, 'Tên có gạch nối, họ đứng sau.', 'A name with a hyphen, family name last.'],
  [
    'thao',
    '001189000021',
    level2,
    'Số định danh đã đổi do cải chính năm sinh; số cũ 001188000021 đã hủy.',
    'Number changed when the birth year was corrected; 001188000021 is cancelled.',
  ],
  [
    'viet',
    '001082000022',
    level2,
    'Người đại diện theo pháp luật của một công ty.',
    'Legal representative of a company.',
  ],
  ['mai', '030186000023', level2, 'Nhân viên y tế của một bệnh viện.', 'A health worker at a hospital.'],
  ['nam', '001088000024', level2, 'Cán bộ một cửa của một phường.', 'An officer at a ward’s one-stop desk.'],
  ['hoa', '001191000025', level2, 'Tên viết "Hòa", nơi khác viết "Hoà".', 'Written Hòa here and Hoà elsewhere.'],
  ['tu', '038048000026', level2, 'Giấy tờ chỉ ghi năm sinh.', 'Only the year of birth is on record.'],
  [
    'quynh',
    '040198000027',
    level2,
    'Thường trú ở Nghệ An, tạm trú ở Hà Nội.',
    'Permanent home in Nghệ An, temporary in Hà Nội.',
  ],
  ['son', '037079000028', level2, 'Đã ly hôn; giấy phép lái xe bị thu hồi.', 'Divorced; driving licence revoked.'],
  ['thu', '001165000029', withoutPhone(level2), 'Không có số điện thoại và thư điện tử.', 'Neither phone nor e-mail.'],
  ['pao', '010093000030', level2, 'Người dân tộc HMông.', 'Of the HMông, an ethnic minority.'],
];

const citizens = lines.map(([key, number], index) => {
  const sketch = people[number];
  if (!sketch) throw new Error(`nobody of the cast has the number ${number}`);
  return citizenFrom(sketch, number, index + 1, key);
});

/** Everybody, in the order of the home page; Nguyễn Văn An is the first. */
export const cast: readonly CastMember[] = lines.map(([key, number, account, caseVi, caseEn], index) => ({
  key,
  id: castId(index + 1),
  number,
  fullName: citizens[index]?.name.full ?? '',
  caseVi,
  caseEn,
  account,
}));

/** Every number that belongs, or belonged, to the cast. */
export const castNumbers: ReadonlySet<string> = new Set([...cast.map(({ number }) => number), '001188000021']);

/** The rows of the cast for every table; accounts get the password hash that the caller made. */
export function castRows(passwordHash: string): {
  citizens: CitizenRow[];
  cancelledNumbers: CancelledNumberRow[];
  households: HouseholdRow[];
  organisations: OrganisationRow[];
  mandates: MandateRow[];
  accounts: AccountRow[];
} {
  return {
    citizens: citizens.map(rowOf),
    cancelledNumbers: [
      {
        number: '001188000021',
        citizen_id: idOf('thao'),
        cancelled_on: '2025-04-15',
        nth: 0,
        reason: 'birth-year',
      },
    ],
    households: citizens
      .filter(({ relationToHead }) => relationToHead === 'head')
      .map(({ id }) => ({ id, file_number: `01${id.slice(-7)}`, head_id: id })),
    organisations: [
      organisation(
        1,
        'enterprise',
        'Công ty TNHH Hoa Sen Mẫu',
        '0100000001',
        'Số 100 đường Trạng Nguyên, Phường Giảng Võ',
      ),
      organisation(2, 'hospital', 'Bệnh viện Đa khoa Mẫu Hà Nội', '0100000002', 'Số 1 phố Bình An, Phường Cửa Nam'),
      organisation(3, 'agency', 'Ủy ban nhân dân phường Mẫu', '0100000003', 'Số 2 phố Dân An, Phường Ngọc Hà'),
    ],
    mandates: [
      mandate('viet', 1, 'representative', 'Giám đốc, người đại diện theo pháp luật'),
      mandate('mai', 2, 'health-worker', 'Bác sĩ khoa Khám bệnh'),
      mandate('nam', 3, 'officer', 'Công chức bộ phận một cửa'),
    ],
    accounts: cast.flatMap(({ id, account }, index) =>
      account
        ? {
            id: accountId(index + 1),
            citizen_id: id,
            kind: account.kind,
            level: account.level,
            state: account.state,
            state_reason: account.reason,
            password_hash: passwordHash,
            created_at: Date.UTC(2025, 6, 1) + index * 86_400_000,
          }
        : [],
    ),
  };
}

function idOf(key: string): string {
  const member = cast.find((one) => one.key === key);
  if (!member) throw new Error(`the cast has no ${key}`);
  return member.id;
}

/** The fixed id of the account of the nth of the cast, counting from 1. */
export function accountId(nth: number): string {
  return castId(nth).replace('-8000-', '-a000-');
}

function organisation(
  nth: number,
  kind: OrganisationRow['kind'],
  name: string,
  taxCode: string,
  street: string,
): OrganisationRow {
  const address = `${street}, Thành phố Hà Nội`;
  return {
    id: castId(nth).replace('-8000-', '-b000-'),
    kind,
    name,
    tax_code: taxCode,
    founded_on: '2015-05-15',
    address,
  };
}

function mandate(key: string, organisationNth: number, role: MandateRow['role'], title: string): MandateRow {
  const organisation_id = castId(organisationNth).replace('-8000-', '-b000-');
  return { citizen_id: idOf(key), organisation_id, role, title, since: '2020-01-01', until: null };
}

/**
 * Its hash, the same in every installation: a first start need not wait for a hashing thread, and a password that is
 * printed in the README has nothing to lose by it. Generated people share it too.
 */
export const castPasswordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$OkZzvkRjfEnye1OacyN6LA$NbLBWjedG9EStSrX95XBPPYRqOEDXvEuyI+sSvRYFRk';
