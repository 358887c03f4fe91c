import { ihanoiGoodbye, ihanoiHome, ihanoiMe, ihanoiProblem } from '../../views/city/ihanoi.ts';
import { deviceConfirmPage, deviceEndPage, devicePage } from '../../views/device.ts';
import { homePage } from '../../views/home.ts';
import type { Html } from '../../views/html.ts';
import { inboxPage } from '../../views/lab/inbox.ts';
import { logoutsPage } from '../../views/lab/logouts.ts';
import type { Page } from '../../views/layout.ts';
import { approvePage } from '../../views/login/approve.ts';
import { consentPage } from '../../views/login/consent.ts';
import { otpPage } from '../../views/login/otp.ts';
import { passwordPage } from '../../views/login/password.ts';
import { unmetPage } from '../../views/login/unmet.ts';
import { waitingPage } from '../../views/login/waiting.ts';
import { loggedOutPage, logoutPage } from '../../views/logout.ts';
import { passkeysPage, passkeysSignInPage } from '../../views/passkeys.ts';
import { type VerdictProps, verdictPage, verifyPage } from '../../views/phone/verify.ts';
import { problemPage } from '../../views/problem.ts';
import { checkRpSpecimens } from './check-rp-specimens.ts';
import { consoleSpecimens } from './console-specimens.ts';
import { inspectorSpecimens } from './inspector-specimens.ts';
import { phoneSpecimens } from './phone-specimens.ts';
import { timelinesSpecimens } from './timelines-specimens.ts';

/** One page with believable data. */
export interface Specimen {
  name: string;
  show: (page: Page) => Html;
}

const portrait = (hair: string, coat: string) =>
  `<svg viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" fill="#ecd9bd"/><path d="M10 64c2-14 11-19 22-19s20 5 22 19z" fill="${coat}"/><circle cx="32" cy="28" r="13" fill="#e8b98f"/><path d="M18 27c-1-12 6-17 14-17s15 5 14 17c-4-8-10-9-14-9s-10 1-14 9z" fill="${hair}"/></svg>`;

/**
 * Every page, in every state that looks different.
 * @param as what to make of each text that comes from outside; tests pass one that appends hostile markup
 */
