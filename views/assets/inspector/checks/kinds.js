import { failed, passed, unchecked } from './outcomes.js';

/** What one kind of token has to say and no other. */
export const ofKinds = {
  sub: {
    vi: 'Người hoặc ứng dụng (sub)',
    en: 'Whom it is about (sub)',
    rule: 'OIDC Core §2',
    reasons: {
      good: passed('{length} ký tự ASCII, tối đa 255.', '{length} ASCII letters, 255 at most.'),
      strange: failed('sub phải là 1 đến 255 ký tự ASCII.', 'sub has to be 1 to 255 ASCII letters.'),
      client: failed(
        'sub là chính ứng dụng, nên yêu cầu này có thể bị dùng như client assertion.',
        'sub is the app itself, so that this could be passed off as a client assertion.',
        'RFC 9101 §10.8',
      ),
    },
  },
  azp: {
    vi: 'Bên được cấp (azp)',
    en: 'To whom it was issued (azp)',
    rule: 'OIDC Core §3.1.3.7',
    reasons: {
      good: passed('Cấp cho {azp}.', 'It was issued to {azp}.'),
      wrong: failed('Cấp cho {azp}, không phải cho {expected}.', 'It was issued to {azp} and not to {expected}.'),
      missing: failed(
        'aud có nhiều bên mà không có azp: không biết cấp cho bên nào.',
        'aud names several, and there is no azp to tell whose it is.',
      ),
    },
  },
  acr: {
    vi: 'Mức xác thực (acr)',
    en: 'Authentication level (acr)',
    rule: '69/2024/NĐ-CP §20',
    reasons: {
      good: passed('Mức {level} trên 4.', 'Level {level} of 4.'),
      strange: failed(
        '{acr} không phải là mức nào của VNeID (urn:vneid:loa:1 đến urn:vneid:loa:4).',
        '{acr} is no level of VNeID (urn:vneid:loa:1 to urn:vneid:loa:4).',
      ),
    },
  },
  at_hash: {
    vi: 'Đi cùng access token (at_hash)',
    en: 'Goes with the access token (at_hash)',
    rule: 'OIDC Core §3.1.3.6',
    reasons: {
      good: passed(
        'Là nửa đầu mã băm của access token đã dán.',
        'It is the left half of the hash of the access token.',
      ),
      wrong: failed(
        'Không phải mã băm của access token đã dán: hai token không được cấp cùng nhau.',
        'It is not of the access token that was pasted: the two were not issued together.',
      ),
      unasked: unchecked('Hãy dán access token để so.', 'Paste the access token, to compare.'),
      unsupported: unchecked('Không biết mã băm của {alg}.', 'The hash of {alg} is not known.'),
    },
  },
  c_hash: {
    vi: 'Đi cùng mã (c_hash)',
    en: 'Goes with the code (c_hash)',
    rule: 'OIDC Core §3.3.2.11',
    reasons: {
      good: passed('Là nửa đầu mã băm của mã đã dán.', 'It is the left half of the hash of the code.'),
      wrong: failed(
        'Không phải mã băm của mã đã dán: mã đã bị thay.',
        'It is not of the code that was pasted: the code was replaced.',
      ),
      unasked: unchecked('Hãy dán mã (code) để so.', 'Paste the code, to compare.'),
      unsupported: unchecked('Không biết mã băm của {alg}.', 'The hash of {alg} is not known.'),
    },
  },
  jwk: {
    vi: 'Khóa trong bằng chứng (jwk)',
    en: 'Key in the proof (jwk)',
    rule: 'RFC 9449 §4.3',
    reasons: {
      good: passed('Khóa công khai, dấu vân tay {thumbprint}.', 'A public key, thumbprint {thumbprint}.'),
      missing: failed('Phần đầu không có jwk.', 'There is no jwk in the header.'),
      private: failed(
        'jwk có cả phần bí mật ({names}): khóa này đã lộ, phải bỏ.',
        'jwk has the private part as well ({names}): this key is known to the world, give it up.',
      ),
      unread: failed('jwk không phải là một khóa: {why}.', 'jwk is no key: {why}.'),
    },
  },
  htm: {
    vi: 'Phương thức (htm)',
    en: 'Method (htm)',
    rule: 'RFC 9449 §4.3',
    reasons: {
      good: passed('{htm}, đúng yêu cầu.', '{htm}, as the request.'),
      wrong: failed('{htm}, còn yêu cầu là {expected}.', '{htm}, where the request is {expected}.'),
      unasked: unchecked('{htm}. Hãy điền yêu cầu đi kèm để so.', '{htm}. Fill in the request, to compare.'),
      strange: failed(
        'htm phải là tên một phương thức HTTP, chữ in hoa.',
        'htm has to be the name of an HTTP method, in capitals.',
      ),
    },
  },
  htu: {
    vi: 'Địa chỉ (htu)',
    en: 'Address (htu)',
    rule: 'RFC 9449 §4.3',
    reasons: {
      good: passed('{htu}, đúng yêu cầu.', '{htu}, as the request.'),
      wrong: failed('{htu}, còn yêu cầu đến {expected}.', '{htu}, where the request goes to {expected}.'),
      unasked: unchecked('{htu}. Hãy điền yêu cầu đi kèm để so.', '{htu}. Fill in the request, to compare.'),
      query: failed(
        '{htu} có phần sau dấu ? hoặc #: htu là địa chỉ không có hai phần ấy.',
        '{htu} has a query or a fragment: htu is the address without them.',
        'RFC 9449 §4.2',
      ),
      strange: failed(
        'htu phải là một địa chỉ http hoặc https đầy đủ.',
        'htu has to be a whole http or https address.',
        'RFC 9449 §4.2',
      ),
    },
  },
  ath: {
    vi: 'Đi cùng access token (ath)',
    en: 'Goes with the access token (ath)',
    rule: 'RFC 9449 §4.3',
    reasons: {
      good: passed('Là SHA-256 của access token đã dán.', 'It is the SHA-256 of the access token.'),
      wrong: failed('Không phải SHA-256 của access token đã dán.', 'It is not the SHA-256 of the access token.'),
      missing: failed(
        'Gọi API bằng access token thì bằng chứng phải có ath.',
        'Where an access token goes along, a proof has to have ath.',
      ),
      unasked: unchecked('Hãy dán access token để so.', 'Paste the access token, to compare.'),
    },
  },
  jkt: {
    vi: 'Access token gắn với khóa này (cnf.jkt)',
    en: 'The access token is bound to this key (cnf.jkt)',
    rule: 'RFC 9449 §6.1, §7.1',
    reasons: {
      good: passed(
        'cnf.jkt của access token là dấu vân tay của jwk.',
        'cnf.jkt of the access token is the thumbprint of jwk.',
      ),
      wrong: failed('Access token gắn với khóa khác: {jkt}.', 'The access token is bound to another key: {jkt}.'),
      unbound: failed('Access token không gắn với khóa nào.', 'The access token is bound to no key.'),
      opaque: unchecked(
        'Access token không mang nội dung; /introspect cho biết cnf.jkt.',
        'The access token is opaque; /introspect tells its cnf.jkt.',
      ),
    },
  },
  bound: {
    vi: 'Gắn với khóa của người giữ (cnf)',
    en: 'Bound to its holder’s key (cnf)',
    rule: 'RFC 7800 §3.1',
    reasons: {
      dpop: passed(
        'Gắn với khóa DPoP {jkt}: kẻ lấy trộm không dùng được.',
        'Bound to the DPoP key {jkt}: of no use to a thief.',
        'RFC 9449 §6.1',
      ),
      tls: passed(
        'Gắn với chứng thư {x5t}: kẻ lấy trộm không dùng được.',
        'Bound to the certificate {x5t}: of no use to a thief.',
        'RFC 8705 §3.1',
      ),
      bearer: passed(
        'Không gắn với khóa nào: ai cầm cũng dùng được. Ứng dụng mức cao phải gắn.',
        'Bound to nothing: whoever has it can use it. Apps of the high class have to bind it.',
        'RFC 6750 §1.2',
      ),
    },
  },
  self: {
    vi: 'Ứng dụng nói về chính mình (iss, sub)',
    en: 'The app speaks for itself (iss, sub)',
    rule: 'RFC 7523 §3',
    reasons: {
      good: passed('iss và sub đều là {iss}.', 'iss and sub are both {iss}.'),
      differ: failed(
        'iss là {iss}, còn sub là {sub}; cả hai phải là client_id.',
        'iss is {iss} and sub is {sub}; both have to be the client_id.',
      ),
    },
  },
  client: {
    vi: 'Ứng dụng ký cho chính mình (iss, client_id)',
    en: 'The app signs for itself (iss, client_id)',
    rule: 'OIDC Core §6.1, RFC 9101 §5',
    reasons: {
      good: passed('iss và client_id đều là {iss}.', 'iss and client_id are both {iss}.'),
      differ: failed('iss là {iss}, còn client_id là {client}.', 'iss is {iss} and client_id is {client}.'),
      absent: unchecked(
        'Không có client_id; phải bằng client_id đi kèm bên ngoài.',
        'There is no client_id; iss has to be the one that goes along outside.',
      ),
    },
  },
  nested: {
    vi: 'Không chứa yêu cầu khác',
    en: 'No request within the request',
    rule: 'RFC 9101 §4',
    reasons: {
      good: passed('Không có request hay request_uri bên trong.', 'There is no request or request_uri inside.'),
      present: failed('Có {names} bên trong.', 'There is {names} inside.'),
    },
  },
  answer: {
    vi: 'Có câu trả lời (code hoặc error)',
    en: 'An answer (code or error)',
    rule: 'JARM §2.1',
    reasons: {
      code: passed('Có code: đăng nhập xong, hãy đổi lấy token.', 'There is a code: the sign-in is done, redeem it.'),
      error: passed('Có error: {error}.', 'There is an error: {error}.'),
      none: failed('Không có code cũng không có error.', 'There is neither code nor error.'),
    },
  },
  events: {
    vi: 'Nói rằng phiên đã kết thúc (events)',
    en: 'Says that a session ended (events)',
    rule: 'OIDC Back-Channel Logout §2.4',
    reasons: {
      good: passed('Có sự kiện backchannel-logout.', 'There is the event backchannel-logout.'),
      wrong: failed(
        'events phải có thành phần http://schemas.openid.net/event/backchannel-logout là một đối tượng.',
        'events has to have the member http://schemas.openid.net/event/backchannel-logout, an object.',
      ),
    },
  },
  whom: {
    vi: 'Nêu người hoặc phiên (sub, sid)',
    en: 'Names a person or a session (sub, sid)',
    rule: 'OIDC Back-Channel Logout §2.6',
    reasons: {
      good: passed('Có {names}.', 'There is {names}.'),
      none: failed('Không có sub cũng không có sid.', 'There is neither sub nor sid.'),
    },
  },
  'no-nonce': {
    vi: 'Không có nonce',
    en: 'No nonce',
    rule: 'OIDC Back-Channel Logout §2.4',
    reasons: {
      good: passed(
        'Không có, nên không thể bị dùng như ID token.',
        'There is none, so it cannot pass for an ID token.',
      ),
      present: failed('Có nonce: logout token không được có.', 'There is one, which a logout token may not have.'),
    },
  },
  told: {
    vi: 'Câu trả lời về token (token_introspection)',
    en: 'What is told of the token (token_introspection)',
    rule: 'RFC 9701 §5',
    reasons: {
      active: passed('Token còn hiệu lực (active: true).', 'The token is good (active: true).'),
      inactive: passed(
        'Token không còn hiệu lực, hoặc không cho bạn biết (active: false).',
        'The token is no longer good, or not yours to know (active: false).',
      ),
      strange: failed(
        'token_introspection phải là một đối tượng có active là true hoặc false.',
        'token_introspection has to be an object whose active is true or false.',
      ),
    },
  },
};
