import { failed, passed, unchecked } from './outcomes.js';

/** What the claims say that most kinds have. */
export const ofClaims = {
  complete: {
    vi: 'Đủ các claim bắt buộc',
    en: 'All claims that have to be there',
    rule: 'RFC 7519 §4',
    reasons: {
      good: passed('Có {names}.', 'There are {names}.'),
      missing: failed('Thiếu {names}.', 'Missing: {names}.'),
    },
  },
  exp: {
    vi: 'Còn hạn (exp)',
    en: 'Not over yet (exp)',
    rule: 'RFC 7519 §4.1.4',
    reasons: {
      good: passed('Còn {span}.', '{span} left.'),
      over: failed('Đã hết hạn {span} trước.', 'It ended {span} ago.'),
      strange: failed('{value} không phải là một thời điểm.', '{value} is no time.', 'RFC 7519 §2'),
    },
  },
  nbf: {
    vi: 'Đã có hiệu lực (nbf)',
    en: 'Already begun (nbf)',
    rule: 'RFC 7519 §4.1.5',
    reasons: {
      good: passed('Có hiệu lực từ {span} trước.', 'It began {span} ago.'),
      early: failed('{span} nữa mới có hiệu lực.', 'It begins in {span}.'),
      strange: failed('{value} không phải là một thời điểm.', '{value} is no time.', 'RFC 7519 §2'),
    },
  },
  iat: {
    vi: 'Thời điểm phát hành (iat)',
    en: 'Time of issue (iat)',
    rule: 'RFC 7519 §4.1.6',
    reasons: {
      good: passed('Phát hành {span} trước.', 'Issued {span} ago.'),
      future: failed(
        'Phát hành ở tương lai, {span} nữa: đồng hồ hai bên lệch nhau, hoặc token bị giả.',
        'Issued in the future, in {span}: the clocks differ, or it is forged.',
      ),
      old: failed(
        'Phát hành {span} trước; loại này chỉ dùng ngay, trong vòng {most}.',
        'Issued {span} ago; this kind is used at once, within {most}.',
      ),
      strange: failed('{value} không phải là một thời điểm.', '{value} is no time.', 'RFC 7519 §2'),
    },
  },
  lifetime: {
    vi: 'Thời hạn ngắn',
    en: 'Short life',
    rule: 'RFC 7523 §3',
    reasons: {
      good: passed('Sống {span}, tối đa {most}.', 'It lives {span}, {most} at most.'),
      long: failed('Sống {span}; tối đa phải là {most}.', 'It lives {span}, where {most} is the most.'),
    },
  },
  iss: {
    vi: 'Bên phát hành (iss)',
    en: 'Issuer (iss)',
    rule: 'RFC 8725 §3.8',
    reasons: {
      good: passed('Là VNeID này: {iss}.', 'It is this VNeID: {iss}.'),
      other: failed(
        'Là {iss}, không phải {issuer}, so từng ký tự.',
        'It is {iss} and not {issuer}, compared letter by letter.',
      ),
    },
  },
  aud: {
    vi: 'Bên được nhận (aud)',
    en: 'Audience (aud)',
    rule: 'RFC 8725 §3.9',
    reasons: {
      good: passed('Dành cho {aud}.', 'It is for {aud}.'),
      wrong: failed('Dành cho {aud}, không phải cho {expected}.', 'It is for {aud} and not for {expected}.'),
      unasked: unchecked(
        'Dành cho {aud}. Hãy điền aud đúng ra phải có (client_id hoặc địa chỉ API của bạn) để so.',
        'It is for {aud}. Fill in what aud has to be (your client_id or API) to compare.',
      ),
      endpoint: passed(
        'Dành cho {aud}, một địa chỉ của VNeID này: được nhận, nhưng ứng dụng mức cao phải ghi {issuer}.',
        'It is for {aud}, an address of this VNeID: it is taken, but apps of the high class have to say {issuer}.',
        'FAPI 2.0 Security Profile §5.3.2.1',
      ),
      strange: failed(
        'aud phải là một chuỗi, hoặc danh sách chuỗi.',
        'aud has to be a text, or a list of texts.',
        'RFC 7519 §4.1.3',
      ),
    },
  },
  nonce: {
    vi: 'Đúng lần đăng nhập (nonce)',
    en: 'Of this very request (nonce)',
    rule: 'OIDC Core §3.1.3.7',
    reasons: {
      good: passed('Đúng nonce đã gửi.', 'It is the nonce that was sent.'),
      wrong: failed(
        'nonce không phải là giá trị đã gửi: token của lần khác, hoặc bị chèn vào.',
        'nonce is not what was sent: it belongs to another request, or was injected.',
      ),
      missing: failed('Đã gửi nonce nhưng token không có.', 'A nonce was sent, but the token has none.'),
      unasked: unchecked('Hãy điền nonce đã gửi để so.', 'Fill in the nonce that you sent, to compare.'),
    },
  },
  once: {
    vi: 'Chưa dùng lần nào (jti)',
    en: 'Not used before (jti)',
    rule: 'RFC 7519 §4.1.7',
    reasons: {
      server: unchecked(
        'Chỉ nơi nhận biết {jti} đã được dùng chưa; họ phải nhớ cho đến khi token hết hạn.',
        'Only who takes it knows whether {jti} was used; they have to remember it until the token ends.',
      ),
    },
  },
};
