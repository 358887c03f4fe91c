import { failed, passed, unchecked } from './outcomes.js';

/** What is hidden in part (SD-JWT) or wholly (JWE). */
export const ofSealed = {
  'key-alg': {
    vi: 'Cách trao khóa (alg)',
    en: 'How the key is passed (alg)',
    rule: 'RFC 8725 §3.2',
    reasons: {
      good: passed('{alg}: VNeID có dùng.', '{alg}: VNeID uses it.'),
      weak: failed(
        '{alg}: yếu hoặc dễ bị lạm dụng; VNeID không dùng.',
        '{alg}: weak, or easily abused; VNeID does not use it.',
      ),
      foreign: failed('{alg}: VNeID không dùng.', '{alg}: VNeID does not use it.'),
    },
  },
  enc: {
    vi: 'Thuật toán mã hóa (enc)',
    en: 'Encryption (enc)',
    rule: 'RFC 7518 §5',
    reasons: {
      good: passed('{enc}: có bảo vệ toàn vẹn.', '{enc}: authenticated encryption.'),
      foreign: failed('{enc}: VNeID không dùng.', '{enc}: VNeID does not use it.'),
    },
  },
  decryption: {
    vi: 'Giải mã',
    en: 'Decryption',
    rule: 'RFC 7516 §5.2',
    reasons: {
      good: passed('Mở được bằng khóa {kid}.', 'The key {kid} opens it.'),
      wrong: failed(
        'Khóa {kid} không mở được: mã hóa cho khóa khác, hoặc nội dung đã bị đổi.',
        'The key {kid} does not open it: it is for another key, or was changed.',
      ),
      unasked: unchecked(
        'Hãy dán khóa bí mật (JWK, JWKS hoặc PEM) để xem bên trong. Khóa ở lại trong trình duyệt.',
        'Paste the private key (JWK, JWKS or PEM) to see inside. It stays in the browser.',
      ),
      refused: unchecked('Không mở: {why}.', 'It is not opened: {why}.'),
      unread: unchecked('Không đọc được khóa đã dán: {why}.', 'The key that was pasted cannot be read: {why}.'),
    },
  },
  nesting: {
    vi: 'Ký rồi mới mã hóa',
    en: 'Signed before it was encrypted',
    rule: 'RFC 8725 §3.3',
    reasons: {
      good: passed('Bên trong có chữ ký, xem dưới đây.', 'There is a signature inside, see below.'),
      unsigned: failed(
        'Bên trong không có chữ ký: ai có khóa công khai cũng làm được token này.',
        'There is no signature inside: anybody with the public key can make such a token.',
      ),
      deep: unchecked(
        'Lồng quá hai lớp mã hóa nên không mở tiếp.',
        'Encrypted more than twice, so it is not opened further.',
      ),
    },
  },
  'sd-alg': {
    vi: 'Mã băm của các mục (_sd_alg)',
    en: 'Hash of the items (_sd_alg)',
    rule: 'RFC 9901 §4.1.1',
    reasons: {
      good: passed('{alg}.', '{alg}.'),
      foreign: failed(
        '{alg}: không được hỗ trợ, nên không mục nào kiểm tra được.',
        '{alg}: not supported, so that no item can be checked.',
      ),
    },
  },
  disclosures: {
    vi: 'Các mục được tiết lộ',
    en: 'Items that are disclosed',
    rule: 'RFC 9901 §7.1',
    reasons: {
      good: passed(
        '{count} mục, mục nào cũng có mã băm trong phần đã ký. {hidden} mã băm không được tiết lộ, hoặc chỉ để đánh lạc hướng.',
        '{count}, each with its digest in what is signed. {hidden} digests are not disclosed, or are decoys.',
      ),
      stray: failed(
        '{count} mục không có mã băm nào trong phần đã ký: bị thêm vào hoặc bị đổi.',
        '{count} have no digest in what is signed: they were added or changed.',
      ),
      malformed: failed(
        'Mục “{item}” không phải [muối, tên, giá trị], hoặc [muối, giá trị] trong danh sách.',
        'The item “{item}” is no [salt, name, value], or [salt, value] within a list.',
      ),
      reserved: failed('Một mục mang tên dành riêng {name}.', 'An item has the reserved name {name}.'),
      exists: failed('Mục {name} trùng với claim đã có ở chỗ đó.', 'The item {name} is there already.'),
      twice: failed('Mã băm {digest} có mặt hai lần.', 'The digest {digest} is there twice.'),
      deep: failed('Các mục lồng nhau quá 32 tầng.', 'The items are nested more than 32 deep.'),
    },
  },
  binding: {
    vi: 'Người cầm chứng minh giữ khóa',
    en: 'The holder proves to have the key',
    rule: 'RFC 9901 §7.3',
    reasons: {
      present: passed('Có, xem dưới đây.', 'They do, see below.'),
      absent: unchecked(
        'SD-JWT gắn với một khóa (cnf) nhưng không kèm bằng chứng. Bên kiểm tra cần bằng chứng thì phải từ chối.',
        'The SD-JWT is bound to a key (cnf), and no proof goes along. A verifier that needs one has to refuse it.',
      ),
      unread: failed('Phần sau dấu ~ cuối không phải là JWT.', 'What follows the last ~ is no JWT.'),
    },
  },
  'sd-hash': {
    vi: 'Ký lên đúng những gì xuất trình (sd_hash)',
    en: 'Signs what is presented (sd_hash)',
    rule: 'RFC 9901 §4.3.1',
    reasons: {
      good: passed(
        'Là mã băm của SD-JWT cùng các mục được tiết lộ.',
        'It is the hash of the SD-JWT with what is disclosed.',
      ),
      wrong: failed(
        'Không phải mã băm của SD-JWT này: mục tiết lộ bị thêm bớt, hoặc bằng chứng của lần khác.',
        'It is not of this SD-JWT: items were added or taken away, or it is the proof of another time.',
      ),
      alone: unchecked('Cần có SD-JWT đứng trước để so.', 'The SD-JWT that stands before it is needed to compare.'),
    },
  },
};
