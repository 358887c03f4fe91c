import type { Bilingual, Deviation } from '../deviation.ts';
import { backchannelLogout } from '../specifications.ts';

/** How an app may be told that somebody has signed out at the provider. */
const logoutToken: Bilingual = {
  vi: 'Kiểm tra logout token như ID token (chữ ký, iss, aud, iat, exp), rồi: có events, có sub hoặc sid, không có nonce, jti chưa từng gặp. Sai thì trả 400 và không kết thúc phiên nào.',
  en: 'Validate a logout token like an ID token (signature, iss, aud, iat, exp), then: it has events, it has sub or sid, it has no nonce, its jti is new. Otherwise answer 400 and end no session.',
};

export const logoutDeviations: Deviation[] = [
  {
    name: 'logout-token.proper',
    does: 'logout',
    weight: 'must',
    expects: 'ended',
    about: {
      vi: 'Người dân đăng xuất ở VNeID; ứng dụng được báo bằng một logout token đúng.',
      en: 'The citizen signs out at VNeID; the app is told by a logout token that is as it should be.',
    },
    must: {
      vi: 'Kết thúc phiên của người đã đăng xuất ở VNeID.',
      en: 'End the session of a person who has signed out at VNeID.',
    },
    fix: {
      vi: 'Giữ sid (hoặc sub) cùng phiên, và xóa mọi phiên có sid ấy khi logout token đến.',
      en: 'Keep sid (or sub) with the session, and delete every session with that sid when a logout token comes.',
    },
    specification: backchannelLogout('2.7', 'BCActions'),
  },
  ...(['forged', 'replayed', 'with-nonce'] as const).map(
    (what): Deviation => ({
      name: `logout-token.${what}`,
      does: { fault: `logout-token.${what}` },
      weight: 'must',
      expects: 'kept',
      // the token of the first logout comes again at the second
      ...(what === 'replayed' && { rounds: 2 }),
      must: {
        forged: {
          vi: 'Không kết thúc phiên nào vì logout token giả mạo.',
          en: 'End no session by a logout token that is forged.',
        },
        replayed: {
          vi: 'Không kết thúc phiên nào vì logout token gửi lại lần nữa.',
          en: 'End no session by a logout token that is sent again.',
        },
        'with-nonce': {
          vi: 'Không kết thúc phiên nào vì logout token có nonce: đó có thể là ID token bị đem dùng lại.',
          en: 'End no session by a logout token with a nonce: it may be an ID token put to another use.',
        },
      }[what],
      fix: logoutToken,
      specification: backchannelLogout('2.6', 'Validation'),
    }),
  ),
];
