import { means } from './meaning.js';
import { ofRequest } from './request.js';

/** Members of a payload. What a claim of a person means, such as `birthdate`, the instance knows. */
export const ofPayload = {
  iss: means(
    'RFC 7519 §4.1.1',
    'Bên phát hành: địa chỉ của VNeID, so từng ký tự.',
    'The issuer: the address of VNeID, compared letter by letter.',
  ),
  sub: means(
    'OIDC Core §2',
    'Người đăng nhập, dưới một tên riêng cho từng ứng dụng; không phải số định danh.',
    'Whoever signed in, by a name made for this app; not the personal number.',
  ),
  aud: means(
    'RFC 7519 §4.1.3',
    'Bên được nhận. Ai không có tên ở đây thì phải từ chối.',
    'Whom it is for. Who is not named here has to refuse it.',
  ),
  exp: means('RFC 7519 §4.1.4', 'Hết hạn vào lúc này.', 'It ends at this time.'),
  nbf: means('RFC 7519 §4.1.5', 'Chưa có hiệu lực trước lúc này.', 'It is not good before this time.'),
  iat: means('RFC 7519 §4.1.6', 'Phát hành vào lúc này.', 'It was issued at this time.'),
  jti: means(
    'RFC 7519 §4.1.7',
    'Tên riêng của token, để nhận ra khi bị dùng lại.',
    'Name of this very token, so that a replay is noticed.',
  ),
  auth_time: means(
    'OIDC Core §2',
    'Người đó xác thực vào lúc này; có thể sớm hơn nhiều so với lúc phát hành.',
    'They authenticated at this time, which may be long before the token was issued.',
  ),
  nonce: means(
    'OIDC Core §2, RFC 9901 §4.3',
    'Giá trị mà bên yêu cầu đã gửi, để biết token thuộc về đúng lần đó.',
    'What the asking side sent, so that it knows the token belongs to this very time.',
  ),
  acr: means(
    'OIDC Core §2, 69/2024/NĐ-CP §20',
    'Mức xác thực đã đạt, từ 1 đến 4.',
    'The authentication level that was reached, 1 to 4.',
  ),
  amr: means(
    'RFC 8176',
    'Những cách đã dùng để xác thực: pwd mật khẩu, otp mã dùng một lần, hwk khóa trong thiết bị, face khuôn mặt, mfa nhiều yếu tố…',
    'How they authenticated: pwd password, otp one-time code, hwk a key in a device, face, mfa several factors …',
  ),
  azp: means(
    'OIDC Core §2',
    'Ứng dụng được cấp token, khi aud có nhiều bên.',
    'The app that it was issued to, when aud names several.',
  ),
  at_hash: means(
    'OIDC Core §3.1.3.6',
    'Nửa đầu mã băm của access token cấp cùng.',
    'Left half of the hash of the access token that goes along.',
  ),
  c_hash: means(
    'OIDC Core §3.3.2.11',
    'Nửa đầu mã băm của mã (code) cấp cùng.',
    'Left half of the hash of the code that goes along.',
  ),
  s_hash: means('FAPI 1.0 Advanced §5.2.2.1', 'Nửa đầu mã băm của state.', 'Left half of the hash of state.'),
  sid: means(
    'OIDC Back-Channel Logout §2.1',
    'Tên của phiên đăng nhập, riêng cho ứng dụng này.',
    'Name of the session, made for this app.',
  ),
  events: means('RFC 8417 §2.2', 'Việc đã xảy ra.', 'What happened.'),
  'http://schemas.openid.net/event/backchannel-logout': means(
    'OIDC Back-Channel Logout §2.4',
    'Phiên đăng nhập đã kết thúc.',
    'The session has ended.',
  ),
  scope: means('RFC 6749 §3.3, RFC 9068 §2.2.3', 'Những gì được phép.', 'What may be done.'),
  client_id: means(
    'RFC 8693 §4.3, RFC 9068 §2.2',
    'Ứng dụng được cấp token, hoặc gửi yêu cầu.',
    'The app that the token was issued to, or that asks.',
  ),
  cnf: means(
    'RFC 7800 §3.1',
    'Khóa mà token được gắn vào: người dùng token phải chứng minh giữ khóa đó.',
    'The key that it is bound to: who uses it has to prove they have that key.',
  ),
  jkt: means('RFC 9449 §6.1', 'Dấu vân tay của khóa DPoP (RFC 7638).', 'Thumbprint of the DPoP key (RFC 7638).'),
  'x5t#S256': means(
    'RFC 8705 §3.1',
    'Dấu vân tay của chứng thư TLS của ứng dụng.',
    'Thumbprint of the app’s TLS certificate.',
  ),
  jwk: means('RFC 7800 §3.2', 'Khóa công khai của người cầm.', 'The holder’s public key.'),
  authorization_details: means(
    'RFC 9396 §2',
    'Giao dịch cụ thể được cho phép.',
    'The very transaction that is allowed.',
  ),
  htm: means('RFC 9449 §4.2', 'Phương thức của yêu cầu HTTP.', 'Method of the HTTP request.'),
  htu: means(
    'RFC 9449 §4.2',
    'Địa chỉ của yêu cầu HTTP, không có phần sau ? và #.',
    'Address of the HTTP request, without query and fragment.',
  ),
  ath: means('RFC 9449 §4.2', 'SHA-256 của access token đi cùng.', 'SHA-256 of the access token that goes along.'),
  token_introspection: means(
    'RFC 9701 §5',
    'Câu trả lời về token được hỏi.',
    'What is told of the token that was asked about.',
  ),
  active: means(
    'RFC 7662 §2.2',
    'Token còn hiệu lực, và bạn được biết.',
    'Whether the token is good, and yours to know.',
  ),
  token_type: means(
    'RFC 7662 §2.2',
    'Cách dùng: Bearer, hoặc DPoP kèm bằng chứng.',
    'How it is used: Bearer, or DPoP with a proof.',
  ),
  username: means('RFC 7662 §2.2', 'Tên người dùng.', 'Name of the user.'),
  code: means('RFC 6749 §4.1.2', 'Mã để đổi lấy token, dùng một lần.', 'Code to redeem for tokens, once.'),
  state: means(
    'RFC 6749 §4.1.2',
    'Giá trị mà ứng dụng đã gửi, trả lại nguyên vẹn.',
    'What the app sent, given back as it was.',
  ),
  error: means('RFC 6749 §4.1.2.1', 'Vì sao không thành công.', 'Why it failed.'),
  error_description: means(
    'RFC 6749 §4.1.2.1',
    'Lời giải thích cho nhà phát triển.',
    'An explanation for the developer.',
  ),
  _sd: means(
    'RFC 9901 §4.2.4.1',
    'Mã băm của những mục mà người cầm có thể tiết lộ.',
    'Digests of items that the holder may disclose.',
  ),
  _sd_alg: means('RFC 9901 §4.1.1', 'Hàm băm của các mục.', 'Hash function of the items.'),
  sd_hash: means('RFC 9901 §4.3.1', 'Mã băm của những gì được xuất trình.', 'Hash of what is presented.'),
  vct: means('SD-JWT VC §3.2.2.1', 'Loại giấy tờ.', 'Kind of credential.'),
  status: means(
    'Token Status List §6',
    'Nơi xem giấy tờ có bị thu hồi không.',
    'Where to look whether the credential was revoked.',
  ),
  verified_claims: means(
    'OpenID Identity Assurance',
    'Dữ liệu kèm bằng chứng đã được xác minh thế nào.',
    'Data with the evidence of how it was verified.',
  ),
  verification: means('OpenID Identity Assurance', 'Đã xác minh thế nào.', 'How it was verified.'),
  trust_framework: means('OpenID Identity Assurance', 'Theo quy định nào.', 'By which rules.'),
  assurance_level: means('OpenID Identity Assurance', 'Mức độ bảo đảm.', 'Level of assurance.'),
  evidence: means('OpenID Identity Assurance', 'Bằng chứng đã dùng.', 'The evidence that was used.'),
  time: means('OpenID Identity Assurance', 'Thời điểm xác minh.', 'When it was verified.'),
  act: means('RFC 8693 §4.1', 'Ai đang làm thay.', 'Who acts for the subject.'),
  may_act: means('RFC 8693 §4.4', 'Ai được phép làm thay.', 'Who may act for the subject.'),
  txn: means('RFC 8417 §2.2', 'Mã của giao dịch.', 'Identifier of the transaction.'),
  ...ofRequest,
};

