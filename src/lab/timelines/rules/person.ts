import type { Rule } from './rule.ts';

/** People: who signs in, how surely, and what they agree to. */
export const personRules: Rule[] = [
  {
    words: /the citizen cancelled the sign-in|the interaction was aborted|the citizen refused$/,
    rule: 'RFC 6749 §4.1.2.1 (access_denied)',
    vi: 'Người dân đã hủy đăng nhập.',
    en: 'The citizen cancelled the sign-in.',
    nextVi: 'Ứng dụng cần một trang cho trường hợp này, với đường quay lại.',
    nextEn: 'The app needs a page for this, with a way back.',
  },
  {
    words: /the citizen refused to share the data/,
    rule: 'RFC 6749 §4.1.2.1 (access_denied), Law 91/2025/QH15 Art 9',
    vi: 'Người dân không đồng ý chia sẻ dữ liệu.',
    en: 'The citizen does not agree to share the data.',
    nextVi: 'Chỉ xin điều thật cần; điều còn lại để là mục đích không bắt buộc.',
    nextEn: 'Ask for what is needed; let the rest be purposes that are not required.',
  },
  {
    words: /the citizen refused on the phone/,
    rule: 'CIBA Core §11 (access_denied)',
    vi: 'Người dân đã từ chối trên điện thoại.',
    en: 'The citizen refused on the phone.',
    nextVi: 'Cho họ biết vì sao ứng dụng hỏi, rồi hỏi lại khi họ muốn.',
    nextEn: 'Tell them why the app asks, and ask again when they wish.',
  },
  {
    words: /cannot reach the authentication level|the account reaches .* at most/,
    rule: 'OpenID Connect Core Error Code unmet_authentication_requirements 1.0; Decree 69/2024/NĐ-CP Art 20',
    vi: 'Tài khoản này không đạt được mức xác thực mà ứng dụng yêu cầu.',
    en: 'This account cannot reach the level of authentication that the app asks for.',
    nextVi:
      'Tài khoản mức 1 chỉ đạt mức xác thực 1; mức 3 và 4 cần điện thoại đã gắn. Xin mức thấp hơn trong acr_values nếu được.',
    nextEn:
      'An account of level 1 reaches level 1; levels 3 and 4 need a bound phone. Ask for less in acr_values if it will do.',
  },
  {
    words:
      /End-User authentication is required|this client never accepts an earlier sign-in|End-User authentication could not be obtained|requested prompt is login/,
    rule: 'OIDC Core §3.1.2.6 (login_required)',
    vi: 'Cần đăng nhập, nhưng prompt=none không cho hiện trang nào.',
    en: 'Somebody has to sign in, and prompt=none lets no page be shown.',
    nextVi: 'Khi nhận login_required, gửi lại yêu cầu không có prompt=none.',
    nextEn: 'On login_required send the request again without prompt=none.',
  },
  {
    words: /a higher authentication level was asked for|requested ACRs? could not be obtained/,
    rule: 'OIDC Core §3.1.2.6, §5.5.1.1; RFC 9470 §4',
    vi: 'Phiên đang có chưa đạt mức yêu cầu, nhưng prompt=none không cho hỏi thêm.',
    en: 'The session is not at the level asked for, and prompt=none lets nothing more be asked.',
    nextVi: 'Gửi lại yêu cầu không có prompt=none để người dân xác thực thêm.',
    nextEn: 'Send the request again without prompt=none, so that the citizen can prove more.',
  },
  {
    words:
      /requested (?:scopes|claims) not granted|authorization_details were requested|native clients require|another device is signed in/,
    rule: 'OIDC Core §3.1.2.6 (consent_required, interaction_required)',
    vi: 'Người dân còn phải quyết định, nhưng prompt=none không cho hiện trang nào.',
    en: 'The citizen has something to decide, and prompt=none lets no page be shown.',
    nextVi: 'Gửi lại yêu cầu không có prompt=none.',
    nextEn: 'Send the request again without prompt=none.',
  },
  {
    words: /authenticated subject do not match|requested subject could not be obtained/,
    rule: 'OIDC Core §3.1.2.1 (id_token_hint), §5.5.1',
    vi: 'Người đang đăng nhập không phải người mà ứng dụng hỏi.',
    en: 'Who is signed in is not the person that the app asks for.',
    nextVi: 'Gửi lại với prompt=login để người kia đăng nhập.',
    nextEn: 'Send it again with prompt=login, so that the other one can sign in.',
  },
  {
    words: /the account of this session may not be used/,
    rule: 'Decree 69/2024/NĐ-CP Art 17',
    vi: 'Tài khoản của phiên này đã bị khóa.',
    en: 'The account of this session is locked.',
    nextVi: 'Xem trạng thái tài khoản trên bàn điều khiển.',
    nextEn: 'Look at the state of the account in the console.',
  },
  {
    words: /could not identify end-user/,
    rule: 'CIBA Core §13 (unknown_user_id)',
    vi: 'Không có ai như vậy có thể hỏi qua điện thoại: số sai, tài khoản khóa, hoặc chưa gắn điện thoại. Ứng dụng không được biết là điều nào.',
    en: 'There is nobody who could be asked on a phone: wrong number, locked account, or no phone. The app is not told which.',
    nextVi: 'Chọn một người có điện thoại trong dàn nhân vật, hoặc gắn điện thoại cho họ.',
    nextEn: 'Choose someone of the cast with a phone, or bind one to them.',
  },
  {
    words:
      /request has expired|interaction session not found|cookie identifier mismatch|session mismatch|interaction session id cookie not found|session (?:not found|principal changed)/,
    rule: 'OIDC Core §3.1.2.6, RFC 9700 §4.7 (CSRF)',
    vi: 'Trình duyệt này không mang cookie của lần đăng nhập: đã quá 30 phút, mở ở trình duyệt khác, hoặc cookie bị chặn.',
    en: 'The browser does not carry the cookie of this sign-in: over 30 minutes old, another browser, or cookies blocked.',
    nextVi: 'Bắt đầu lại từ ứng dụng; khung nhúng (iframe) và web view riêng không giữ cookie.',
    nextEn: 'Start again at the app; iframes and separate web views do not keep cookies.',
  },
  {
    words: /resolved without requesting interactions/,
    rule: 'OIDC Core §3.1.2.4',
    vi: 'Không còn gì được đồng ý chia sẻ với ứng dụng này.',
    en: 'Nothing is agreed to be shared with this app.',
    nextVi: 'Xin ít nhất openid.',
    nextEn: 'Ask for openid at least.',
  },
  {
    words: /^the code (?:was not found|has expired)$|^code has already been used$|^no code submitted$/,
    rule: 'RFC 8628 §3.3, §5.1',
    vi: 'Mã người dân gõ vào không có, đã hết hạn, hoặc đã được dùng.',
    en: 'The code that the citizen typed does not exist, has expired, or was used.',
    nextVi: 'Bắt đầu lại trên thiết bị kia để có mã mới.',
    nextEn: 'Start again on the other device for a new one.',
  },
  {
    words: /this approval was given out before/,
    rule: 'Decree 69/2024/NĐ-CP Art 19.4',
    vi: 'Lần duyệt giao dịch này đã được trao cho ứng dụng rồi: một lần duyệt dùng cho một giao dịch, một lần.',
    en: 'This approval of a transaction was handed to the app already: an approval is for one transaction, once.',
    nextVi: 'Dùng câu trả lời đầu tiên, hoặc gửi yêu cầu mới để công dân duyệt lại.',
    nextEn: 'Use the first answer, or send a new request, which the citizen approves anew.',
  },
];