export function specimens(language: 'vi' | 'en', as: (text: string) => string = (text) => text): Specimen[] {
  const say = (vi: string, en: string) => as(language === 'vi' ? vi : en);
  const csrf = as('3f7c1d0a9b');
  const client = {
    name: as('iHanoi · Công dân Thủ đô số'),
    owner: say('UBND thành phố Hà Nội', "Hanoi People's Committee"),
    purpose: say('Đăng nhập và tạo tài khoản công dân Thủ đô số', 'Sign in and keep a digital citizen account'),
    origin: as('http://localhost:3001'),
  };
  const walk = { csrf, client, cancelAction: as('/login/x/cancel'), base: as('/login/x') };
  const login = { ...walk, action: as('/login/x/password'), others: ['qr'] };
  const otp = {
    ...login,
    others: ['push', 'qr'],
    resendAction: as('/login/x/otp'),
    maskedPhone: as('••••••1001'),
    minutes: 5,
    inbox: as('/lab/inbox/001085000001'),
  };
  const approve = {
    ...walk,
    action: as('/login/x/qr'),
    follow: as('/login/x/qr/follow'),
    state: 'waiting' as const,
    number: as('47'),
    secondsLeft: 287,
    expiresAt: as('2026-11-25T08:05:00.000Z'),
    level: 2 as const,
    phone: as('/phone'),
    others: ['password'],
  };
  const code = as('http://localhost:3000/phone/scan#01a214dd-a4df-72eb-961a-e264b8d39e1c.cJ3f9V0sYt2bQm1xWz7KpA');
  const text = as('Nộp lệ phí 200.000 đ cho hồ sơ H26.14-241125-0001 tại Trung tâm Phục vụ hành chính công');
  const passkey = {
    action: as('/login/x/passkey'),
    options: as('{"rpId":"localhost","challenge":"4Wt3jS0sJ1vXcQ","userVerification":"required"}'),
  };
  const noPasskey = {
    text: say(
      'Khóa truy cập này không còn gắn với tài khoản nào ở đây.',
      'This passkey no longer belongs to any account here.',
    ),
    next: say(
      'Hãy chọn khóa khác hoặc dùng mật khẩu; khóa này có thể xóa khỏi thiết bị.',
      'Choose another one or use your password; this one can be deleted from the device.',
    ),
  };
  const ownPasskeys = {
    action: as('/passkeys'),
    csrf,
    person: as('Nguyễn Văn An'),
    passkeys: [
      {
        id: as('x1Rk9Q'),
        name: say('Điện thoại của tôi', 'My phone'),
        synced: true,
        createdAt: '2026-10-20T01:05:00.000Z',
        usedAt: '2026-11-25T02:40:00.000Z',
      },
      {
        id: as('7hTtQw'),
        name: as('YubiKey 5C'),
        synced: false,
        createdAt: '2026-11-24T09:12:00.000Z',
        usedAt: undefined,
      },
    ],
    longestName: 60,
    most: 20,
    options: as('{"rp":{"id":"localhost","name":"VNeID"}}'),
    signals: as('{"rpId":"localhost","userId":"MDE5","allAcceptedCredentialIds":["x1Rk9Q"]}'),
  };
  const ownPasskeysSignIn = {
    action: as('/authorize'),
    fields: { client_id: 'vneid', prompt: 'login', redirect_uri: as('http://localhost:3000/passkeys/back') },
    minutes: 5,
  };
  const wrong = {
    text: say(
      'Số định danh hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa.',
      'The personal number or password is wrong, or the account is locked.',
    ),
    next: say(
      'Kiểm tra lại và thử lại. Quên mật khẩu hoặc bị khóa: gọi 1900.0368 (giả lập).',
      'Check both and try again. Forgotten or locked: call 1900.0368 (synthetic).',
    ),
  };
  const wrongCode = {
    text: say('Mã xác nhận không đúng.', 'The code is wrong.'),
    next: say('Bạn còn 3 lần thử.', 'You have 3 attempts left.'),
    field: 'otp' as const,
  };
  const changed = {
    text: say('Ứng dụng vừa thay đổi điều đang hỏi bạn.', 'The app has just changed what it asks of you.'),
    next: say('Hãy đọc lại rồi quyết định.', 'Read it again, then decide.'),
  };
  const short = {
    text: say('Số định danh cá nhân gồm đúng 12 chữ số.', 'A personal number has exactly 12 digits.'),
    next: say('Bạn đã nhập 9 ký tự.', 'You typed 9 characters.'),
    field: 'login' as const,
  };
  const item = (vi: string, en: string, value: string, sensitive = false) => ({
    label: say(vi, en),
    value: as(value),
    sensitive,
  });
  const consent = {
    action: as('/login/x/consent'),
    csrf,
    read: as('of-what-is-on-the-page'),
    client: { ...client, policyUri: as('http://localhost:3001/policy'), termsUri: 'http://localhost:3001/terms' },
    person: { fullName: as('Nguyễn Văn An'), maskedNumber: as('001•••••••01') },
    remembered: say('cho đến khi bạn rút lại đồng ý', 'until you withdraw your consent'),
    purposes: [
      {
        id: as('account'),
        text: client.purpose,
        required: true,
        items: [
          item('Họ, chữ đệm và tên', 'Full name', 'Nguyễn Văn An'),
          item('Ngày sinh', 'Date of birth', '14/02/1985'),
          item('Số định danh cá nhân', 'Personal number', '001085000001'),
        ],
      },
      {
        id: as('contact'),
        text: say('Gửi kết quả xử lý phản ánh qua điện thoại', 'Send you the outcome of your reports by phone'),
        required: false,
        items: [{ ...item('Số điện thoại', 'Phone number', '0900001001'), proof: true }],
      },
      {
        id: as('welfare'),
        text: say('Gợi ý chính sách an sinh phù hợp', 'Suggest welfare schemes that fit you'),
        required: false,
        items: [
          item(
            'Nơi thường trú',
            'Permanent residence',
            'Số 12, ngõ 45 phố Hàng Bông, phường Hoàn Kiếm, thành phố Hà Nội',
          ),
          item('Dân tộc', 'Ethnicity', 'Kinh', true),
          item('Tôn giáo', 'Religion', 'Phật giáo', true),
        ],
      },
    ],
  };
  const details = [
    { label: as('redirect_uri'), value: as('http://localhost:3001/ihanoi/callback-that-nobody-registered') },
    { label: as('client_id'), value: as('ihanoi') },
  ];
  const form =
    '<form id="op.logoutForm" method="post" action="/logout/confirm"><input type="hidden" name="xsrf" value="abc"/></form>';
  const home = {
    issuer: as('http://localhost:3000'),
    ihanoi: as('http://localhost:3001/'),
    bench: [
      { door: 'console' as const, href: as('/lab/console') },
      { door: 'token' as const, href: as('/lab/inspector/token') },
    ],
    password: as('Hanoi@2024'),
    passcode: as('246810'),
    phone: as('/phone'),
    cast: [
      {
        number: as('001085000001'),
        fullName: as('Nguyễn Văn An'),
        case: say(
          'Tài khoản mức 2, có vợ, hai con và mẹ trong cùng hộ.',
          'Plain level 2; wife, two children and mother in one household.',
        ),
        level: 2 as const,
        state: as('active'),
        portrait: portrait('#2c211c', '#43617a'),
        inbox: as('/lab/inbox/001085000001'),
      },
      {
        number: as('001195000006'),
        fullName: as('Trần Thị Cúc'),
        case: say('Tài khoản mức 1.', 'Level 1 only.'),
        level: 1 as const,
        state: as('active'),
        portrait: portrait('#3b2a22', '#8a4a56'),
        inbox: as('/lab/inbox/001195000006'),
      },
      {
        number: as('001192000008'),
        fullName: as('Lê Hoàng Giang'),
        case: say('Tài khoản bị khóa theo yêu cầu của chủ tài khoản.', 'Account locked at her own request.'),
        level: 2 as const,
        state: 'locked',
        portrait: portrait('#1f1a18', '#5d6b45'),
        inbox: as('/lab/inbox/001192000008'),
      },
      {
        number: as('031090000007'),
        fullName: as('Công Tằng Tôn Nữ Phương Dung'),
        case: say('Có thẻ nhưng chưa có tài khoản.', 'Has a card but no account.'),
        state: 'none',
        inbox: as('/lab/inbox/031090000007'),
      },
    ],
    claims: [
      [
        'openid',
        'sub',
        'Mã định danh riêng cho từng ứng dụng',
        'An identifier made for one app alone',
        'kQ0v3tV8Yx7mVb2hN4aJZ1cW6pE9rT5u',
      ],
      ['openid', 'acr', 'Mức xác thực đã đạt', 'The authentication level reached', 'urn:vneid:loa:2'],
      ['profile', 'name', 'Họ, chữ đệm và tên khai sinh', 'Full name', 'Nguyễn Văn An'],
      ['profile', 'birthdate', 'Ngày, tháng, năm sinh', 'Date of birth', '1985-02-14'],
      ['identity', 'personal_number', 'Số định danh cá nhân', 'Personal number', '001085000001'],
      [
        'address',
        'address',
        'Nơi thường trú',
        'Permanent residence',
        '{"formatted":"Số 12, ngõ 45 phố Hàng Bông, phường Hoàn Kiếm, thành phố Hà Nội","country":"VN"}',
      ],
    ].map(([scope = '', claim = '', vi = '', en = '', example = '']) => ({
      scope: as(scope),
      claim: as(claim),
      meaning: say(vi, en),
      example: as(example),
    })),
    clients: [
      {
        id: as('ihanoi'),
        name: as('iHanoi · Công dân Thủ đô số'),
        url: as('http://localhost:3001/'),
        start: as('/apps/ihanoi'),
      },
      { id: as('justice'), name: say('Sở Tư pháp thành phố Hà Nội', 'Hanoi Department of Justice') },
    ],
    endpoints: ['authorize', 'token', 'userinfo', 'jwks', 'logout'].map((name) => ({
      name: as(name),
      url: as(`http://localhost:3000/${name}`),
    })),
  };
  const citizen = { fullName: as('Nguyễn Văn An'), number: as('001085000001') };
  const told = { client: client.name, subject: as('001085******'), at: '2026-11-25T08:05:06.000Z' };
  const deliveries = [
    { ...told, attempt: 2, outcome: 'heard' as const, reason: null, again: null },
    {
      ...told,
      attempt: 1,
      outcome: 'again' as const,
      reason: as('503 Service Unavailable'),
      again: 1,
    },
    { ...told, attempt: 1, outcome: 'given-up' as const, reason: as('400 Bad Request'), again: null },
  ];
  const messages = [
    {
      kind: 'otp' as const,
      channel: 'sms',
      recipient: as('0900001001'),
      title: say('Mã xác nhận đăng nhập', 'Sign-in code'),
      text: say(
        '482913 là mã xác nhận đăng nhập iHanoi của bạn, có hiệu lực 5 phút. Không cung cấp mã cho bất kỳ ai.',
        '482913 is your code to sign in to iHanoi, valid for 5 minutes. Give it to nobody.',
      ),
      code: as('482913'),
      sentAt: '2026-10-20T01:05:00.000Z',
    },
    {
      kind: 'receipt' as const,
      channel: 'app',
      recipient: as('001085000001'),
      title: say('Bạn đã chia sẻ dữ liệu với iHanoi', 'You shared data with iHanoi'),
      text: say(
        'Bên nhận: UBND thành phố Hà Nội. Mục đích:\n– Đăng nhập và tạo tài khoản công dân Thủ đô số\nMã biên nhận 0199f3a2-7c41-7d3e-9f7a-21b6a9d0c5e4, SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08. Bạn có thể rút lại đồng ý bất cứ lúc nào.',
        "Recipient: Hanoi People's Committee. Purposes:\n– Sign in and keep a digital citizen account\nReceipt 0199f3a2-7c41-7d3e-9f7a-21b6a9d0c5e4, SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08. You can withdraw your consent at any time.",
      ),
      code: null,
      sentAt: '2026-10-19T07:40:00.000Z',
    },
    {
      kind: 'notice' as const,
      channel: as('email'),
      recipient: as('an.nguyen@example.vn'),
      title: say('Đăng nhập từ trình duyệt mới', 'Sign-in from a new browser'),
      text: say(
        'Tài khoản của bạn vừa đăng nhập iHanoi. Nếu không phải bạn, gọi 1900.0368 (giả lập).',
        'Your account has just signed in to iHanoi. If it was not you, call 1900.0368 (synthetic).',
      ),
      code: null,
      sentAt: as('hôm qua'),
    },
  ];
  const me = {
    name: as('Nguyễn Văn An'),
    acr: 'urn:vneid:loa:2',
    amr: ['pwd', 'otp', 'mfa', as('sc')],
    claims: [
      { label: say('Họ, chữ đệm và tên', 'Full name'), value: as('Nguyễn Văn An') },
      { label: say('Ngày sinh', 'Date of birth'), value: as('14/02/1985') },
      { label: say('Số định danh cá nhân', 'Personal number'), value: as('001085000001') },
      {
        label: say('Nơi thường trú', 'Permanent residence'),
        value: as('Số 12, ngõ 45 phố Hàng Bông, phường Hoàn Kiếm, thành phố Hà Nội'),
      },
    ],
    idToken: [
      { label: as('iss'), value: as('http://localhost:3000') },
      { label: as('sub'), value: as('kQ0v3tV8Yx7mVb2hN4aJZ1cW6pE9rT5u') },
      { label: as('aud'), value: as('ihanoi') },
      { label: as('exp'), value: as('2026-10-20T02:05:00Z') },
    ],
  };

  const verify = { action: as('/verify'), issuer: as('http://localhost:3000'), lifetime: 60 };
  const foreign = {
    text: say(
      'Mã này dẫn tới vneid.example, không phải VNeID ở http://localhost:3000: có thể là trang giả mạo.',
      'This code leads to vneid.example and not to the VNeID at http://localhost:3000: it may be an impostor’s page.',
    ),
    next: say(
      'Đừng mở địa chỉ đó. Chỉ tin kết quả hiện trên trang này.',
      'Do not open it. Trust only what this page shows.',
    ),
  };
  const nothingShown = {
    text: say('VNeID không phát hành mã này.', 'VNeID did not issue this code.'),
    next: say(
      'Hãy đề nghị người xuất trình mở VNeID và tạo mã mới trước mặt bạn; ảnh chụp không thay được.',
      'Ask the holder to open VNeID and make a new code before your eyes; a picture will not do.',
    ),
  };
  const verdict = { checkedAt: '2026-10-20T01:05:07.000Z', again: as('/verify/x'), another: as('/verify') };
  const shownDocument = (state: VerdictProps['state']): VerdictProps['document'] =>
    state === 'valid' || state === 'revoked'
      ? {
          title: say('Giấy phép lái xe hạng B', 'Driving licence, class B'),
          number: as('•••• 0001'),
          name: as('Nguyễn Văn An'),
          portrait: portrait('#2c211c', '#43617a'),
          rows: [
            {
              label: say('Hạng', 'Class'),
              value: say('B (Ô tô đến 8 chỗ, xe tải đến 3,5 tấn)', 'B (Car, lorry up to 3.5 t)'),
            },
            { label: say('Có giá trị đến', 'Valid until'), value: as('16/04/2035') },
          ],
          shownBy: null,
          secondsLeft: 41,
        }
      : {
          title: say('Thẻ bảo hiểm y tế', 'Health-insurance card'),
          number: null,
          name: as('Công Tằng Tôn Nữ Phương Dung'),
          portrait: portrait('#3b2a22', '#8a4a56'),
          rows:
            state === 'locked' || state === 'deceased'
              ? []
              : [{ label: say('Mức hưởng', 'Benefit'), value: as('4: 80 %') }],
          shownBy: { name: as('Đỗ Văn Mạnh'), relation: 'ward' as const },
          secondsLeft: 1,
        };

  const device = { action: as('/device'), xsrf: as('9f3a'), code: as('WDJB-MJHT') };
  const noSuchCode = {
    text: say('Không có mã này.', 'There is no such code.'),
    next: say(
      'So từng chữ cái với mã trên thiết bị rồi nhập lại. Mã chỉ có phụ âm, không có chữ số.',
      'Compare it with the device letter by letter and enter it again. Codes have consonants only, no digits.',
    ),
  };

  return [
    { name: 'password', show: (page) => passwordPage(page, { ...login, login: '', level: 2 }) },
    {
      name: 'password-wrong',
      show: (page) => passwordPage(page, { ...login, login: as('001085000001'), level: 1, problem: wrong }),
    },
    {
      name: 'password-short',
      show: (page) => passwordPage(page, { ...login, login: as('001085000'), level: 4, problem: short }),
    },
    { name: 'password-passkey', show: (page) => passwordPage(page, { ...login, login: '', level: 2, passkey }) },
    {
      name: 'password-passkey-unknown',
      show: (page) =>
        passwordPage(page, {
          ...login,
          login: '',
          level: 2,
          problem: noPasskey,
          passkey: { ...passkey, unknown: as('x1Rk9Q') },
        }),
    },
    { name: 'passkeys', show: (page) => passkeysPage(page, { ...ownPasskeys, done: 'added' }) },
    { name: 'passkeys-empty', show: (page) => passkeysPage(page, { ...ownPasskeys, passkeys: [] }) },
    { name: 'passkeys-full', show: (page) => passkeysPage(page, { ...ownPasskeys, options: undefined }) },
    { name: 'passkeys-wrong', show: (page) => passkeysPage(page, { ...ownPasskeys, problem: noPasskey }) },
    { name: 'passkeys-sign-in', show: (page) => passkeysSignInPage(page, ownPasskeysSignIn) },
    {
      name: 'passkeys-stale',
      show: (page) => passkeysSignInPage(page, { ...ownPasskeysSignIn, problem: noPasskey }),
    },
    { name: 'otp', show: (page) => otpPage(page, otp) },
    { name: 'otp-wrong', show: (page) => otpPage(page, { ...otp, inbox: undefined, problem: wrongCode }) },
    { name: 'approve-qr', show: (page) => approvePage(page, { ...approve, kind: 'qr', number: undefined, code }) },
    { name: 'approve-scanned', show: (page) => approvePage(page, { ...approve, kind: 'qr', state: 'scanned' }) },
    {
      name: 'approve-push',
      show: (page) => approvePage(page, { ...approve, kind: 'push', level: 3, others: ['qr'], enough: 2 }),
    },
    {
      name: 'approve-transaction',
      show: (page) => approvePage(page, { ...approve, kind: 'transaction', text, others: [] }),
    },
    { name: 'approve-confirmed', show: (page) => approvePage(page, { ...approve, kind: 'push', state: 'confirmed' }) },
    ...(['declined', 'expired', 'replaced', 'used'] as const).map((state) => ({
      name: `approve-${state}`,
      show: (page: Page) => approvePage(page, { ...approve, kind: 'push', state }),
    })),
    ...(['number', 'second-scan', 'other-person', 'level'] as const).map((reason) => ({
      name: `approve-${reason}`,
      show: (page: Page) => approvePage(page, { ...approve, kind: 'qr', state: 'refused', reason }),
    })),
    { name: 'consent', show: (page) => consentPage(page, consent) },
    { name: 'consent-changed', show: (page) => consentPage(page, { ...consent, problem: changed }) },
    { name: 'waiting', show: (page) => waitingPage(page, { place: 12_345, seconds: 30, minutes: 9 }) },
    { name: 'waiting-next', show: (page) => waitingPage(page, { place: 1, seconds: 3, minutes: 1 }) },
    { name: 'unmet', show: (page) => unmetPage(page, { ...login, needed: 2, reached: 1, lacks: 'level' }) },
    { name: 'unmet-biometric', show: (page) => unmetPage(page, { ...login, needed: 3, reached: 2, lacks: 'phone' }) },
    {
      name: 'problem',
      show: (page) =>
        problemPage(page, {
          status: 400,
          text: say(
            'Địa chỉ quay lại chưa được đăng ký cho ứng dụng này.',
            'This app has not registered that redirect address.',
          ),
          next: say(
            'Hãy thêm địa chỉ vào tệp ứng dụng, hoặc sửa yêu cầu.',
            'Add the address to the clients file, or correct the request.',
          ),
          code: as('invalid_redirect_uri'),
          requestId: as('01JB2Q9Z6W'),
          home: as('/'),
          inspect: as('/lab/inspector/01JB2Q9Z6W'),
          details,
        }),
    },
    { name: 'logout', show: (page) => logoutPage(page, { form, client: client.name }) },
    { name: 'logged-out', show: (page) => loggedOutPage(page, { client: client.name }) },
    { name: 'device', show: (page) => devicePage(page, { ...device, code: '' }) },
    {
      name: 'device-unknown',
      show: (page) => devicePage(page, { ...device, problem: { ...noSuchCode, field: 'user_code' } }),
    },
    {
      name: 'device-confirm',
      show: (page) =>
        deviceConfirmPage(page, {
          ...device,
          client,
          device: {
            name: say('Chrome trên Android', 'Chrome on Android'),
            address: as('2001:db8:85a3::8a2e:370:7334'),
          },
        }),
    },
    ...(['done', 'refused'] as const).map((state) => ({
      name: `device-${state}`,
      show: (page: Page) => deviceEndPage(page, { again: as('/device'), state, client: client.name }),
    })),
    {
      name: 'device-over',
      show: (page) => deviceEndPage(page, { again: as('/device'), state: 'over', problem: noSuchCode }),
    },
    {
      name: 'device-password',
      show: (page) => passwordPage(page, { ...login, client: { ...client, elsewhere: true }, login: '', level: 1 }),
    },
    { name: 'home', show: (page) => homePage(page, home) },
    { name: 'inbox', show: (page) => inboxPage(page, { citizen, messages }) },
    { name: 'inbox-empty', show: (page) => inboxPage(page, { citizen, messages: [] }) },
    { name: 'logouts', show: (page) => logoutsPage(page, { deliveries }) },
    { name: 'logouts-empty', show: (page) => logoutsPage(page, { deliveries: [] }) },
    { name: 'verify', show: (page) => verifyPage(page, verify) },
    { name: 'verify-foreign', show: (page) => verifyPage(page, { ...verify, problem: foreign }) },
    ...(['valid', 'expired', 'suspended', 'revoked', 'held', 'locked', 'deceased'] as const).map((state) => ({
      name: `verdict-${state}`,
      show: (page: Page) => verdictPage(page, { ...verdict, state, document: shownDocument(state) }),
    })),
    ...(['not-genuine', 'code-expired', 'withdrawn'] as const).map((state) => ({
      name: `verdict-${state}`,
      show: (page: Page) => verdictPage(page, { ...verdict, state, again: undefined, problem: nothingShown }),
    })),
    { name: 'ihanoi-home', show: (page) => ihanoiHome(page, {}) },
    { name: 'ihanoi-in', show: (page) => ihanoiHome(page, { loggedIn: { name: as('Nguyễn Văn An') } }) },
    { name: 'ihanoi-me', show: (page) => ihanoiMe(page, me) },
    {
      name: 'ihanoi-problem',
      show: (page) =>
        ihanoiProblem(page, {
          text: say('Bạn đã từ chối chia sẻ thông tin.', 'You refused to share your information.'),
          next: say(
            'iHanoi cần họ tên và số định danh để tạo tài khoản. Bạn có thể đăng nhập lại.',
            'iHanoi needs your name and number for an account. You can sign in again.',
          ),
          details: [{ label: as('error'), value: as('access_denied') }, ...details],
        }),
    },
    { name: 'ihanoi-goodbye', show: (page) => ihanoiGoodbye(page) },
    ...inspectorSpecimens(say, as),
    ...timelinesSpecimens(say, as),
    ...consoleSpecimens(language, as),
    ...checkRpSpecimens(as),
    ...phoneSpecimens(say, as),
  ];
}
