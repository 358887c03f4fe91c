import { type Operation, told } from './operation.ts';
import * as accounts from './operations/accounts.ts';
import * as audit from './operations/audit.ts';
import * as citizens from './operations/citizens.ts';
import * as clients from './operations/clients.ts';
import * as clock from './operations/clock.ts';
import * as documents from './operations/documents.ts';
import * as faults from './operations/faults.ts';
import * as grants from './operations/grants.ts';
import * as inbox from './operations/inbox.ts';
import * as initialAccessTokens from './operations/initial-access-tokens.ts';
import * as inspection from './operations/inspect.ts';
import * as logins from './operations/logins.ts';
import * as logouts from './operations/logouts.ts';
import * as operatorLinks from './operations/operator-links.ts';
import * as organisations from './operations/organisations.ts';
import * as phones from './operations/phones.ts';
import * as sessions from './operations/sessions.ts';
import * as state from './operations/state.ts';
import * as tenants from './operations/tenants.ts';
import * as tokens from './operations/tokens.ts';
import * as timelines from './operations/timelines.ts';

/** Everything that the bench can do, by family and verb. */
export const operations = {
  citizens,
  accounts,
  documents,
  organisations,
  clients,
  inbox,
  phones,
  logins,
  sessions,
  grants,
  logouts,
  initialAccessTokens,
  tenants,
  state,
  operatorLinks,
  clock,
  faults,
  tokens: { ...tokens, ...inspection },
  timelines,
  audit,
} satisfies Record<string, Record<string, Operation>>;

export type FamilyName = keyof typeof operations;

/** A family as people are told of it. */
export interface Family {
  title: { vi: string; en: string };
  about: { vi: string; en: string };
}

/** What each is called, and what it is about. */
export const families: Record<FamilyName, Family> = {
  citizens: {
    title: { vi: 'Công dân', en: 'Citizens' },
    about: { vi: 'Công dân: tìm, thêm, đổi, xóa.', en: 'People: found, taken in, changed, taken out.' },
  },
  accounts: {
    title: { vi: 'Tài khoản', en: 'Accounts' },
    about: { vi: 'Tài khoản, mật khẩu, passcode, khóa truy cập.', en: 'Accounts, passwords, passcodes, passkeys.' },
  },
  documents: {
    title: { vi: 'Giấy tờ', en: 'Documents' },
    about: { vi: 'Giấy tờ trong ví của công dân.', en: 'Papers in a citizen’s wallet.' },
  },
  organisations: {
    title: { vi: 'Tổ chức', en: 'Organisations' },
    about: { vi: 'Tổ chức và người hành động thay.', en: 'Organisations, and who acts for them.' },
  },
  clients: {
    title: { vi: 'Ứng dụng', en: 'Clients' },
    about: { vi: 'Ứng dụng: đăng ký, đổi, xóa.', en: 'Relying parties: registered, changed, taken out.' },
  },
  inbox: {
    title: { vi: 'Hộp tin', en: 'Inbox' },
    about: { vi: 'Hộp tin của công dân: mã, thông báo.', en: 'What was sent to a citizen: codes, notices.' },
  },
  phones: {
    title: { vi: 'Điện thoại', en: 'Phones' },
    about: { vi: 'Điện thoại của công dân, trong tay người thử.', en: 'A citizen’s phone, in a tester’s hand.' },
  },
  logins: {
    title: { vi: 'Đăng nhập', en: 'Logins' },
    about: { vi: 'Đăng nhập không cần trình duyệt.', en: 'Sign-ins without a browser.' },
  },
  sessions: {
    title: { vi: 'Phiên', en: 'Sessions' },
    about: { vi: 'Phiên đăng nhập của các trình duyệt.', en: 'Who is signed in, in which browser.' },
  },
  grants: {
    title: { vi: 'Quyền đã cấp', en: 'Grants' },
    about: { vi: 'Quyền công dân đã cấp cho ứng dụng.', en: 'What citizens have granted to apps.' },
  },
  logouts: {
    title: { vi: 'Báo đăng xuất', en: 'Logouts told' },
    about: { vi: 'Thông báo đăng xuất tới ứng dụng.', en: 'What apps were told of ended sessions.' },
  },
  initialAccessTokens: {
    title: { vi: 'Quyền đăng ký', en: 'Leave to register' },
    about: { vi: 'Quyền đăng ký ứng dụng.', en: 'Leave to register relying parties.' },
  },
  tenants: {
    title: { vi: 'Bản riêng', en: 'Tenants' },
    about: { vi: 'Bản riêng cho từng lần thử.', en: 'Instances of their own, for tests that run at once.' },
  },
  state: {
    title: { vi: 'Trạng thái', en: 'State' },
    about: {
      vi: 'Toàn bộ trạng thái: xuất, nhập, làm lại từ đầu.',
      en: 'All that is known: kept, brought back, begun again.',
    },
  },
  operatorLinks: {
    title: { vi: 'Liên kết vận hành', en: 'Operator links' },
    about: { vi: 'Mời một trình duyệt vào bàn thử.', en: 'A browser of the operator, let in.' },
  },
  clock: {
    title: { vi: 'Đồng hồ', en: 'Clock' },
    about: { vi: 'Đồng hồ.', en: 'Time, moved on or standing still.' },
  },
  faults: {
    title: { vi: 'Lỗi giả', en: 'Faults' },
    about: { vi: 'Lỗi bật theo ý muốn.', en: 'What goes wrong on purpose.' },
  },
  tokens: {
    title: { vi: 'Token đã cấp', en: 'Tokens' },
    about: {
      vi: 'Token: liệt kê, kết thúc; giải mã, kiểm tra, giải thích.',
      en: 'Tokens: listed, ended; decoded, verified, explained.',
    },
  },
  timelines: {
    title: { vi: 'Dòng thời gian', en: 'Timelines' },
    about: {
      vi: 'Từng lần đăng nhập: mọi yêu cầu và quyết định, vì sao hỏng.',
      en: 'Sign-ins, with every request and decision, and why one failed.',
    },
  },
  audit: {
    title: { vi: 'Nhật ký', en: 'Audit' },
    about: { vi: 'Nhật ký: ai đã làm gì.', en: 'Who did what.' },
  },
};

/** The families in the order of the table. */
export const familyNames = Object.keys(operations) as readonly FamilyName[];

/** One operation with its name, `phones.approve`. */
export interface NamedOperation {
  name: string;
  family: string;
  verb: string;
  operation: Operation;
}

/** The same as a list, in the order of the table. */
export const everyOperation: readonly NamedOperation[] = Object.entries(operations).flatMap(([family, verbs]) =>
  Object.entries(verbs as Record<string, Operation>).map(([verb, said]) => ({
    name: `${family}.${verb}`,
    family,
    verb,
    operation: told(`${family}.${verb}`, said),
  })),
);
