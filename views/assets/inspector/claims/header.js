import { means } from './meaning.js';

/** Members of the header of a JWS or JWE. */
export const ofHeader = {
  alg: means(
    'RFC 7515 §4.1.1, RFC 7516 §4.1.1',
    'Thuật toán ký, hoặc cách trao khóa mã hóa. Bên kiểm tra so với điều đã thỏa thuận, không làm theo token.',
    'How it is signed, or how the key is passed. A verifier compares it with what was agreed, and does not obey it.',
  ),
  kid: means(
    'RFC 7515 §4.1.4',
    'Tên của khóa, để tìm trong JWKS của bên ký.',
    'Name of the key, to find it in the signer’s JWKS.',
  ),
  typ: means(
    'RFC 7515 §4.1.9, RFC 8725 §3.11',
    'Loại token, để không loại nào bị dùng thay loại khác.',
    'Kind of token, so that none is taken for another.',
  ),
  cty: means(
    'RFC 7515 §4.1.10',
    'Loại của nội dung bên trong; JWT nghĩa là bên trong còn một JWT.',
    'Kind of the content; JWT means that there is another one inside.',
  ),
  crit: means(
    'RFC 7515 §4.1.11',
    'Những phần mở rộng mà bên kiểm tra phải hiểu, nếu không phải từ chối.',
    'Extensions that a verifier has to understand, or refuse.',
  ),
  b64: means('RFC 7797 §3', 'Nội dung có được mã hóa base64url không.', 'Whether the payload is in base64url.'),
  jku: means(
    'RFC 7515 §4.1.2',
    'Địa chỉ của bộ khóa. Không bao giờ được tải theo lời một token chưa tin.',
    'Address of a set of keys. Never fetched on the word of a token.',
  ),
  jwk: means(
    'RFC 7515 §4.1.3, RFC 9449 §4.2',
    'Khóa công khai. Chỉ bằng chứng DPoP được mang khóa của chính mình.',
    'A public key. Only a DPoP proof brings its own.',
  ),
  x5u: means('RFC 7515 §4.1.5', 'Địa chỉ của chứng thư. Không tải.', 'Address of a certificate. Never fetched.'),
  x5c: means('RFC 7515 §4.1.6', 'Chứng thư và chuỗi của nó.', 'The certificate and its chain.'),
  x5t: means('RFC 7515 §4.1.7', 'Dấu vân tay SHA-1 của chứng thư.', 'SHA-1 thumbprint of the certificate.'),
  'x5t#S256': means('RFC 7515 §4.1.8', 'Dấu vân tay SHA-256 của chứng thư.', 'SHA-256 thumbprint of the certificate.'),
  enc: means('RFC 7516 §4.1.2', 'Thuật toán mã hóa nội dung.', 'How the content is encrypted.'),
  zip: means(
    'RFC 7516 §4.1.3',
    'Nội dung được nén trước khi mã hóa. Nên tránh.',
    'The content was compressed first. To be avoided.',
  ),
  epk: means(
    'RFC 7518 §4.6.1.1',
    'Khóa công khai dùng một lần của bên mã hóa, để hai bên tính ra cùng một khóa.',
    'The encrypter’s public key for this once, from which both sides work out the same key.',
  ),
  apu: means(
    'RFC 7518 §4.6.1.2',
    'Thông tin về bên mã hóa, đưa vào khi tính khóa.',
    'About the encrypter; goes into the key.',
  ),
  apv: means(
    'RFC 7518 §4.6.1.3',
    'Thông tin về bên nhận, đưa vào khi tính khóa.',
    'About the recipient; goes into the key.',
  ),
  iv: means('RFC 7518 §4.7.1.1', 'Giá trị khởi đầu của lần bọc khóa.', 'Initial value of the wrapping of the key.'),
  tag: means('RFC 7518 §4.7.1.2', 'Dấu toàn vẹn của lần bọc khóa.', 'Authentication tag of the wrapping of the key.'),
  p2s: means('RFC 7518 §4.8.1.1', 'Muối để biến mật khẩu thành khóa.', 'Salt that turns a password into a key.'),
  p2c: means(
    'RFC 7518 §4.8.1.2',
    'Số vòng lặp để biến mật khẩu thành khóa. Kẻ tấn công đặt số lớn để làm nghẽn máy chủ.',
    'Rounds that turn a password into a key. An attacker sets it high to choke the server.',
  ),
  iss: means(
    'RFC 7519 §5.3',
    'Bên phát hành, chép ra ngoài phần mã hóa.',
    'The issuer, repeated outside of what is encrypted.',
  ),
  aud: means(
    'RFC 7519 §5.3',
    'Bên được nhận, chép ra ngoài phần mã hóa.',
    'The audience, repeated outside of what is encrypted.',
  ),
  sub: means(
    'RFC 7519 §5.3',
    'Chủ thể, chép ra ngoài phần mã hóa.',
    'The subject, repeated outside of what is encrypted.',
  ),
  kty: means('RFC 7517 §4.1', 'Họ của khóa.', 'Family of the key.'),
  crv: means('RFC 7518 §6.2.1.1', 'Đường cong.', 'The curve.'),
  x: means('RFC 7518 §6.2.1.2', 'Tọa độ x của điểm.', 'x of the point.'),
  y: means('RFC 7518 §6.2.1.3', 'Tọa độ y của điểm.', 'y of the point.'),
  n: means('RFC 7518 §6.3.1.1', 'Mô-đun RSA.', 'The RSA modulus.'),
  e: means('RFC 7518 §6.3.1.2', 'Số mũ công khai RSA.', 'The public RSA exponent.'),
  use: means('RFC 7517 §4.2', 'Khóa để ký (sig) hay mã hóa (enc).', 'Whether the key signs (sig) or encrypts (enc).'),
};