/** Where a claim means something else than in a token about a person. */
const otherwise = {
  iss: means('RFC 7523 §3', 'Ứng dụng: client_id của chính nó.', 'The app: its own client_id.'),
  sub: means('RFC 7523 §3', 'Ứng dụng: client_id của chính nó.', 'The app: its own client_id.'),
  aud: means('RFC 7523 §3, RFC 9101 §4', 'VNeID: địa chỉ của bên phát hành.', 'VNeID: the address of the issuer.'),
};

/** Within verified_claims; in a request the same name is a parameter. */
const proven = {
  claims: means(
    'OpenID Identity Assurance',
    'Dữ liệu đã được xác minh như trên.',
    'The data that was verified in that way.',
  ),
};

/** @type {Record<string, Record<string, import('./meaning.js').Meaning>>} */
export const byKind = {
  'id-token': proven,
  userinfo: proven,
  'client-assertion': otherwise,
  'request-object': otherwise,
  'access-token': { aud: means('RFC 9068 §2.2', 'API mà token mở.', 'The API that it opens.') },
  'dpop-proof': {
    nonce: means('RFC 9449 §8', 'Giá trị mà máy chủ đã cấp trong DPoP-Nonce.', 'What the server gave in DPoP-Nonce.'),
  },
  'authorization-response': {
    iss: means(
      'JARM §2.1, RFC 9207',
      'Ai trả lời: phòng việc bị dẫn sang nhà cung cấp khác.',
      'Who answers: against a mix-up of providers.',
    ),
  },
  'key-binding': {
    aud: means('RFC 9901 §4.3', 'Bên kiểm tra mà người cầm xuất trình cho.', 'The verifier that it is presented to.'),
  },
};
