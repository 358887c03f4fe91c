import { createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { createAllowance } from './allowance.ts';
import { type Inbox, type OutgoingMessage, smsSender } from './inbox.ts';
import { maskPhone } from './masking.ts';

/** One-time codes: six digits, sent to the inbox, good once, for five minutes, in the login that asked for them. */
export interface Otp {
  /**
   * Sends a code; one sent earlier in this login stops working. The code is in the inbox and nowhere else.
   * @throws VneidError `login.slowDown` above so many codes in ten minutes for the account
   */
  send(request: { uid: string; account: { id: string }; citizen: Addressee; for?: Purpose }): Promise<SentCode>;
  /**
   * Uses up the code. Returns for exactly one caller, however many come with the right code at once.
   * "123 456" and full-width digits are read as 123456. A malformed code costs no try.
   * The caller reports a wrong code to the throttle.
   * @throws VneidError `otp.malformed`; `otp.wrong` with `left` tries; `otp.expired` when there is no code that could
   *   be right: none sent in this login, too old, used, or five wrong tries
   */
  check(answer: { uid: string; account: { id: string }; code: string }): Promise<void>;
}

/** What the text says the code is for, so that nobody reads one out for something else; signing in unless told. */
export type Purpose = keyof typeof purposes;

const purposes = {
  login: { vi: 'xác nhận đăng nhập VNeID', en: 'VNeID sign-in code' },
  activation: { vi: 'kích hoạt VNeID trên một điện thoại mới', en: 'code to activate VNeID on a new phone' },
};

/** Who gets the code; without a phone it goes to the app. */
export interface Addressee {
  id: string;
  phone: string | null;
}

/** What the page may say about a code on its way. */
export interface SentCode {
  channel: 'sms' | 'app';
  /** "000 *** 4567", or undefined when it went to the app. */
  maskedPhone: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface OtpOptions {
  artifacts: ArtifactStore;
  inbox: Inbox;
  clock: Clock;
  events: EventHub;
  /** Key of the stored hashes, at least 32 bytes; kept apart from the store, else six digits are soon guessed. */
  secret: Buffer;
  /** Codes sent to an account within `sendPeriod` seconds. */
  most?: number;
  /** What becomes of a text on its way to the inbox: as it arrives, or undefined when it does not. */
  carry?: (text: OutgoingMessage, sent: { uid: string; account: string }) => Promise<OutgoingMessage | undefined>;
}

/** Seconds a code is good for; NIST SP 800-63B-4 and ASVS 6.5.5 allow ten minutes. */
const lifetime = 300;
/** Wrong tries that end a code. */
const mostTries = 5;
const sendPeriod = 600;

interface Pending {
  /** Names this code among those of its login. */
  nonce: string;
  hash: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** Makes the one-time codes of one instance. */
export function createOtp({ artifacts, inbox, clock, events, secret, most = 5, carry }: OtpOptions): Otp {
  if (secret.length < 32) throw new RangeError(`the secret of one-time codes has ${secret.length} bytes, not 32`);

  const seconds = () => clock.now() / 1000;
  const allowance = createAllowance({ artifacts, clock, kind: 'otp.send', most, period: sendPeriod });
  const hash = (nonce: string, place: string, code: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([nonce, place, code]))
      .digest();

  return {
    async send({ uid, account, citizen, for: purpose = 'login' }) {
      const { vi, en } = purposes[purpose];
      await allowance.take(account.id);
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const place = placeOf(uid, account.id);
      const nonce = randomUUID();
      const expiresAt = Math.ceil(seconds() + lifetime);
      const pending: Pending = { nonce, hash: hash(nonce, place, code).toString('base64url'), expiresAt };
      await artifacts.put('otp', place, { ...pending }, expiresAt);
      const channel = citizen.phone === null ? 'app' : 'sms';
      const text: OutgoingMessage = {
        citizenId: citizen.id,
        kind: 'otp',
        channel,
        recipient: citizen.phone ?? 'VNeID',
        titleVi: smsSender,
        titleEn: smsSender,
        textVi: `[GIẢ LẬP] Mã ${vi} của bạn là ${code}, dùng một lần trong 5 phút. Không cung cấp mã này cho bất kỳ ai, kể cả người tự xưng là cán bộ.`,
        textEn: `[SYNTHETIC] Your ${en} is ${code}, good once within 5 minutes. Give it to nobody, not even to someone who says they are an officer.`,
        code,
      };
      const arriving = carry ? await carry(text, { uid, account: account.id }) : text;
      if (arriving) await inbox.deliver(arriving);
      events.emit('otp.sent', { account: account.id, uid });
      return {
        channel,
        maskedPhone: citizen.phone === null ? undefined : maskPhone(citizen.phone),
        expiresAt: expiresAt * 1000,
      };
    },

    async check({ uid, account, code }) {
      const digits = code.normalize('NFKC').replaceAll(/\s/g, '');
      if (!/^[0-9]{6}$/.test(digits)) throw problem('otp.malformed');
      const place = placeOf(uid, account.id);
      const pending = (await artifacts.get('otp', place)) as Pending | undefined;
      if (!pending) throw problem('otp.expired');
      // counted before it is compared: of many guesses at once only the first five are looked at
      const tries = await artifacts.count('otp.tries', pending.nonce, pending.expiresAt);
      if (tries > mostTries) throw problem('otp.expired');
      if (!timingSafeEqual(hash(pending.nonce, place, digits), Buffer.from(pending.hash, 'base64url'))) {
        throw problem('otp.wrong', { left: mostTries - tries });
      }
      if (!(await artifacts.add('otp.used', pending.nonce, {}, pending.expiresAt))) throw problem('otp.expired');
      await artifacts.remove('otp', place);
    },
  };
}

/** A code belongs to one login of one account: anywhere else it is not even found. */
function placeOf(uid: string, account: string): string {
  return JSON.stringify([uid, account]);
}
