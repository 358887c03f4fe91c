import { failed, passed, unchecked } from './outcomes.js';

/** Who signed it, and how. */
export const ofJws = {
  alg: {
    vi: 'Thuật toán ký (alg)',
    en: 'Algorithm of the signature (alg)',
    rule: 'RFC 8725 §3.1, §3.2',
    reasons: {
      good: passed('{alg}: bất đối xứng, đủ mạnh.', '{alg}: asymmetric and strong.'),
      older: passed(
        '{alg}: được nhận, nhưng hồ sơ FAPI 2.0 không cho dùng (phải là ES256, PS256 hoặc EdDSA).',
        '{alg}: is taken, but not by FAPI 2.0, which has ES256, PS256 or EdDSA.',
        'FAPI 2.0 Security Profile §5.4.1',
      ),
      shared: passed(
        '{alg}: bằng mật khẩu chung của ứng dụng. Ứng dụng mức cao không được dùng.',
        '{alg}: by the secret that the app shares. Apps of the high class may not.',
        'OIDC Core §9',
      ),
      none: failed(
        'none: không có chữ ký, ai cũng viết được.',
        'none: there is no signature, so anybody can write it.',
      ),
      symmetric: failed(
        '{alg}: ký bằng bí mật chung, ở chỗ phải là khóa riêng của bên ký.',
        '{alg}: by a shared secret, where it has to be the signer’s own key.',
      ),
      foreign: failed(
        '{alg}: VNeID không ký và không nhận thuật toán này.',
        '{alg}: VNeID neither signs with it nor takes it.',
      ),
      missing: failed('Thiếu alg, hoặc alg không phải chữ.', 'alg is missing, or no text.', 'RFC 7515 §4.1.1'),
    },
  },
  signature: {
    vi: 'Chữ ký',
    en: 'Signature',
    rule: 'RFC 7515 §5.2',
    reasons: {
      good: passed('Đúng với khóa {kid} ({from}).', 'Right with the key {kid} ({from}).'),
      among: passed(
        'Đúng với một trong {count} khóa cùng mang tên {kid} ({from}): tên khóa phải là duy nhất.',
        'Right with one of {count} keys that are all called {kid} ({from}): names of keys ought to be unique.',
        'RFC 7517 §4.5',
      ),
      secret: passed('Đúng với bí mật chung đã dán.', 'Right with the shared secret that was pasted.'),
      wrong: failed(
        'Sai với khóa {kid} ({from}): nội dung đã bị đổi, hoặc người khác ký.',
        'Wrong with the key {kid} ({from}): the content was changed, or somebody else signed it.',
      ),
      none: failed('Không có chữ ký.', 'There is none.'),
      unknown: failed(
        'Không có khóa {kid} nào hợp với {alg} trong {from}: khóa lạ, đã bị thay, hoặc chưa công bố.',
        'No key {kid} that goes with {alg} is in {from}: it is foreign, was replaced, or is not announced yet.',
      ),
      unfit: failed(
        'Khóa {kid} ({from}) không dùng được để kiểm tra {alg}: {why}.',
        'The key {kid} ({from}) cannot be used to verify {alg}: {why}.',
        'RFC 8725 §3.1',
      ),
      public: failed(
        'Đây là HMAC lấy khóa CÔNG KHAI {kid} làm bí mật: ai cũng giả được.',
        'This is an HMAC whose secret is the PUBLIC key {kid}: anybody can forge it.',
        'RFC 8725 §2.1, §3.1',
      ),
      issuer: unchecked(
        'Không phải VNeID này ký mà là {iss}: hãy dán JWKS của họ.',
        'Not this VNeID signed it but {iss}: paste their JWKS.',
      ),
      client: unchecked(
        'Ứng dụng {iss} ký: hãy dán khóa công khai hoặc JWKS của ứng dụng.',
        'The app {iss} signs it: paste its public key or JWKS.',
      ),
      share: unchecked(
        'Ký bằng bí mật chung: hãy dán bí mật đó (client_secret).',
        'It is signed with a shared secret: paste that (client_secret).',
      ),
      holder: unchecked(
        'Không biết khóa của người cầm: SD-JWT không có cnf.jwk.',
        'The holder’s key is not known: the SD-JWT has no cnf.jwk.',
        'RFC 9901 §4.1.2',
      ),
      unreachable: unchecked('Không đọc được /jwks.', '/jwks could not be read.'),
      unsupported: unchecked(
        'Trình duyệt hoặc máy chủ này không có thuật toán {alg}.',
        'This browser or server has no {alg}.',
      ),
      unread: unchecked('Không đọc được khóa đã dán: {why}.', 'The key that was pasted cannot be read: {why}.'),
    },
  },
};
