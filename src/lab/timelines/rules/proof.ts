import type { Rule } from './rule.ts';

/** That an app holds the key which its tokens are bound to: DPoP, or TLS with a certificate. */
export const proofRules: Rule[] = [
  {
    words: /DPoP proof htm mismatch/,
    rule: 'RFC 9449 §4.3 (8)',
    vi: 'htm trong bằng chứng DPoP không phải phương thức HTTP của yêu cầu này.',
    en: 'htm of the DPoP proof is not the HTTP method of this request.',
    nextVi: 'Tạo một bằng chứng cho mỗi yêu cầu, htm viết hoa: POST.',
    nextEn: 'Make a proof for each request, htm in capitals: POST.',
  },
  {
    words: /DPoP proof htu mismatch/,
    rule: 'RFC 9449 §4.3 (9)',
    vi: 'htu trong bằng chứng DPoP không phải địa chỉ của yêu cầu này.',
    en: 'htu of the DPoP proof is not the address of this request.',
    nextVi: 'Đặt htu là địa chỉ trong discovery, không có query; sau proxy vẫn là địa chỉ công khai.',
    nextEn: 'Let htu be the address that discovery has, without a query; behind a proxy too it is the public one.',
  },
  {
    words: /DPoP proof ath mismatch/,
    rule: 'RFC 9449 §4.3 (11), §7.1',
    vi: 'ath trong bằng chứng DPoP không phải mã băm của access token gửi cùng.',
    en: 'ath of the DPoP proof is not the hash of the access token sent along.',
    nextVi: 'ath là base64url của SHA-256 của access token.',
    nextEn: 'ath is base64url of SHA-256 of the access token.',
  },
  {
    words: /DPoP proof (?:must have a|nonce must be)/,
    rule: 'RFC 9449 §4.2',
    vi: 'Bằng chứng DPoP thiếu iat hoặc jti, hoặc nonce không phải chuỗi.',
    en: 'The DPoP proof lacks iat or jti, or its nonce is no text.',
    nextVi: 'Điền jti, htm, htu, iat; thêm nonce khi máy chủ đã đưa.',
    nextEn: 'Set jti, htm, htu, iat, and the nonce once the server has given one.',
  },
  {
    words:
      /nonce is required in the DPoP proof|invalid nonce in DPoP proof|iat is not recent enough|DPoP nonces are not supported/,
    rule: 'RFC 9449 §8, §11.1',
    vi: 'Máy chủ muốn một nonce mới trong bằng chứng DPoP. Đây là một bước bình thường.',
    en: 'The server wants a fresh nonce in the DPoP proof. This is an ordinary step.',
    nextVi: 'Lấy nonce trong header DPoP-Nonce của câu trả lời này, đặt vào bằng chứng mới và gửi lại.',
    nextEn: 'Take the nonce of header DPoP-Nonce of this answer, put it into a new proof, and send again.',
  },
  {
    words: /(?:missing DPoP proof JWT|DPoP proof JWT not provided)|`DPoP` header not provided/,
    rule: 'RFC 9449 §5, §7.1',
    vi: 'Yêu cầu cần bằng chứng DPoP nhưng không có header DPoP.',
    en: 'The request needs a DPoP proof and has no header DPoP.',
    nextVi: 'Gửi header DPoP với mỗi yêu cầu tới /token và /userinfo.',
    nextEn: 'Send header DPoP with each request to /token and /userinfo.',
  },
  {
    words: /does not match dpop_jkt|failed jkt verification/,
    rule: 'RFC 9449 §10, §7.1',
    vi: 'Bằng chứng DPoP được ký bằng khóa khác với khóa mà mã hoặc token gắn với.',
    en: 'The DPoP proof is signed with another key than the code or token is bound to.',
    nextVi: 'Giữ một khóa DPoP cho cả lần đăng nhập, kể cả khi làm mới token.',
    nextEn: 'Keep one DPoP key for the whole sign-in, refreshes too.',
  },
  {
    words: /scheme must be `(?:DPoP|Bearer)`|`DPoP` tokens must be provided|not sender-constrained but proof/,
    rule: 'RFC 9449 §7.1, §7.2',
    vi: 'Kiểu trong header Authorization không hợp với access token: token DPoP đi với "DPoP", token thường đi với "Bearer".',
    en: 'The scheme of the Authorization header does not suit the token: "DPoP" for a DPoP token, "Bearer" for a plain one.',
    nextVi: 'Dùng token_type mà /token đã trả về.',
    nextEn: 'Use the token_type that /token answered.',
  },
  {
    words: /invalid DPoP key binding|^(?:RSA with|n or e missing|kty |no key).*; /,
    rule: 'RFC 9449 §4.3 (4–7)',
    vi: 'Không xác minh được bằng chứng DPoP: chữ ký, khóa công khai trong jwk, alg hoặc typ không đúng.',
    en: 'The DPoP proof cannot be verified: signature, public key in jwk, alg or typ is wrong.',
    nextVi: 'typ là dpop+jwt, jwk là khóa công khai của chính khóa đang ký, alg là ES256, PS256 hoặc EdDSA.',
    nextEn: 'typ is dpop+jwt, jwk the public half of the signing key, alg ES256, PS256 or EdDSA.',
  },
  {
    words: /mutual TLS client certificate not provided|failed x5t#S256 verification|multiple proof-of-possession/,
    rule: 'RFC 8705 §3',
    vi: 'Token gắn với chứng thư TLS của ứng dụng, nhưng kết nối không có hoặc có chứng thư khác.',
    en: 'The token is bound to a TLS certificate of the app, and the connection has none or another one.',
    nextVi:
      'Dùng cùng một chứng thư ở /token và /userinfo, qua mtls_endpoint_aliases; chọn DPoP hoặc TLS, không cả hai.',
    nextEn: 'Use one certificate at /token and /userinfo, by mtls_endpoint_aliases; choose DPoP or TLS, not both.',
  },
];