/** Factors that were tried in vain: the reasons of the event `login.failed`. */
export const factorRules: Rule[] = [
  {
    words: /^wrong$/,
    rule: 'NIST SP 800-63B-4 §3.1.1',
    vi: 'Mật khẩu không đúng. Trang chỉ nói số hoặc mật khẩu sai.',
    en: 'The password is wrong. The page says no more than that one of the two is.',
    nextVi: 'Cả dàn nhân vật dùng chung mật khẩu ghi ở trang chủ.',
    nextEn: 'The whole cast shares the password of the home page.',
  },
  {
    words: /^unknown$/,
    rule: 'OWASP ASVS 6.3.8',
    vi: 'Không có tài khoản nào với số này. Trang trả lời như khi sai mật khẩu.',
    en: 'No account has this number. The page answers as for a wrong password.',
    nextVi: 'Chọn một số trong danh sách ở trang chủ.',
    nextEn: 'Take a number of the list on the home page.',
  },
  {
    words: /^(?:locked|closed|pending|suspended|expired|barred|dead|deceased|missing)/,
    rule: 'Decree 69/2024/NĐ-CP Art 17',
    vi: 'Tài khoản này không dùng được lúc này. Trang trả lời như khi sai mật khẩu.',
    en: 'This account may not be used now. The page answers as for a wrong password.',
    nextVi: 'Xem trạng thái tài khoản trên bàn điều khiển.',
    nextEn: 'Look at the state of the account in the console.',
  },
  {
    words: /^declined$/,
    rule: 'NIST SP 800-63B-4 §3.1.3.1',
    vi: 'Người dân bấm từ chối trên điện thoại.',
    en: 'The citizen said no on the phone.',
    nextVi: 'Trang cho phép hỏi lại hoặc chọn cách khác.',
    nextEn: 'The page lets them be asked again, or choose another way.',
  },
  {
    words: /^replaced$/,
    rule: 'NIST SP 800-63B-4 §3.1.3.1',
    vi: 'Một yêu cầu mới hơn đã thay yêu cầu này.',
    en: 'A newer request has taken the place of this one.',
    nextVi: 'Trả lời yêu cầu mới nhất.',
    nextEn: 'Answer the newest.',
  },
];
