import type { Bilingual, Deviation } from '../deviation.ts';
import { core, discovery, failing, rfc, validation } from '../specifications.ts';

/** What may be wrong with what the provider says of itself. Apps keep it, so these come late. */
const again: Bilingual = {
  vi: 'Gặp kid lạ thì tải lại jwks_uri rồi thử lại một lần; đặt khoảng nghỉ ngắn giữa hai lần tải.',
  en: 'On an unfamiliar kid read jwks_uri again and try once more; leave a short pause between two readings.',
};
const noKey: Bilingual = {
  vi: 'Từ chối khi jwks_uri không có khóa đã ký token; khóa đã lưu từ trước vẫn dùng được.',
  en: 'Refuse when jwks_uri does not have the key that signed; one kept from before may be used.',
};

export const keyDeviations: Deviation[] = [
  {
    name: 'discovery.wrong-issuer',
    does: { fault: 'discovery.wrong-issuer' },
    weight: 'must',
    expects: 'refused',
    sturdy: true,
    patience: 65,
    must: {
      vi: 'Không tin tài liệu discovery có issuer khác địa chỉ đã tải.',
      en: 'Do not believe a discovery document whose issuer is not the address it was read from.',
    },
    fix: {
      vi: 'So sánh issuer trong tài liệu với issuer đã cấu hình; khác thì không dùng gì của tài liệu.',
      en: 'Compare the issuer in the document with the configured one; where they differ use nothing of it.',
    },
    specification: discovery,
  },
  {
    name: 'endpoint.500/jwks',
    does: { fault: 'endpoint.500', endpoint: 'jwks' },
    weight: 'must',
    expects: 'refused',
    unlessTls: true,
    sturdy: true,
    patience: 65,
    must: {
      vi: 'Không đăng nhập ai khi không tải được khóa; trang đọc được, lần sau vẫn đăng nhập được.',
      en: 'Log nobody in while keys cannot be read; a page that can be read, and the next login works.',
    },
    fix: {
      vi: 'Coi lỗi khi tải khóa như chữ ký sai; không lưu câu trả lời lỗi.',
      en: 'Treat a failure to read keys as a wrong signature; do not keep the failed answer.',
    },
    specification: failing('16.5.3'),
  },
  ...(['without-key', 'stale'] as const).map(
    (what): Deviation => ({
      name: `jwks.${what}`,
      does: { fault: `jwks.${what}` },
      weight: 'must',
      expects: 'refused',
      unlessTls: true,
      sturdy: true,
      patience: 65,
      must: noKey,
      fix: again,
      specification: validation(6),
    }),
  ),
  {
    name: 'jwks.duplicate-kid',
    does: { fault: 'jwks.duplicate-kid' },
    weight: 'must',
    expects: 'either',
    sturdy: true,
    patience: 65,
    must: {
      vi: 'Thử các khóa cùng kid, hoặc từ chối; không gãy.',
      en: 'Try the keys that share the kid, or refuse; do not break.',
    },
    fix: {
      vi: 'Chọn khóa theo kid, kty, alg và use; còn nhiều thì thử từng khóa hoặc từ chối bằng trang đọc được.',
      en: 'Choose a key by kid, kty, alg and use; where several are left try each, or refuse with a page that can be read.',
    },
    specification: rfc(7517, '4.5'),
  },
  {
    name: 'jwks.rotated',
    does: { fault: 'jwks.rotated' },
    weight: 'must',
    expects: 'accepted',
    sturdy: true,
    patience: 65,
    must: {
      vi: 'Chấp nhận ID token ký bằng khóa vừa đổi, sau khi tải lại jwks_uri.',
      en: 'Accept an ID token of the key just rotated to, after another look at jwks_uri.',
    },
    fix: again,
    specification: core('10.1.1', 'RotateSigKeys'),
  },
];
