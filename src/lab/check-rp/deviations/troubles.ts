import type { Bilingual, Deviation } from '../deviation.ts';
import { failing, rfc } from '../specifications.ts';

/** What may be wrong with the provider as a server: slow, too busy, broken. */
const page: Bilingual = {
  vi: 'Bắt lỗi của lời gọi này ở một chỗ: ghi vào nhật ký, hiện trang lỗi có đường thử lại, không hiện chi tiết kỹ thuật.',
  en: 'Catch the failure of this call in one place: write it to the log, show a page with a way to try again, show no technical detail.',
};
const patience: Bilingual = {
  vi: 'Đặt giới hạn chờ cho mỗi lời gọi (khoảng mười giây), rồi hiện trang lỗi.',
  en: 'Set a limit to every call (some ten seconds), then show a page that says so.',
};
const stay: Bilingual = {
  vi: 'Không đăng nhập ai, hiện trang đọc được, và lần sau vẫn đăng nhập được.',
  en: 'Log nobody in, show a page that can be read, and be able to log in the next time.',
};
const orWithout: Bilingual = {
  vi: 'Hiện trang đọc được, hoặc tiếp tục không cần userinfo; lần sau vẫn đăng nhập được.',
  en: 'Show a page that can be read, or do without userinfo; be able to log in the next time.',
};

type Trouble = [fault: string, more?: Partial<Deviation>];

const atToken: Trouble[] = [
  [
    'slow',
    {
      does: { fault: 'endpoint.slow', endpoint: 'token', seconds: 3 },
      expects: 'either',
      about: { vi: 'Token endpoint trả lời sau 3 giây.', en: 'The token endpoint answers after 3 seconds.' },
      must: {
        vi: 'Chờ, hoặc cho biết phải thử lại; không treo.',
        en: 'Wait, or say that it has to be tried again; do not hang.',
      },
      fix: patience,
      specification: failing('16.5.2'),
    },
  ],
  ['429', { specification: rfc(6585, '4') }],
  ['500'],
  ['503', { specification: rfc(9110, '15.6.4') }],
  ['cut'],
  ['malformed', { specification: failing('16.5.3') }],
  ['truncated', { specification: failing('16.5.3') }],
  ['wrong-type', { expects: 'either', specification: rfc(6749, '5.1') }],
];
const atUserinfo: Trouble[] = [['500'], ['cut'], ['malformed', { specification: failing('16.5.3') }]];

export const troubleDeviations: Deviation[] = [
  ...atToken.map((trouble) => troubleAt('token', trouble)),
  ...atUserinfo.map((trouble) => ({
    ...troubleAt('userinfo', trouble),
    expects: 'either' as const,
    must: orWithout,
    needs: 'userinfo' as const,
  })),
  {
    name: 'day.overload',
    does: { fault: 'day.overload' },
    weight: 'must',
    expects: 'either',
    sturdy: true,
    stays: true,
    about: {
      vi: 'Ngày quá tải: VNeID trả "Hệ thống đang bảo trì" cho mọi yêu cầu của ứng dụng này.',
      en: 'The day of overload: VNeID answers "Hệ thống đang bảo trì" to every request of this app.',
    },
    must: {
      vi: 'Hết quá tải thì đăng nhập được lại, không phải khởi động lại ứng dụng.',
      en: 'Be able to log in once it is over, without the app being started again.',
    },
    fix: {
      vi: 'Một lần đăng nhập bỏ dở không được cản lần sau: mỗi lần bắt đầu với state, nonce và code_verifier mới.',
      en: 'Let a login that was never finished not stand in the way of the next: begin each with a new state, nonce and code_verifier.',
    },
    specification: failing('16.5.2'),
  },
];

function troubleAt(endpoint: string, [fault, more]: Trouble): Deviation {
  return {
    name: `endpoint.${fault}/${endpoint}`,
    does: { fault: `endpoint.${fault}`, endpoint },
    weight: 'must',
    expects: 'refused',
    sturdy: true,
    must: stay,
    fix: page,
    specification: failing('16.5.1'),
    ...more,
  };
}
