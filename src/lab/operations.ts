import type { Operation } from './operation.ts';
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

/** What each family is about. */
export const families: Record<keyof typeof operations, { vi: string; en: string }> = {
  citizens: { vi: 'Công dân: tìm, thêm, đổi, xóa.', en: 'People: found, taken in, changed, taken out.' },
  accounts: { vi: 'Tài khoản, mật khẩu, passcode, khóa truy cập.', en: 'Accounts, passwords, passcodes, passkeys.' },
  documents: { vi: 'Giấy tờ trong ví của công dân.', en: 'Papers in a citizen’s wallet.' },
  organisations: { vi: 'Tổ chức và người hành động thay.', en: 'Organisations, and who acts for them.' },
  clients: { vi: 'Ứng dụng: đăng ký, đổi, xóa.', en: 'Relying parties: registered, changed, taken out.' },
  inbox: { vi: 'Hộp tin của công dân: mã, thông báo.', en: 'What was sent to a citizen: codes, notices.' },
  phones: { vi: 'Điện thoại của công dân, trong tay người thử.', en: 'A citizen’s phone, in a tester’s hand.' },
  sessions: { vi: 'Phiên đăng nhập của các trình duyệt.', en: 'Who is signed in, in which browser.' },
  grants: { vi: 'Quyền công dân đã cấp cho ứng dụng.', en: 'What citizens have granted to apps.' },
  logins: { vi: 'Đăng nhập không cần trình duyệt.', en: 'Sign-ins without a browser.' },
  logouts: { vi: 'Thông báo đăng xuất tới ứng dụng.', en: 'What apps were told of ended sessions.' },
  initialAccessTokens: { vi: 'Quyền đăng ký ứng dụng.', en: 'Leave to register relying parties.' },
  tenants: { vi: 'Bản riêng cho từng lần thử.', en: 'Instances of their own, for tests that run at once.' },
  operatorLinks: { vi: 'Mời một trình duyệt vào bàn thử.', en: 'A browser of the operator, let in.' },
  state: {
    vi: 'Toàn bộ trạng thái: xuất, nhập, làm lại từ đầu.',
    en: 'All that is known: kept, brought back, begun again.',
  },
  clock: { vi: 'Đồng hồ.', en: 'Time, moved on or standing still.' },
  faults: { vi: 'Lỗi bật theo ý muốn.', en: 'What goes wrong on purpose.' },
  timelines: {
    vi: 'Từng lần đăng nhập: mọi yêu cầu và quyết định, vì sao hỏng.',
    en: 'Sign-ins, with every request and decision, and why one failed.',
  },
  audit: { vi: 'Nhật ký: ai đã làm gì.', en: 'Who did what.' },
  tokens: {
    vi: 'Token: liệt kê, kết thúc; giải mã, kiểm tra, giải thích.',
    en: 'Tokens: listed, ended; decoded, verified, explained.',
  },
};

/** The families in the order of the table. */
export const familyNames: readonly string[] = Object.keys(operations);

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
    operation: said,
  })),
);
