/** The kinds of token, each once: how it is told apart, who signs it, what has to stand in it. */
import { own } from './json.js';

/** @typedef {import('./report.js').Both} Both */

/**
 * @typedef {object} Kind
 * @property {Both} name
 * @property {Both} about
 * @property {string} rule
 * @property {'provider' | 'client' | 'itself' | 'holder' | 'anyone'} signer whose key it is: the token's own is in its header
 * @property {string[]} typ what `typ` may be, the first is the one that tells it apart
 * @property {boolean} [typed] whether `typ` has to be there
 * @property {string[]} needed claims that have to be there
 * @property {boolean} [encrypted] never seen by itself
 */

/** @satisfies {Record<string, Kind>} */
export const kinds = {
  'id-token': {
    name: { vi: 'ID token', en: 'ID token' },
    about: {
      vi: 'Nói với ứng dụng ai vừa đăng nhập, bằng cách nào và khi nào. Chỉ ứng dụng nêu trong aud được dùng; không phải để gọi API.',
      en: 'Tells an app who signed in, how and when. For the app named in aud alone; it opens no API.',
    },
    rule: 'OIDC Core §2',
    signer: 'provider',
    typ: ['JWT'],
    needed: ['iss', 'sub', 'aud', 'exp', 'iat'],
  },
  'access-token': {
    name: { vi: 'Access token dạng JWT', en: 'JWT access token' },
    about: {
      vi: 'Cho phép gọi API nêu trong aud. Ứng dụng chỉ chuyển đi, không đọc; API kiểm tra.',
      en: 'Opens the API named in aud. The app passes it on without reading it; the API checks it.',
    },
    rule: 'RFC 9068 §2',
    signer: 'provider',
    typ: ['at+jwt'],
    typed: true,
    needed: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  },
  'dpop-proof': {
    name: { vi: 'Bằng chứng DPoP', en: 'DPoP proof' },
    about: {
      vi: 'Chứng minh rằng bên gửi yêu cầu giữ khóa mà token được gắn vào. Mỗi yêu cầu HTTP một bằng chứng mới.',
      en: 'Proves that whoever sends a request holds the key that the token is bound to. A new one for each HTTP request.',
    },
    rule: 'RFC 9449 §4.2',
    signer: 'itself',
    typ: ['dpop+jwt'],
    typed: true,
    needed: ['jti', 'htm', 'htu', 'iat'],
  },
  'logout-token': {
    name: { vi: 'Logout token', en: 'Logout token' },
    about: {
      vi: 'VNeID báo cho ứng dụng, từ máy chủ đến máy chủ, rằng một phiên đăng nhập đã kết thúc.',
      en: 'Tells an app, from server to server, that a session has ended.',
    },
    rule: 'OIDC Back-Channel Logout §2.4',
    signer: 'provider',
    typ: ['logout+jwt', 'JWT'],
    needed: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
  },
  introspection: {
    name: { vi: 'Câu trả lời đã ký của /introspect', en: 'Signed answer of /introspect' },
    about: {
      vi: 'Cho API biết một token còn hiệu lực không và nói lên điều gì, có chữ ký để giữ làm bằng chứng.',
      en: 'Tells an API whether a token is good and what it stands for, signed so that it can be kept as evidence.',
    },
    rule: 'RFC 9701 §5',
    signer: 'provider',
    typ: ['token-introspection+jwt'],
    typed: true,
    needed: ['iss', 'aud', 'iat', 'token_introspection'],
  },
  'request-object': {
    name: { vi: 'Yêu cầu đã ký (request object)', en: 'Signed request (request object)' },
    about: {
      vi: 'Yêu cầu đăng nhập do ứng dụng ký, để không ai trên đường đi đổi được tham số nào.',
      en: 'An authorization request that the app has signed, so that nobody on the way can change a parameter.',
    },
    rule: 'RFC 9101 §4',
    signer: 'client',
    typ: ['oauth-authz-req+jwt', 'JWT'],
    needed: ['iss', 'aud'],
  },
  'client-assertion': {
    name: { vi: 'Client assertion', en: 'Client assertion' },
    about: {
      vi: 'Ứng dụng chứng minh mình là ai với /token, /par… bằng khóa của mình thay cho mật khẩu.',
      en: 'An app proves to /token, /par … who it is, by its key instead of a secret.',
    },
    rule: 'RFC 7523 §3',
    signer: 'client',
    typ: ['client-authentication+jwt', 'JWT'],
    needed: ['iss', 'sub', 'aud', 'exp', 'jti'],
  },
  'authorization-response': {
    name: { vi: 'Câu trả lời đăng nhập đã ký (JARM)', en: 'Signed authorization response (JARM)' },
    about: {
      vi: 'Những gì VNeID gửi về ứng dụng qua trình duyệt (code, state hoặc error), có chữ ký.',
      en: 'What comes back to the app through the browser (code, state, or error), signed.',
    },
    rule: 'JARM §2.1',
    signer: 'provider',
    typ: ['JWT'],
    needed: ['iss', 'aud', 'exp'],
  },
  'key-binding': {
    name: { vi: 'Bằng chứng giữ khóa của SD-JWT', en: 'Key binding of an SD-JWT' },
    about: {
      vi: 'Người cầm SD-JWT ký lên đúng những gì họ xuất trình, cho đúng một bên kiểm tra, trong đúng một lần.',
      en: 'The holder of an SD-JWT signs what they present, for one verifier and one time.',
    },
    rule: 'RFC 9901 §4.3',
    signer: 'holder',
    typ: ['kb+jwt'],
    typed: true,
    needed: ['iat', 'aud', 'nonce', 'sd_hash'],
  },
  'sd-jwt': {
    name: { vi: 'SD-JWT', en: 'SD-JWT' },
    about: {
      vi: 'Giấy tờ mà người cầm chọn tiết lộ từng mục: phần ký chỉ có mã băm, mục nào được tiết lộ thì đi kèm ở sau dấu ~.',
      en: 'A credential that its holder discloses item by item: what is signed has digests, and what is disclosed follows after ~.',
    },
    rule: 'RFC 9901 §4',
    signer: 'anyone',
    typ: ['dc+sd-jwt', 'vc+sd-jwt', 'sd-jwt'],
    needed: [],
  },
  userinfo: {
    name: { vi: 'Câu trả lời đã ký của /userinfo', en: 'Signed answer of /userinfo' },
    about: {
      vi: 'Dữ liệu của người đăng nhập theo phạm vi đã đồng ý, có chữ ký của VNeID.',
      en: 'The data of whoever signed in, within what they agreed to, signed.',
    },
    rule: 'OIDC Core §5.3.2',
    signer: 'provider',
    typ: ['JWT'],
    needed: ['iss', 'sub', 'aud'],
  },
  jwt: {
    name: { vi: 'JWT khác', en: 'Another JWT' },
    about: {
      vi: 'Một JWT đọc được, nhưng không giống loại nào mà VNeID phát hành hay nhận.',
      en: 'A JWT that can be read, but is like none that VNeID issues or takes.',
    },
    rule: 'RFC 7519',
    signer: 'anyone',
    typ: [],
    needed: [],
  },
};

