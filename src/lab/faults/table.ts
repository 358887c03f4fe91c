import type { Detail, Fault } from './fault.ts';

const atEndpoint: readonly Detail[] = ['endpoint'];

/** Every fault that there is. */
export const table = {
  'endpoint.slow': {
    about: {
      vi: 'Trả lời chậm: sau `seconds` giây (mặc định 5). Việc vẫn được làm.',
      en: 'Answers late: after `seconds` (5 unless told). What was asked is done.',
    },
    takes: ['endpoint', 'seconds'],
  },
  'endpoint.429': {
    about: {
      vi: 'Trả 429 kèm Retry-After; việc được yêu cầu không được làm, nên gửi lại thì được.',
      en: 'Answers 429 with Retry-After; nothing is done, so asking again later works.',
    },
    takes: atEndpoint,
  },
  'endpoint.500': {
    about: {
      vi: 'Trả 500; việc được yêu cầu không được làm.',
      en: 'Answers 500; nothing is done.',
    },
    takes: atEndpoint,
  },
  'endpoint.503': {
    about: {
      vi: 'Trả 503 kèm Retry-After; việc được yêu cầu không được làm.',
      en: 'Answers 503 with Retry-After; nothing is done.',
    },
    takes: atEndpoint,
  },
  'endpoint.cut': {
    about: {
      vi: 'Làm xong việc rồi ngắt kết nối giữa chừng câu trả lời: mã đã đổi thì đã dùng.',
      en: 'Does what was asked, then breaks the connection in the middle of the answer: a code that was redeemed is used.',
    },
    takes: atEndpoint,
  },
  'endpoint.malformed': {
    about: {
      vi: 'Làm xong việc nhưng thân câu trả lời không còn đọc được: JSON hỏng, JWT hỏng.',
      en: 'Does what was asked, but the body cannot be read: broken JSON, a broken JWT.',
    },
    takes: atEndpoint,
  },
  'endpoint.truncated': {
    about: {
      vi: 'Làm xong việc nhưng gửi ít byte hơn Content-Length.',
      en: 'Does what was asked, but sends fewer bytes than Content-Length says.',
    },
    takes: atEndpoint,
  },
  'endpoint.wrong-type': {
    about: {
      vi: 'Làm xong việc nhưng nói thân câu trả lời là text/html.',
      en: 'Does what was asked, but says of the body that it is text/html.',
    },
    takes: atEndpoint,
  },
  'id-token.wrong-iss': {
    about: {
      vi: 'ID token có iss của nhà cung cấp khác.',
      en: 'The ID token has the iss of another provider.',
    },
  },
  'id-token.wrong-aud': {
    about: {
      vi: 'ID token có aud là ứng dụng khác.',
      en: 'The ID token has another app as its aud.',
    },
  },
  'id-token.wrong-azp': {
    about: {
      vi: 'ID token dành cho nhiều ứng dụng, và azp là ứng dụng khác.',
      en: 'The ID token is for several apps, and its azp is another one.',
    },
  },
  'id-token.wrong-nonce': {
    about: {
      vi: 'ID token có nonce của lần đăng nhập khác. Chỉ xảy ra khi ứng dụng có gửi nonce.',
      en: 'The ID token has the nonce of another login. Only where the app sent one.',
    },
  },
  'id-token.wrong-sub': {
    about: {
      vi: 'ID token có sub khác sub ở userinfo.',
      en: 'The ID token has a sub that is not that of userinfo.',
    },
  },
  'id-token.alg-none': {
    about: {
      vi: 'ID token không có chữ ký, tiêu đề ghi alg none.',
      en: 'The ID token has no signature, and its header says alg none.',
    },
  },
  'id-token.hs256-public-key': {
    about: {
      vi: 'ID token ký HS256, khóa là khóa công khai (SPKI, PEM) của kid đã ghi.',
      en: 'The ID token is signed by HS256 with the public key of its kid (SPKI as PEM) as the secret.',
    },
  },
  'id-token.expired': {
    about: { vi: 'ID token đã hết hạn một giờ trước.', en: 'The ID token expired an hour ago.' },
  },
  'id-token.not-yet-valid': {
    about: {
      vi: 'ID token một giờ nữa mới có hiệu lực (nbf).',
      en: 'The ID token is not valid for another hour (nbf).',
    },
  },
  'id-token.far-iat': {
    about: {
      vi: 'ID token ghi giờ cấp (iat) là ngày mai, và còn hạn đến sau đó.',
      en: 'The ID token says that it was issued tomorrow (iat), and is good until after that.',
    },
  },
  'id-token.missing-claim': {
    about: {
      vi: 'ID token thiếu thông tin `claim`. Chỉ xảy ra khi token lẽ ra có nó.',
      en: 'The ID token lacks `claim`. Only where it would have had it.',
    },
    needs: ['claim'],
  },
  'id-token.wrong-at-hash': {
    about: {
      vi: 'ID token có at_hash của access token khác.',
      en: 'The ID token has the at_hash of another access token.',
    },
  },
  'id-token.wrong-c-hash': {
    about: {
      vi: 'ID token có c_hash của mã khác.',
      en: 'The ID token has the c_hash of another code.',
    },
  },
  'id-token.bad-signature': {
    about: {
      vi: 'Chữ ký của ID token bị đổi vài bit.',
      en: 'Some bits of the signature of the ID token are changed.',
    },
  },
  'id-token.unknown-kid': {
    about: {
      vi: 'ID token ký đúng khóa, nhưng kid không có trong JWKS.',
      en: 'The ID token is signed with the right key under a kid that the JWKS does not have.',
    },
  },
  'id-token.foreign-key': {
    about: {
      vi: 'ID token ký bằng khóa của người khác, dưới kid của VNeID.',
      en: "The ID token is signed with somebody else's key under a kid of VNeID.",
    },
  },
  'jwks.without-key': {
    about: {
      vi: 'JWKS có khóa khác thay cho những khóa đang dùng để ký.',
      en: 'The JWKS has other keys in place of those that sign.',
    },
    forEveryone: true,
  },
  'jwks.duplicate-kid': {
    about: {
      vi: 'Mỗi kid có hai khóa trong JWKS: một khóa của người khác đứng trước, rồi đến khóa đúng.',
      en: 'Each kid of the JWKS has two keys: somebody else’s first, then the right one.',
    },
    forEveryone: true,
  },
  'jwks.stale': {
    about: {
      vi: 'Khóa được thay ngay khi bật, còn JWKS vẫn là bản trước đó cho đến khi tắt.',
      en: 'Keys are rotated when it is set, and the JWKS is still that of before until it is cleared.',
    },
    forEveryone: true,
  },
  'jwks.rotated': {
    about: {
      vi: 'Khóa được thay ngay khi bật, một lần; khóa cũ còn trong JWKS một giờ. Tắt đi không lấy lại được khóa cũ.',
      en: 'Keys are rotated when it is set, once; the old ones stay in the JWKS for an hour. Clearing it brings none back.',
    },
    forEveryone: true,
  },
  'discovery.wrong-issuer': {
    about: {
      vi: 'Tài liệu discovery có issuer của nhà cung cấp khác.',
      en: 'The discovery document has the issuer of another provider.',
    },
    forEveryone: true,
  },
  'authorize.wrong-state': {
    about: {
      vi: 'Câu trả lời về ứng dụng có state khác. Chỉ xảy ra khi ứng dụng có gửi state.',
      en: 'The answer to the app has another state. Only where the app sent one.',
    },
  },
  'authorize.no-state': {
    about: {
      vi: 'Câu trả lời về ứng dụng thiếu state. Chỉ xảy ra khi ứng dụng có gửi state.',
      en: 'The answer to the app has no state. Only where the app sent one.',
    },
  },
  'authorize.no-iss': {
    about: {
      vi: 'Câu trả lời về ứng dụng thiếu iss (RFC 9207).',
      en: 'The answer to the app has no iss (RFC 9207).',
    },
  },
  'authorize.wrong-iss': {
    about: {
      vi: 'Câu trả lời về ứng dụng có iss của nhà cung cấp khác: tấn công trộn lẫn.',
      en: 'The answer to the app has the iss of another provider: the mix-up attack.',
    },
  },
  'authorize.replayed-code': {
    about: {
      vi: 'Mã gửi về ứng dụng đã được dùng rồi.',
      en: 'The code that comes to the app has been redeemed before.',
    },
  },
  'authorize.access-denied': {
    about: {
      vi: 'Ứng dụng được trả lời access_denied ngay ở /authorize; kèm `citizen` thì sau khi người ấy đăng nhập.',
      en: 'The app is answered access_denied right at /authorize; with `citizen`, once that person has signed in.',
    },
  },
  'authorize.login-required': {
    about: { vi: 'Như trên, với login_required.', en: 'Likewise with login_required.' },
  },
  'authorize.temporarily-unavailable': {
    about: { vi: 'Như trên, với temporarily_unavailable.', en: 'Likewise with temporarily_unavailable.' },
  },
  'userinfo.wrong-sub': {
    about: {
      vi: 'userinfo có sub của người khác, kể cả khi được ký và mã hóa.',
      en: 'userinfo has the sub of somebody else, also where it is signed and encrypted.',
    },
  },
  'logout-token.forged': {
    about: {
      vi: 'Logout token ký bằng khóa của người khác.',
      en: "The logout token is signed with somebody else's key.",
    },
  },
  'logout-token.replayed': {
    about: {
      vi: 'Logout token đầu tiên từ khi bật được gửi hai lần; những lần đăng xuất sau của người ấy, ứng dụng nhận lại đúng token đó.',
      en: 'The first logout token from now on is sent twice; at later sign-outs of that person the app gets the very same again.',
    },
  },
  'logout-token.with-nonce': {
    about: {
      vi: 'Logout token có nonce, điều bị cấm.',
      en: 'The logout token has a nonce, which is forbidden.',
    },
  },
  'day.overload': {
    about: {
      vi: 'Ngày quá tải: đăng nhập, điện thoại và giao thức trả 503 "Hệ thống đang bảo trì. Vui lòng thử lại sau", cho `share` số yêu cầu (0 đến 1, mặc định tất cả).',
      en: 'The day of overload: sign-in, phone and protocol answer 503 "Hệ thống đang bảo trì. Vui lòng thử lại sau", to a `share` of the requests (0 to 1, all unless told).',
    },
    takes: ['share'],
  },
  'otp.late': {
    about: {
      vi: 'Mã một lần đến hộp thư sau `seconds` giây (mặc định 60) theo đồng hồ của máy chủ giả lập.',
      en: 'The one-time code comes to the inbox after `seconds` (60 unless told) by the clock of the instance.',
    },
    takes: ['seconds'],
  },
  'otp.lost': {
    about: { vi: 'Mã một lần không bao giờ đến.', en: 'The one-time code never comes.' },
  },
  'otp.old-phone': {
    about: {
      vi: 'Mã một lần đến số điện thoại cũ: hộp thư thử nghiệm thấy, điện thoại của người ấy thì không.',
      en: 'The one-time code goes to the old phone number: the lab’s inbox sees it, the phone of that person does not.',
    },
  },
  'citizen.other-tone-mark': {
    about: {
      vi: 'Tên đến ứng dụng với dấu thanh ở chỗ khác: Hòa thành Hoà. Chỉ xảy ra khi tên viết được hai cách.',
      en: 'The name comes to the app with its tone mark elsewhere: Hòa as Hoà. Only where there are two ways to write it.',
    },
  },
  'citizen.renumbered': {
    about: {
      vi: 'Số định danh đến ứng dụng là số mới của cùng một người; sub vẫn thế.',
      en: 'The personal number comes to the app as a new one of the same person; sub stays.',
    },
  },
} as const satisfies Record<string, Fault>;
