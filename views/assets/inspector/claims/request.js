import { means } from './meaning.js';

/** Parameters of a request, as they stand in a request object. */
export const ofRequest = {
  response_type: means('RFC 6749 §3.1.1', 'Muốn nhận gì: code.', 'What is wanted: code.'),
  response_mode: means(
    'OAuth 2.0 Multiple Response Types §2.1',
    'Câu trả lời quay về bằng cách nào.',
    'How the answer comes back.',
  ),
  redirect_uri: means(
    'RFC 6749 §3.1.2',
    'Nơi quay về; phải trùng từng ký tự với địa chỉ đã đăng ký.',
    'Where to go back to; equal to a registered address, letter by letter.',
  ),
  code_challenge: means(
    'RFC 7636 §4.3',
    'Mã băm của bí mật mà ứng dụng giữ cho đến khi đổi code.',
    'Hash of a secret that the app keeps until it redeems the code.',
  ),
  code_challenge_method: means('RFC 7636 §4.3', 'Cách băm: S256.', 'How it is hashed: S256.'),
  prompt: means(
    'OIDC Core §3.1.2.1',
    'Có bắt đăng nhập lại hay hỏi lại không.',
    'Whether to sign in or to consent anew.',
  ),
  max_age: means(
    'OIDC Core §3.1.2.1',
    'Lần xác thực gần nhất được cũ tối đa bao nhiêu giây.',
    'How many seconds ago they may have authenticated.',
  ),
  display: means('OIDC Core §3.1.2.1', 'Kiểu trang.', 'Kind of page.'),
  ui_locales: means('OIDC Core §3.1.2.1', 'Ngôn ngữ của trang.', 'Language of the page.'),
  acr_values: means('OIDC Core §3.1.2.1', 'Mức xác thực muốn có.', 'The authentication level that is wanted.'),
  id_token_hint: means('OIDC Core §3.1.2.1', 'Người đã đăng nhập trước đây.', 'Who signed in before.'),
  login_hint: means('OIDC Core §3.1.2.1', 'Người có lẽ sẽ đăng nhập.', 'Who is likely to sign in.'),
  login_hint_token: means('CIBA Core §7.1', 'Người cần hỏi, trong một token.', 'Whom to ask, in a token.'),
  claims: means(
    'OIDC Core §5.5',
    'Từng dữ liệu được hỏi; trong verified_claims là dữ liệu đã xác minh.',
    'Single claims that are asked for; within verified_claims, those that were verified.',
  ),
  resource: means('RFC 8707 §2', 'API mà access token sẽ mở.', 'The API that the access token is to open.'),
  dpop_jkt: means(
    'RFC 9449 §10',
    'Dấu vân tay của khóa mà mã sẽ được gắn vào.',
    'Thumbprint of the key that the code is to be bound to.',
  ),
  request: means('RFC 9101 §5', 'Một yêu cầu khác; không được có ở đây.', 'Another request; not allowed here.'),
  request_uri: means(
    'RFC 9101 §5',
    'Tên của một yêu cầu khác; không được có ở đây.',
    'The name of another request; not allowed here.',
  ),
  binding_message: means(
    'CIBA Core §7.1',
    'Lời hiện ở cả hai nơi, để người dân biết đúng yêu cầu.',
    'Words shown in both places, so that the citizen knows the request.',
  ),
  requested_expiry: means(
    'CIBA Core §7.1',
    'Yêu cầu được chờ bao nhiêu giây.',
    'For how many seconds the request may wait.',
  ),
  client_notification_token: means(
    'CIBA Core §7.1',
    'Bí mật mà VNeID dùng khi báo lại cho ứng dụng.',
    'Secret with which VNeID tells the app.',
  ),
  user_code: means(
    'CIBA Core §7.1',
    'Bí mật của người dân, để không ai làm phiền.',
    'A secret of the citizen’s, against unwanted requests.',
  ),
};