/** What is no JWT. */
export const others = {
  jws: {
    name: { vi: 'JWS', en: 'JWS' },
    about: {
      vi: 'Một nội dung có chữ ký, nhưng nội dung không phải là tập claim JSON.',
      en: 'Something signed, but what is signed is no JSON object of claims.',
    },
    rule: 'RFC 7515',
  },
  jwe: {
    name: { vi: 'JWE', en: 'JWE' },
    about: {
      vi: 'Một nội dung đã mã hóa cho một khóa. Có khóa bí mật tương ứng mới đọc được bên trong.',
      en: 'Something encrypted to a key. Only its private key shows what is inside.',
    },
    rule: 'RFC 7516',
  },
  opaque: {
    name: { vi: 'Chuỗi không mang nội dung', en: 'Opaque value' },
    about: {
      vi: 'Không có gì để giải mã: đây là một con số ngẫu nhiên, chỉ VNeID biết nó đứng cho điều gì. Có thể là access token, refresh token, mã (code) hoặc mã thiết bị. Muốn biết, hãy hỏi POST /introspect bằng ứng dụng được cấp, hoặc tìm trong GET /lab/api/tokens.',
      en: 'There is nothing to decode: it is a random number, and only VNeID knows what it stands for. It may be an access token, a refresh token, a code or a device code. To know, ask POST /introspect as the app it was issued to, or look in GET /lab/api/tokens.',
    },
    rule: 'RFC 6749 §1.4',
  },
  'request-uri': {
    name: { vi: 'request_uri', en: 'request_uri' },
    about: {
      vi: 'Tên của một yêu cầu mà ứng dụng đã gửi trước tới /par. Nội dung nằm ở VNeID, dùng được một lần.',
      en: 'The name of a request that an app pushed to /par. What it says is kept by VNeID, and it can be used once.',
    },
    rule: 'RFC 9126 §2.2',
  },
  unreadable: {
    name: { vi: 'Không đọc được', en: 'Not readable' },
    about: {
      vi: 'Đây không phải là một token ở dạng nén (RFC 7515 §7.1, RFC 7516 §7.1).',
      en: 'This is no token in its compact form (RFC 7515 §7.1, RFC 7516 §7.1).',
    },
    rule: 'RFC 7519 §7.2',
  },
};

