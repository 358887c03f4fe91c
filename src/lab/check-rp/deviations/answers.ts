import type { Bilingual, Deviation } from '../deviation.ts';
import { core, rfc, sessions } from '../specifications.ts';

/** What the browser may bring back from the provider. */
const state: Bilingual = {
  vi: 'Tạo state ngẫu nhiên cho mỗi lần đăng nhập, giữ trong phiên trình duyệt, so sánh ở callback trước mọi việc khác, và dùng một lần.',
  en: 'Make a random state for each login, keep it with the browser session, compare it in the callback before anything else, and use it once.',
};
const issuer: Bilingual = {
  vi: 'Ở callback, so sánh iss với issuer của discovery trước khi đổi mã; discovery có authorization_response_iss_parameter_supported nên thiếu iss cũng là sai.',
  en: 'In the callback compare iss with the issuer of discovery before the code is redeemed; discovery has authorization_response_iss_parameter_supported, so an answer without it is wrong too.',
};
const kindly: Bilingual = {
  vi: 'Ở callback, xem error trước code: cho người dân biết họ chưa đăng nhập và cách thử lại.',
  en: 'In the callback look at error before code: tell the person that they are not logged in, and how to try again.',
};

export const answerDeviations: Deviation[] = [
  {
    name: 'authorize.wrong-state',
    does: { fault: 'authorize.wrong-state' },
    weight: 'must',
    expects: 'refused',
    needs: 'state',
    must: {
      vi: 'Từ chối câu trả lời có state khác state của trình duyệt này.',
      en: 'Refuse an answer whose state is not that of this browser.',
    },
    fix: state,
    specification: rfc(6749, '10.12'),
  },
  {
    name: 'authorize.no-state',
    does: { fault: 'authorize.no-state' },
    weight: 'must',
    expects: 'refused',
    needs: 'state',
    must: { vi: 'Từ chối câu trả lời không có state.', en: 'Refuse an answer without state.' },
    fix: state,
    specification: rfc(6749, '10.12'),
  },
  {
    name: 'authorize.wrong-iss',
    does: { fault: 'authorize.wrong-iss' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối câu trả lời có iss của nhà cung cấp khác (tấn công trộn lẫn).',
      en: 'Refuse an answer with the iss of another provider (mix-up).',
    },
    fix: issuer,
    specification: rfc(9207, '2.4'),
  },
  {
    name: 'authorize.no-iss',
    does: { fault: 'authorize.no-iss' },
    // a MUST of RFC 9207 for those who follow it; who knows one provider only may do without (RFC 9700 §4.4.2)
    weight: 'should',
    expects: 'refused',
    must: {
      vi: 'Từ chối câu trả lời thiếu iss, vì VNeID luôn gửi; ứng dụng có nhiều nhà cung cấp thì bắt buộc.',
      en: 'Refuse an answer without iss, which VNeID always sends; an app with several providers must.',
    },
    fix: issuer,
    specification: rfc(9207, '2.4'),
  },
  {
    name: 'authorize.replayed-code',
    does: { fault: 'authorize.replayed-code' },
    weight: 'must',
    expects: 'refused',
    sturdy: true,
    must: {
      vi: 'Không đăng nhập ai bằng mã đã dùng, và cho biết cách thử lại.',
      en: 'Log nobody in by a code that was used before, and say how to try again.',
    },
    fix: {
      vi: 'Khi token endpoint trả invalid_grant, không tạo phiên; hiện trang lỗi có đường thử lại.',
      en: 'On invalid_grant from the token endpoint make no session; show a page with a way to try again.',
    },
    specification: rfc(6749, '4.1.2'),
  },
  ...(['access-denied', 'login-required', 'temporarily-unavailable'] as const).map(
    (error): Deviation => ({
      name: `authorize.${error}`,
      does: { fault: `authorize.${error}` },
      weight: 'must',
      expects: 'refused',
      sturdy: true,
      about: {
        vi: `Ứng dụng được trả lời ${error.replaceAll('-', '_')}, không có mã.`,
        en: `The app is answered ${error.replaceAll('-', '_')}, without a code.`,
      },
      must: {
        vi: `Quay về êm đẹp từ ${error.replaceAll('-', '_')}: không ai được đăng nhập, trang đọc được.`,
        en: `Come back gracefully from ${error.replaceAll('-', '_')}: nobody logged in, a page that can be read.`,
      },
      fix: kindly,
      specification: core('3.1.2.6', 'AuthError'),
    }),
  ),
  {
    name: 'callback.replay',
    does: 'replay',
    weight: 'must',
    expects: 'refused',
    about: {
      vi: 'Địa chỉ callback của một lần đăng nhập đã xong được mở lại, trong trình duyệt khác.',
      en: 'The callback address of a login that is over is opened again, in another browser.',
    },
    must: {
      vi: 'Không đăng nhập ai bằng một địa chỉ callback đã dùng.',
      en: 'Log nobody in by a callback address that was used before.',
    },
    fix: state,
    specification: rfc(6749, '10.5'),
  },
  {
    name: 'callback.foreign-browser',
    does: 'foreign-browser',
    weight: 'must',
    expects: 'refused',
    about: {
      vi: 'Địa chỉ callback của một người được mở trong trình duyệt của người khác.',
      en: "One person's callback address is opened in another person's browser.",
    },
    must: {
      vi: 'Không đăng nhập ai vào tài khoản của người khác bằng một đường liên kết (login CSRF).',
      en: "Log nobody in to somebody else's account by a link (login CSRF).",
    },
    fix: state,
    specification: rfc(9700, '4.7'),
  },
  {
    name: 'callback.without-state',
    does: 'without-state',
    weight: 'must',
    expects: 'refused',
    needs: 'state',
    about: {
      vi: 'Như trên, trong một trình duyệt đang đăng nhập dở, và địa chỉ không có state.',
      en: 'Likewise, in a browser that is in the middle of a login, and the address has no state.',
    },
    must: {
      vi: 'Từ chối mã không kèm state, dù trình duyệt đang chờ một câu trả lời.',
      en: 'Refuse a code without state, also in a browser that waits for an answer.',
    },
    fix: state,
    specification: rfc(9700, '4.7'),
  },
  {
    name: 'callback.old-cookies',
    does: 'old-cookies',
    weight: 'should',
    expects: 'refused',
    about: {
      vi: 'Cookie có từ trước khi đăng nhập được dùng trong trình duyệt khác, sau khi đăng nhập xong.',
      en: 'Cookies of before the login are used in another browser, once the login is over.',
    },
    must: {
      vi: 'Nên đổi mã phiên khi đăng nhập, để ai biết cookie cũ không thành người ấy (session fixation).',
      en: 'Should change the session identifier at login, so that who knew the old cookie does not become that person (session fixation).',
    },
    fix: {
      vi: 'Khi callback thành công, tạo phiên mới với mã mới rồi mới ghi người đăng nhập vào; xóa phiên cũ.',
      en: 'When the callback has succeeded make a new session with a new identifier, then put the person into it; delete the old one.',
    },
    specification: sessions('7.2.4'),
  },
  {
    name: 'userinfo.wrong-sub',
    does: { fault: 'userinfo.wrong-sub' },
    weight: 'must',
    expects: 'refused',
    needs: 'userinfo',
    must: {
      vi: 'Không dùng userinfo có sub khác sub của ID token (tráo token).',
      en: 'Use no userinfo whose sub is not that of the ID token (token substitution).',
    },
    fix: {
      vi: 'So sánh sub của userinfo với sub của ID token trước khi dùng bất cứ dữ liệu nào của userinfo.',
      en: 'Compare the sub of userinfo with that of the ID token before anything of userinfo is used.',
    },
    specification: core('5.3.2', 'UserInfoResponse'),
  },
];
