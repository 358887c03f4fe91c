import {
  codePage,
  credentialsPage,
  devicePage,
  newPasscodePage,
  readyPage,
  typedPasscodePage,
} from '../../views/phone/activate.ts';
import { type ApprovalShown, approvalPage } from '../../views/phone/approval.ts';
import { devicesPage } from '../../views/phone/devices.ts';
import type { DeviceShown } from '../../views/phone/frame.ts';
import { phoneHomePage } from '../../views/phone/home.ts';
import type { HappeningShown } from '../../views/phone/lines.ts';
import { mePage } from '../../views/phone/me.ts';
import { historyPage, noticesPage } from '../../views/phone/notices.ts';
import { scanPage } from '../../views/phone/scan.ts';
import { sharedPage } from '../../views/phone/consents.ts';
import { barredPage, startPage } from '../../views/phone/start.ts';
import { documentPage, walletPage } from '../../views/phone/wallet.ts';
import { portraitOf } from '../../src/registry/portrait.ts';
import type { Specimen } from './specimens.ts';

type Say = (vi: string, en: string) => string;

/** Every screen of the phone, in every state that looks different. */
export function phoneSpecimens(say: Say, as: (text: string) => string): Specimen[] {
  const csrf = as('3f7c1d0a9b');
  const an = {
    fullName: as('Nguyễn Văn An'),
    number: as('001085000001'),
    portrait: portraitOf({ number: '001085000001' }),
  };
  const chau = {
    fullName: as('Nguyễn Minh Châu'),
    number: as('001314000003'),
    portrait: portraitOf({ number: '001314000003' }),
  };
  const device: DeviceShown = { holder: an, pending: [], news: as('x'), csrf, cast: as('/phone/cast') };
  const asked: DeviceShown = {
    ...device,
    pending: [
      { href: as('/phone/approvals/x'), kind: 'push', client: as('iHanoi · Công dân Thủ đô số'), secondsLeft: 287 },
    ],
  };
  const version = as('1');
  const back = as('/phone');
  const activating = { csrf, action: as('/phone/activate/x/code'), cancel: back };
  const wrong = {
    text: say('Passcode không đúng.', 'The passcode is wrong.'),
    next: say('Bạn còn 3 lần thử.', 'You have 3 attempts left.'),
    field: 'passcode' as const,
  };
  const approval: ApprovalShown = {
    kind: 'push',
    state: 'waiting',
    reason: null,
    client: {
      name: as('iHanoi · Công dân Thủ đô số'),
      owner: say('UBND thành phố Hà Nội', "Hanoi People's Committee"),
      origin: as('https://ihanoi.example'),
    },
    from: { address: as('113.160.0.1'), browser: say('Chrome trên Windows', 'Chrome on Windows') },
    text: undefined,
    purposes: [],
    choices: [as('17'), as('52'), as('84')],
    level: 2,
    secondsLeft: 287,
    askedAt: '2026-10-20T01:05:00.000Z',
  };
  const approving = { device, action: as('/phone/approvals/x') };
  const happened: HappeningShown[] = [
    {
      what: 'message',
      kind: 'otp',
      channel: 'sms',
      title: as('[GIẢ LẬP] Cuc Canh sat QLHC ve TTXH'),
      text: say('Mã xác nhận đăng nhập VNeID của bạn là 482913.', 'Your VNeID sign-in code is 482913.'),
      at: '2026-10-20T01:05:00.000Z',
      code: as('482913'),
    },
    {
      what: 'approval',
      kind: 'push',
      state: 'used',
      client: as('iHanoi · Công dân Thủ đô số'),
      at: '2026-10-20T01:02:00.000Z',
      href: as('/phone/approvals/x'),
    },
    {
      what: 'message',
      kind: 'receipt',
      channel: as('app'),
      title: say('Bạn đã chia sẻ dữ liệu với iHanoi', 'You shared data with iHanoi'),
      text: say(
        'Bên nhận: UBND thành phố Hà Nội. Mục đích:\n– Đăng nhập và tạo tài khoản công dân Thủ đô số',
        "Recipient: Hanoi People's Committee. Purposes:\n– Sign in and keep a digital citizen account",
      ),
      code: null,
      at: '2026-10-18T01:01:00.000Z',
    },
  ];
  const signIn: HappeningShown = {
    what: 'sign-in',
    client: as('iHanoi · Công dân Thủ đô số'),
    methods: ['pwd', 'otp', 'mfa', as('sc')],
    level: 2,
    address: as('113.160.0.1'),
    at: as('hôm qua'),
  };
  const now = '2026-10-20T02:00:00.000Z';
  const valid = { valid: true, text: say('Có giá trị', 'Valid') };
  const documents = [
    {
      kind: 'electronic-identity' as const,
      title: say('Căn cước điện tử', 'Electronic identity'),
      number: '001085000001',
    },
    { kind: 'card' as const, title: say('Thẻ Căn cước', 'Identity card'), number: '001085000001' },
    {
      kind: 'driving-licence' as const,
      title: say('Giấy phép lái xe hạng B', 'Driving licence, class B'),
      number: '010123456789',
    },
    { kind: 'vehicle' as const, title: say('Đăng ký xe mô tô', 'Registration of a motorcycle'), number: '29AB-123.45' },
    {
      kind: 'health-insurance' as const,
      title: say('Thẻ bảo hiểm y tế', 'Health-insurance card'),
      number: '0100123456',
    },
    { kind: 'residence' as const, title: say('Thông tin cư trú', 'Residence'), number: '010000001' },
    { kind: 'dependants' as const, title: say('Thông tin người phụ thuộc', 'Dependants'), number: null },
  ].map((one, index) => ({
    ...one,
    href: as(`/phone/wallet/${one.kind}`),
    number: one.number && as(one.number),
    state: index === 2 ? { valid: false, text: say('Hết hạn', 'Expired') } : valid,
  }));
  const [identity, card] = documents as [(typeof documents)[0], (typeof documents)[0]];
  const rows = [
    { label: say('Số định danh cá nhân', 'Personal number'), value: as('001085000001') },
    { label: say('Họ, chữ đệm và tên khai sinh', 'Full name'), value: as('Nguyễn Văn An') },
    {
      label: say('Nơi thường trú', 'Permanent residence'),
      value: as('Số 12 phố Hoa Sữa, Phường Ba Đình, Thành phố Hà Nội'),
    },
  ];
  const consent = {
    client: as('iHanoi · Công dân Thủ đô số'),
    owner: say('UBND thành phố Hà Nội', "Hanoi People's Committee"),
    purposes: [say('Đăng nhập và tạo tài khoản', 'Sign in and keep an account')],
    items: [say('Họ, chữ đệm và tên', 'Full name'), say('Số định danh cá nhân', 'Personal number')],
    givenAt: '2026-10-20T01:01:00.000Z',
    withdrawnAt: undefined,
    receipt: as('0199f3a2-7c41-7d3e-9f7a-21b6a9d0c5e4'),
    withdrawAction: as('/phone/shared/x/withdraw'),
  };
  const phones = [
    {
      name: say('Chrome trên Android', 'Chrome on Android'),
      activatedAt: '2026-10-20T01:01:00.000Z',
      seenAt: '2026-10-20T01:05:00.000Z',
      ended: undefined,
    },
    {
      name: as('Điện thoại của Nguyễn Văn An'),
      activatedAt: '2026-09-01T01:01:00.000Z',
      seenAt: '2026-10-19T01:05:00.000Z',
      ended: { at: '2026-10-20T01:01:00.000Z', because: 'replaced' as const },
    },
  ];
  const me = {
    device,
    accountLevel: 2 as const,
    profile: { number: as('001085000001'), birthDate: as('12/03/1985'), phone: as('0001234567'), email: null },
    passcodeAction: as('/phone/me/passcode'),
    lockAction: as('/phone/me/lock'),
    removeAction: as('/phone/me/remove'),
    lab: { face: 'matches', faceAction: as('/phone/me/face'), inbox: as('/lab/inbox/001085000001') },
    done: undefined,
  };
  const members = [
    {
      ...an,
      case: say('Tài khoản mức 2, có vợ, hai con và mẹ.', 'Plain level 2; wife, two children and mother.'),
      barred: false,
    },
    {
      ...chau,
      case: say('Con 12 tuổi: tài khoản mức 1.', 'A child of 12: level 1.'),
      barred: false,
    },
    {
      fullName: as('Hoàng Thị Giang'),
      number: as('001192000008'),
      portrait: portraitOf({ number: '001192000008' }),
      case: say('Tài khoản bị khóa theo yêu cầu.', 'Account locked at her own request.'),
      barred: true,
    },
  ];
  const home = { device, version, accountLevel: 2 as const, newest: happened };
  const wallet = { device, version, owner: an, relation: undefined, documents, lacks: false };
  const dependants = [
    {
      href: as('/phone/dependants/x'),
      fullName: chau.fullName,
      relation: say('Con', 'Child'),
      portrait: chau.portrait,
      count: 3,
    },
  ];
  const document = { device, back: as('/phone/wallet'), owner: an, rows, verify: as('http://localhost:3000/verify') };
  const code = { url: as('http://localhost:3000/verify/AAAAAAAAAAAAAAAAAAAAAA'), secondsLeft: 60, version };
  const pages: [string, Specimen['show']][] = [
    [
      'start',
      (page) =>
        startPage(page, { csrf, activate: as('/phone/activate'), cast: { action: as('/phone/cast'), members } }),
    ],
    [
      'ended',
      (page) =>
        startPage(page, {
          csrf,
          activate: as('/phone/activate'),
          ended: { because: 'lost', name: as('Chrome trên Android') },
        }),
    ],
    [
      'barred',
      (page) =>
        barredPage(page, {
          csrf,
          fullName: an.fullName,
          own: true,
          removeAction: as('/phone/me/remove'),
          cast: as('/phone/cast'),
        }),
    ],
    ['activate', (page) => credentialsPage(page, { ...activating, login: '' })],
    [
      'activate-code',
      (page) =>
        codePage(page, {
          ...activating,
          resendAction: as('/phone/activate/x/resend'),
          maskedPhone: as('000 *** 4567'),
          minutes: 5,
          inbox: as('/lab/inbox/001085000001'),
        }),
    ],
    [
      'activate-passcode',
      (page) =>
        typedPasscodePage(page, {
          ...activating,
          locked: false,
          cardAction: as('/phone/activate/x/card'),
          face: 'matches',
          problem: wrong,
        }),
    ],
    [
      'activate-locked',
      (page) =>
        typedPasscodePage(page, {
          ...activating,
          locked: true,
          cardAction: as('/phone/activate/x/card'),
          face: 'differs',
        }),
    ],
    [
      'activate-device',
      (page) =>
        devicePage(page, {
          ...activating,
          old: as('Điện thoại của An'),
          cardAction: as('/x'),
          face: 'matches',
          request: undefined,
        }),
    ],
    [
      'activate-asked',
      (page) =>
        devicePage(page, {
          ...activating,
          old: as('Điện thoại của An'),
          cardAction: as('/x'),
          face: 'matches',
          request: { state: 'waiting', number: as('52'), secondsLeft: 280, follow: as('/f'), takeAction: as('/t') },
        }),
    ],
    ['activate-new', (page) => newPasscodePage(page, activating)],
    ['activate-ready', (page) => readyPage(page, activating)],
    ['home', (page) => phoneHomePage(page, home)],
    ['home-asked', (page) => phoneHomePage(page, { ...home, device: asked, accountLevel: 1, newest: [] })],
    ['approval', (page) => approvalPage(page, { ...approving, approval })],
    [
      'approval-wrong',
      (page) =>
        approvalPage(page, {
          ...approving,
          approval: { ...approval, level: 4 },
          chosen: { number: as('52'), face: true },
          problem: wrong,
        }),
    ],
    [
      'approval-transaction',
      (page) =>
        approvalPage(page, {
          ...approving,
          approval: {
            ...approval,
            kind: 'transaction',
            level: 3,
            text: say(
              'Nộp hồ sơ cấp Phiếu lý lịch tư pháp số H26.14-241125-0001',
              'Submit the application H26.14-241125-0001 for a criminal-record certificate',
            ),
          },
        }),
    ],
    [
      'approval-ciba',
      (page) =>
        approvalPage(page, {
          ...approving,
          approval: {
            ...approval,
            kind: 'ciba',
            choices: [],
            from: undefined,
            text: as('Quầy 3, số 017'),
            purposes: [{ text: consent.purposes[0] ?? '', items: consent.items }],
          },
        }),
    ],
    ['approval-yes', (page) => approvalPage(page, { ...approving, approval: { ...approval, state: 'used' } })],
    [
      'approval-no',
      (page) =>
        approvalPage(page, { ...approving, approval: { ...approval, state: 'refused', reason: 'second-scan' } }),
    ],
    ['scan', (page) => scanPage(page, { device, action: as('/phone/scan') })],
    [
      'scan-wrong',
      (page) =>
        scanPage(page, {
          device,
          action: as('/phone/scan'),
          typed: as('http://evil.example/#x'),
          problem: {
            text: say('Không có yêu cầu này.', 'There is no such request.'),
            next: say('Hãy quét lại.', 'Scan again.'),
            field: 'code',
          },
        }),
    ],
    ['wallet', (page) => walletPage(page, { ...wallet, dependants })],
    [
      'wallet-child',
      (page) =>
        walletPage(page, {
          ...wallet,
          owner: chau,
          relation: say('Con', 'Child'),
          documents: documents.slice(1, 2),
          dependants: [],
          lacks: true,
        }),
    ],
    ['document', (page) => documentPage(page, { ...document, document: identity, code, printed: undefined })],
    [
      'document-level-1',
      (page) => documentPage(page, { ...document, document: identity, code: undefined, printed: undefined }),
    ],
    [
      'document-card',
      (page) =>
        documentPage(page, {
          ...document,
          document: { ...card, state: { valid: false, text: say('Đã thu hồi', 'Revoked') } },
          code,
          printed: {
            qr: as('001085000001|012345601|Nguyễn Văn An|12031985|Nam|x|10022025'),
            mrz: as('IDVNM0850000017001085000001<<3'),
          },
        }),
    ],
    ['notices', (page) => noticesPage(page, { device, version, happened, now })],
    ['notices-empty', (page) => noticesPage(page, { device, version, happened: [], now })],
    ['history', (page) => historyPage(page, { device, version, happened: [signIn], now })],
    ['devices', (page) => devicesPage(page, { device, lostAction: as('/phone/devices/lost'), phones })],
    [
      'shared',
      (page) =>
        sharedPage(page, {
          device,
          consents: [consent, { ...consent, withdrawnAt: '2026-10-21T01:01:00.000Z' }],
          withdrawn: as('iHanoi'),
        }),
    ],
    ['shared-none', (page) => sharedPage(page, { device, consents: [], withdrawn: undefined })],
    ['me', (page) => mePage(page, me)],
    [
      'me-wrong',
      (page) =>
        mePage(page, { ...me, done: 'face', problem: { text: wrong.text, next: wrong.next, form: 'passcode' } }),
    ],
  ];
  return pages.map(([name, show]) => ({ name: `phone-${name}`, show }));
}
