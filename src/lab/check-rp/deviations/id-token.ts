import type { Bilingual, Deviation } from '../deviation.ts';
import { core, rfc, validation } from '../specifications.ts';

/** What an ID token may have wrong with it. */
const signature: Bilingual = {
  vi: 'Kiểm tra chữ ký bằng khóa trong jwks_uri có đúng kid của token; không có khóa đó thì từ chối, không bỏ qua bước này. Nhiều thư viện chỉ kiểm tra khi được bật (openid-client: enableNonRepudiationChecks).',
  en: 'Verify the signature with the key of jwks_uri that has the kid of the token; without one refuse, do not skip the step. Many libraries verify only when told to (openid-client: enableNonRepudiationChecks).',
};
const algorithm: Bilingual = {
  vi: 'Ghi rõ thuật toán chấp nhận (ES256, hoặc thuật toán đã đăng ký) khi kiểm tra; không bao giờ lấy thuật toán từ tiêu đề của token.',
  en: 'Name the algorithm that is accepted (ES256, or the one registered) where the token is verified; never take it from the header of the token.',
};

export const idTokenDeviations: Deviation[] = [
  {
    name: 'id-token.wrong-iss',
    does: { fault: 'id-token.wrong-iss' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối ID token có iss khác issuer mà ứng dụng đã chọn.',
      en: 'Refuse an ID token whose iss is not the issuer that the app chose.',
    },
    fix: {
      vi: 'So sánh iss với issuer của discovery, đúng từng ký tự, trước khi tạo phiên.',
      en: 'Compare iss with the issuer of discovery, character by character, before there is a session.',
    },
    specification: validation(2),
  },
  {
    name: 'id-token.wrong-aud',
    does: { fault: 'id-token.wrong-aud' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối ID token cấp cho ứng dụng khác: aud phải có client_id của mình.',
      en: 'Refuse an ID token made for another app: aud has to contain the own client_id.',
    },
    fix: {
      vi: 'Kiểm tra aud bằng client_id, hoặc là danh sách có client_id; khác thì dừng.',
      en: 'Check that aud is the client_id, or a list with it; stop otherwise.',
    },
    specification: validation(3),
  },
  {
    name: 'id-token.wrong-azp',
    does: { fault: 'id-token.wrong-azp' },
    weight: 'should',
    expects: 'refused',
    must: {
      vi: 'Nên từ chối ID token có azp là client_id của ứng dụng khác.',
      en: 'Should refuse an ID token whose azp is the client_id of another app.',
    },
    fix: {
      vi: 'Nếu token có azp, so sánh với client_id của mình.',
      en: 'Where the token has azp, compare it with the own client_id.',
    },
    specification: validation(5),
  },
  {
    name: 'id-token.wrong-nonce',
    does: { fault: 'id-token.wrong-nonce' },
    weight: 'must',
    expects: 'refused',
    needs: 'nonce',
    must: {
      vi: 'Từ chối ID token có nonce khác nonce của lần đăng nhập này.',
      en: 'Refuse an ID token whose nonce is not that of this login.',
    },
    fix: {
      vi: 'Giữ nonce theo phiên trình duyệt khi gửi đi, và so sánh khi nhận ID token.',
      en: 'Keep the nonce with the browser session when it is sent, and compare it when the ID token comes.',
    },
    specification: validation(11),
  },
  {
    name: 'id-token.wrong-sub',
    does: { fault: 'id-token.wrong-sub' },
    weight: 'must',
    expects: 'refused',
    needs: 'userinfo',
    must: {
      vi: 'Từ chối khi sub của ID token và của userinfo khác nhau.',
      en: 'Refuse when the sub of the ID token and that of userinfo differ.',
    },
    fix: {
      vi: 'So sánh sub của userinfo với sub của ID token trước khi dùng bất cứ dữ liệu nào của userinfo.',
      en: 'Compare the sub of userinfo with that of the ID token before anything of userinfo is used.',
    },
    specification: core('5.3.2', 'UserInfoResponse'),
  },
  {
    name: 'id-token.alg-none',
    does: { fault: 'id-token.alg-none' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối ID token không có chữ ký (alg none).',
      en: 'Refuse an ID token without a signature (alg none).',
    },
    fix: algorithm,
    specification: rfc(8725, '3.1'),
  },
  {
    name: 'id-token.hs256-public-key',
    does: { fault: 'id-token.hs256-public-key' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối ID token ký HS256 bằng chính khóa công khai, thứ mà ai cũng có.',
      en: 'Refuse an ID token that is signed by HS256 with the public key, which everybody has.',
    },
    fix: algorithm,
    specification: rfc(8725, '2.1'),
  },
  {
    name: 'id-token.expired',
    does: { fault: 'id-token.expired' },
    weight: 'must',
    expects: 'refused',
    must: { vi: 'Từ chối ID token đã hết hạn.', en: 'Refuse an ID token that has expired.' },
    fix: {
      vi: 'So sánh exp với giờ hiện tại; chấp nhận lệch giờ vài phút là cùng.',
      en: 'Compare exp with the time; allow a few minutes for clocks that differ, not more.',
    },
    specification: validation(9),
  },
  {
    name: 'id-token.not-yet-valid',
    does: { fault: 'id-token.not-yet-valid' },
    weight: 'must',
    expects: 'refused',
    must: {
      vi: 'Từ chối ID token chưa đến giờ có hiệu lực (nbf).',
      en: 'Refuse an ID token that is not valid yet (nbf).',
    },
    fix: {
      vi: 'Nếu token có nbf, so sánh với giờ hiện tại; chấp nhận lệch giờ vài phút là cùng.',
      en: 'Where the token has nbf, compare it with the time; allow a few minutes for clocks that differ, not more.',
    },
    specification: rfc(7519, '4.1.5'),
  },
  {
    name: 'id-token.far-iat',
    does: { fault: 'id-token.far-iat' },
    weight: 'may',
    expects: 'refused',
    must: {
      vi: 'Có thể từ chối ID token có giờ cấp (iat) quá xa giờ hiện tại.',
      en: 'May refuse an ID token that was issued (iat) too far from now.',
    },
    fix: {
      vi: 'Đặt giới hạn cho iat, chẳng hạn mười phút: nhờ vậy nonce chỉ cần nhớ trong chừng ấy thời gian.',
      en: 'Set a limit to iat, such as ten minutes: a nonce then has to be remembered for that long only.',
    },
    specification: validation(10),
  },
  ...missingClaims(),
  {
    name: 'id-token.wrong-at-hash',
    does: { fault: 'id-token.wrong-at-hash' },
    weight: 'may',
    expects: 'refused',
    must: {
      vi: 'Có thể từ chối ID token có at_hash không phải của access token đi cùng.',
      en: 'May refuse an ID token whose at_hash is not that of the access token beside it.',
    },
    fix: {
      vi: 'Tính at_hash từ access token và so sánh; bắt buộc chỉ khi token đến qua trình duyệt.',
      en: 'Make at_hash from the access token and compare; it is required only where tokens come by the browser.',
    },
    specification: core('3.1.3.8', 'CodeFlowTokenValidation'),
  },
  {
    name: 'id-token.wrong-c-hash',
    does: { fault: 'id-token.wrong-c-hash' },
    weight: 'may',
    expects: 'refused',
    must: {
      vi: 'Có thể từ chối ID token có c_hash không phải của mã vừa đổi.',
      en: 'May refuse an ID token whose c_hash is not that of the code just redeemed.',
    },
    fix: {
      vi: 'Nếu token có c_hash, tính từ mã và so sánh; bắt buộc chỉ khi token đến qua trình duyệt.',
      en: 'Where the token has c_hash, make it from the code and compare; it is required only where tokens come by the browser.',
    },
    specification: core('3.3.2.10', 'CodeValidation'),
  },
  {
    name: 'id-token.bad-signature',
    does: { fault: 'id-token.bad-signature' },
    weight: 'must',
    expects: 'refused',
    unlessTls: true,
    must: { vi: 'Từ chối ID token có chữ ký sai.', en: 'Refuse an ID token whose signature is wrong.' },
    fix: signature,
    specification: validation(6),
  },
  {
    name: 'id-token.unknown-kid',
    does: { fault: 'id-token.unknown-kid' },
    weight: 'must',
    expects: 'refused',
    unlessTls: true,
    must: {
      vi: 'Từ chối ID token mang kid không có trong jwks_uri, kể cả sau khi tải lại.',
      en: 'Refuse an ID token with a kid that jwks_uri does not have, also after another look.',
    },
    fix: signature,
    specification: validation(6),
  },
  {
    name: 'id-token.foreign-key',
    does: { fault: 'id-token.foreign-key' },
    weight: 'must',
    expects: 'refused',
    unlessTls: true,
    must: {
      vi: 'Từ chối ID token ký bằng khóa của người khác dưới kid quen thuộc.',
      en: "Refuse an ID token that somebody else's key signed under a familiar kid.",
    },
    fix: signature,
    specification: validation(6),
  },
];

/** Claims that every ID token has (OIDC Core §2); a nonce where one was sent. */
function missingClaims(): Deviation[] {
  const claims = ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'] as const;
  return claims.map((claim) => ({
    name: `id-token.missing-claim/${claim}`,
    does: { fault: 'id-token.missing-claim', claim },
    weight: claim === 'iat' ? 'should' : 'must',
    expects: 'refused',
    ...(claim === 'nonce' && { needs: 'nonce' }),
    about: { vi: `ID token thiếu ${claim}.`, en: `The ID token has no ${claim}.` },
    must: { vi: `Từ chối ID token thiếu ${claim}.`, en: `Refuse an ID token without ${claim}.` },
    fix: {
      vi: `Coi ${claim} là bắt buộc: so sánh với undefined phải thất bại, không được bỏ qua.`,
      en: `Treat ${claim} as required: a comparison with nothing has to fail, not to be skipped.`,
    },
    specification: claim === 'nonce' ? validation(11) : core('2', 'IDToken'),
  }));
}
