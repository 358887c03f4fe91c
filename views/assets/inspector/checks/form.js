import { failed, passed } from './outcomes.js';

/** How it is written, and what its header asks for. */
export const ofForm = {
  form: {
    vi: 'Cách viết',
    en: 'Form',
    rule: 'RFC 7515 §2, §7.1',
    reasons: {
      good: passed(
        'Các phần là base64url, mỗi phần chỉ có một cách viết.',
        'The parts are base64url, each in the only way to write it.',
      ),
      spaces: failed(
        'Có dấu cách hoặc xuống dòng ở giữa: hãy sao chép lại liền một mạch. Bên kiểm tra phải từ chối.',
        'There are spaces or line breaks inside: copy it again in one piece. A verifier has to refuse it.',
      ),
      padding: failed(
        'Có dấu = ở cuối phần, base64url không được có.',
        'A part ends in =, which base64url does not have.',
      ),
      alphabet: failed(
        'Có ký tự không thuộc base64url (chữ cái, chữ số, - và _).',
        'There are letters that are none of base64url (letters, digits, - and _).',
      ),
      bits: failed(
        'Chữ cuối của một phần có bit thừa, nên cùng một nội dung có nhiều cách viết.',
        'The last letter of a part has bits left over, so that one content has many texts.',
      ),
      utf8: failed('Nội dung không phải UTF-8.', 'The content is not UTF-8.', 'RFC 8725 §3.7'),
      deep: failed('JSON lồng quá 32 tầng.', 'The JSON is nested more than 32 deep.', 'RFC 8259 §9'),
      text: failed(
        'Nội dung không phải là một đối tượng JSON, nên đây không phải JWT.',
        'The content is no JSON object, so this is no JWT.',
        'RFC 7519 §7.2',
      ),
    },
  },
  unique: {
    vi: 'Không thành phần nào viết hai lần',
    en: 'No member twice',
    rule: 'RFC 7515 §4, RFC 7519 §4',
    reasons: {
      good: passed('Mỗi thành phần có mặt một lần.', 'Each member stands there once.'),
      twice: failed(
        '{names} có mặt hai lần: mỗi thư viện đọc một giá trị khác nhau.',
        '{names} stands there twice: libraries differ in which value they read.',
      ),
    },
  },
  crit: {
    vi: 'Phần mở rộng bắt buộc (crit)',
    en: 'Extensions that must be understood (crit)',
    rule: 'RFC 7515 §4.1.11',
    reasons: {
      unknown: failed(
        'crit đòi phải hiểu {names}; VNeID không hiểu phần mở rộng nào, nên phải từ chối.',
        'crit asks that {names} be understood; VNeID understands no extension, so it has to refuse.',
      ),
      malformed: failed(
        'crit phải là danh sách không rỗng gồm tên có trong phần đầu.',
        'crit has to be a list, not empty, of names that stand in the header.',
      ),
    },
  },
  b64: {
    vi: 'Nội dung được mã hóa base64url (b64)',
    en: 'Payload in base64url (b64)',
    rule: 'RFC 7797 §7',
    reasons: {
      present: failed(
        'Phần đầu có b64. JWT không được dùng b64: false, và không cần b64: true.',
        'The header has b64. A JWT may not have b64: false, and needs no b64: true.',
      ),
    },
  },
  zip: {
    vi: 'Không nén',
    en: 'No compression',
    rule: 'RFC 8725 §3.6',
    reasons: {
      present: failed(
        'Nội dung được nén ({zip}): nén trước khi mã hóa làm lộ nội dung, và giải nén có thể làm cạn bộ nhớ.',
        'It is compressed ({zip}): that leaks content before encryption, and may exhaust memory after it.',
      ),
    },
  },
  source: {
    vi: 'Không tự chỉ ra khóa',
    en: 'Names no key of its own',
    rule: 'RFC 8725 §3.10',
    reasons: {
      named: failed(
        'Phần đầu đưa ra {names}. Khóa phải lấy từ nơi đã biết trước, không lấy từ chính token.',
        'The header brings {names}. A key comes from where it was known before, never from the token.',
      ),
    },
  },
  typ: {
    vi: 'Loại token (typ)',
    en: 'Kind of token (typ)',
    rule: 'RFC 8725 §3.11',
    reasons: {
      good: passed('typ là {typ}.', 'typ is {typ}.'),
      absent: passed('Không có typ; loại này không bắt buộc.', 'No typ; this kind needs none.'),
      recommended: passed(
        'Không có {expected} trong typ; không bắt buộc nhưng nên có, để không bị dùng như loại khác.',
        'typ is not {expected}; it need not be, but ought to, so that it is not taken for another kind.',
      ),
      missing: failed('Thiếu typ; loại này phải có {expected}.', 'No typ, where this kind has to have {expected}.'),
      wrong: failed(
        'typ là {typ}, của loại khác; loại này là {expected}.',
        'typ is {typ}, which is another kind; this one has {expected}.',
      ),
    },
  },
};