/** Why something could not be read. */
export const troubles = {
  empty: { vi: 'Chưa có token nào được dán.', en: 'No token was pasted.' },
  long: {
    vi: 'Dài quá 65.536 ký tự. Không token nào ở đây dài như vậy.',
    en: 'It has more than 65,536 letters. No token here is that long.',
  },
  parts: {
    vi: 'Phần đầu là của một token, nhưng số phần không đúng: JWS có 3 phần, JWE có 5 phần, cách nhau bằng dấu chấm. Có lẽ bị sao chép thiếu.',
    en: 'It begins as a token does, but the number of parts is wrong: a JWS has 3, a JWE has 5, with dots between them. Part of it may not have been copied.',
  },
  json: {
    vi: 'Đây là JSON. Hãy dán riêng token trong đó, là một chuỗi có dấu chấm.',
    en: 'This is JSON. Paste only the token that is in it, a text with dots.',
  },
  header: {
    vi: 'Có đủ dấu chấm như một token, nhưng phần đầu không phải JSON mã hóa base64url.',
    en: 'It has the dots of a token, but its first part is no JSON in base64url.',
  },
  deep: {
    vi: 'Phần đầu là JSON lồng quá 32 tầng, nên không được đọc.',
    en: 'Its header is JSON nested more than 32 deep, and is not read.',
  },
  text: {
    vi: 'Đây không phải token: token là chữ cái, chữ số và dấu - _ . ~ viết liền nhau.',
    en: 'This is no token: one has letters, digits and - _ . ~ without spaces.',
  },
};

/** @typedef {keyof typeof kinds} KindName */

/**
 * @param {string} name
 * @returns {Kind}
 */
export function kindOf(name) {
  return kinds[isKind(name) ? name : 'jwt'];
}

/**
 * @param {string} name
 * @returns {name is KindName}
 */
export function isKind(name) {
  return Object.hasOwn(kinds, name);
}

/**
 * `typ` as it is compared (RFC 7515 §4.1.9): without `application/`, in small letters.
 * @param {Record<string, unknown>} header
 */
export function typOf(header) {
  const typ = own(header, 'typ');
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}

/**
 * What a token says it is by `typ`, or else looks like by what stands in it.
 * @param {Record<string, unknown>} header
 * @param {Record<string, unknown>} payload
 * @param {string[]} personal names of claims about a person
 * @returns {KindName}
 */
export function recognise(header, payload, personal) {
  const typ = typOf(header);
  const typed = /** @type {KindName[]} */ (Object.keys(kinds)).find((name) =>
    kinds[name].typ.some((known) => known !== 'JWT' && known === typ),
  );
  /** @type {Has} */
  const has = (...names) => names.some((name) => Object.hasOwn(payload, name));
  return typed ?? looks.find(([, like]) => like(has, payload, personal))?.[0] ?? 'jwt';
}

/** @typedef {(...names: string[]) => boolean} Has whether one of these stands in the payload */

/** @type {[KindName, (has: Has, payload: Record<string, unknown>, personal: string[]) => boolean][]} the first that fits, most telling first */
const looks = [
  ['logout-token', (has) => has('events')],
  ['introspection', (has) => has('token_introspection')],
  ['dpop-proof', (has) => has('htm', 'htu')],
  ['key-binding', (has) => has('sd_hash')],
  ['sd-jwt', (has) => has('_sd', '_sd_alg')],
  ['request-object', (has) => has('response_type', 'redirect_uri', 'login_hint', 'binding_message')],
  ['authorization-response', (has) => has('code', 'error') && !has('sub')],
  ['client-assertion', (has, { iss, sub }) => has('iss') && iss === sub],
  ['id-token', (has) => has('nonce', 'at_hash', 'c_hash', 'auth_time', 'acr', 'amr', 'azp')],
  ['access-token', (has) => has('client_id', 'scope')],
  ['userinfo', (has, _, personal) => has('sub') && has('aud') && has(...personal)],
  ['id-token', (has) => has('sub') && has('aud') && has('exp')],
  ['userinfo', (has) => has('sub') && has('aud')],
];
