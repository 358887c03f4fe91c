import { randomInt } from 'node:crypto';
import { unreadableIn } from '../../readable.ts';
import type { FullName } from '../citizen.ts';
import { ethnicGroups, religions } from '../codes.ts';
import { flawOfName, fullName, longestName, splitName, tidyName } from '../names.ts';
import type { Told } from './members.ts';
import { unfit } from '../unfit.ts';

/** @throws VneidError `registry.unfit` */
export function nameTold({ name, nameParts }: Pick<Told, 'name' | 'nameParts'>, before: FullName): FullName {
  if (nameParts === undefined) return name === undefined ? before : wholeName(splitName(soundName('name', name)));
  const parts = {
    family: nameParts.family === '' ? '' : soundName('nameParts.family', nameParts.family),
    middle: nameParts.middle === '' ? '' : soundName('nameParts.middle', nameParts.middle),
    given: soundName('nameParts.given', nameParts.given),
  };
  const whole = wholeName(parts);
  soundName('nameParts', whole.full);
  if (name !== undefined && tidyName(name) !== whole.full)
    throw unfit(
      'nameParts',
      { vi: `ghép lại là "${whole.full}"`, en: `put together they are "${whole.full}"` },
      {
        vi: 'Ghép lại phải đúng bằng name, hoặc bỏ một trong hai',
        en: 'Together they have to be the name, or leave one of the two out',
      },
    );
  return whole;
}

function wholeName(parts: Omit<FullName, 'full'>): FullName {
  return { ...parts, full: fullName(parts) };
}

/** @throws VneidError `registry.unfit` */
export function otherNameTold(name: string): string {
  return soundName('otherName', name);
}

/**
 * A name, tidied.
 * @throws VneidError `registry.unfit`
 */
export function soundName(member: string, name: string): string {
  const tidy = tidyName(name);
  const flaw = flawOfName(tidy);
  if (flaw === undefined) return tidy;
  throw unfit(member, flaw, {
    vi: `Tên có từ 1 đến ${longestName} ký tự: chữ cái Latinh có dấu, dấu cách, dấu chấm, ' và -`,
    en: `A name has 1 to ${longestName} characters: Latin letters with marks, spaces, full stops, ' and -`,
  });
}

/**
 * A line of text, tidied.
 * @throws VneidError `registry.unfit`
 */
export function textTold(member: string, text: string): string {
  const hidden = unreadableIn(text);
  const tidy = text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  const length = Array.from(tidy).length;
  if (hidden === undefined && length > 0 && length <= longestText) return tidy;
  throw unfit(
    member,
    hidden === undefined
      ? { vi: `có ${length} ký tự`, en: `it has ${length} characters` }
      : { vi: `có ký tự không nhìn thấy ${hidden}`, en: `it has the character ${hidden}, which nobody sees` },
    {
      vi: `Một dòng từ 1 đến ${longestText} ký tự; null nếu không có`,
      en: `A line of 1 to ${longestText} characters; null for none`,
    },
  );
}

const longestText = 200;

/** @throws VneidError `registry.unfit` */
export function ethnicityTold(code: string): string {
  return oneOf('ethnicity', code, ethnicGroups);
}

/** @throws VneidError `registry.unfit` */
export function religionTold(code: string): string {
  return oneOf('religion', code, religions);
}

function oneOf(member: string, code: string, known: object): string {
  if (Object.hasOwn(known, code)) return code;
  const codes = Object.keys(known).sort().join(', ');
  throw unfit(
    member,
    { vi: `không có mã "${code}"`, en: `there is no code "${code}"` },
    { vi: `Một trong: ${codes}`, en: `One of ${codes}` },
  );
}

/** @throws VneidError `registry.unfit` */
export function nationalityTold(code: string): string {
  return shaped('nationality', code, /^[A-Z]{3}$/, {
    vi: 'Ba chữ in hoa theo ISO 3166-1, như VNM, KOR',
    en: 'Three capital letters of ISO 3166-1, such as VNM, KOR',
  });
}

/** @throws VneidError `registry.unfit` */
export function oldNumberTold(number: string): string {
  return shaped('oldNumber', number, /^\d{9}$/, { vi: 'Chín chữ số (CMND)', en: 'Nine digits (CMND)' });
}

/** Nobody can be called on what begins with 000. @throws VneidError `registry.unfit` */
export function phoneTold(number: string): string {
  return shaped('phone', number, /^000\d{7}$/, {
    vi: 'Mười chữ số bắt đầu bằng 000, để không ai bị gọi nhầm',
    en: 'Ten digits beginning 000, so that nobody is called by mistake',
  });
}

/** A number of that kind, which is none of the cast's. */
export function anyPhone(): string {
  return `000${randomInt(2_000_000, 10_000_000)}`;
}

/** Names that never resolve, or lead nowhere (RFC 2606). @throws VneidError `registry.unfit` */
export function emailTold(address: string): string {
  const nowhere = /^[\w.+-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:example|test|invalid)$/i;
  const reserved = /^[\w.+-]{1,64}@(?:[a-z\d-]+\.)*example\.(?:com|net|org)$/i;
  return shaped('email', address, new RegExp(`${nowhere.source}|${reserved.source}`, 'i'), {
    vi: 'Địa chỉ không có thật (RFC 2606), như an@thu.example',
    en: 'An address that is nobody’s (RFC 2606), such as an@thu.example',
  });
}

function shaped(member: string, value: string, shape: RegExp, right: { vi: string; en: string }): string {
  if (shape.test(value)) return value;
  throw unfit(member, { vi: `"${value}" không đúng dạng`, en: `"${value}" has another form` }, right);
}
