import type { Account } from '../accounts/accounts.ts';
import type { OutgoingMessage } from '../accounts/inbox.ts';

/**
 * What the app tells its holder about the account itself (ASVS 5.0 §6.3.7: whoever changes a factor, its owner hears of
 * it). Every notice says what to do when it was not them.
 */
type Addressee = Pick<Account, 'citizenId' | 'number'>;

const hotline = {
  vi: 'Nếu không phải bạn, hãy khóa tài khoản và gọi 1900.0368 (giả lập).',
  en: 'If it was not you, lock your account and call 1900.0368 (synthetic).',
};

/** A phone was activated; the one before, if any, has ended. */
export function activatedNotice(
  account: Addressee,
  { name, old, address }: { name: string; old?: string | undefined; address: string },
): OutgoingMessage {
  return notice(account, {
    titleVi: 'VNeID đã được kích hoạt trên một điện thoại',
    titleEn: 'VNeID was activated on a phone',
    textVi: `Điện thoại: ${name}, từ địa chỉ ${address}. ${old === undefined ? '' : `Điện thoại trước (${old}) đã ngừng hoạt động. `}${hotline.vi}`,
    textEn: `Phone: ${name}, from the address ${address}. ${old === undefined ? '' : `The phone before (${old}) has ended. `}${hotline.en}`,
  });
}

export function endedNotice(account: Addressee, { name }: { name: string }): OutgoingMessage {
  return notice(account, {
    titleVi: 'Một điện thoại đã ngừng dùng VNeID',
    titleEn: 'A phone no longer has VNeID',
    textVi: `Điện thoại: ${name}. Muốn dùng lại ứng dụng, hãy kích hoạt một điện thoại. ${hotline.vi}`,
    textEn: `Phone: ${name}. To use the app again, activate a phone. ${hotline.en}`,
  });
}

export function passcodeNotice(account: Addressee): OutgoingMessage {
  return notice(account, {
    titleVi: 'Passcode của bạn đã được đổi',
    titleEn: 'Your passcode was changed',
    textVi: `Passcode mới có hiệu lực ngay, với mọi việc cần passcode. ${hotline.vi}`,
    textEn: `The new one is good at once, wherever a passcode is asked for. ${hotline.en}`,
  });
}

export function lockedNotice(account: Addressee): OutgoingMessage {
  return notice(account, {
    titleVi: 'Tài khoản của bạn đã được khóa theo yêu cầu của bạn',
    titleEn: 'Your account was locked at your request',
    textVi:
      'Không đăng nhập được ở đâu nữa, và các ứng dụng không còn đọc được dữ liệu của bạn. Để mở khóa: gọi 1900.0368 (giả lập) hoặc đến cơ quan công an nơi gần nhất với Phiếu TK03.',
    textEn:
      'Nobody can sign in with it any more, and apps can no longer read your data. To unlock it, call 1900.0368 (synthetic) or go to the nearest police office with form TK03.',
  });
}

/** What was agreed to no longer holds; the counterpart of the receipt that was given then. */
export function withdrawalReceipt(
  account: Addressee,
  { client, owner, consent }: { client: string; owner: { vi: string; en: string }; consent: string },
): OutgoingMessage {
  return {
    ...notice(account, {
      titleVi: `Bạn đã rút lại đồng ý chia sẻ dữ liệu với ${client}`,
      titleEn: `You withdrew your consent to share data with ${client}`,
      textVi: `Bên nhận: ${owner.vi}. Từ nay ứng dụng không đọc được dữ liệu của bạn và sẽ hỏi lại khi bạn đăng nhập; việc xử lý trước đó không bị ảnh hưởng. Mã biên nhận ${consent}.`,
      textEn: `Recipient: ${owner.en}. From now on the app cannot read your data and will ask again when you sign in; what was processed before is not affected. Receipt ${consent}.`,
    }),
    kind: 'receipt',
  };
}

function notice(
  { citizenId, number }: Addressee,
  texts: Pick<OutgoingMessage, 'titleVi' | 'titleEn' | 'textVi' | 'textEn'>,
): OutgoingMessage {
  return { citizenId, kind: 'notice', channel: 'app', recipient: number, ...texts };
}
