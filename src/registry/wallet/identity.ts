import { type Address, bothAddresses, formatAddress } from '../address.ts';
import { cardStateOn } from '../card.ts';
import type { Card, Citizen } from '../citizen.ts';
import { cardKinds, type Label, sexes } from '../codes.ts';
import { machineReadableZone } from '../mrz.ts';
import { qrPayload } from '../qr.ts';
import { placeOfPrefix } from '../units.ts';
import { checked, day, type Item, itemStates, lastDay, own, type Row } from './item.ts';

/** What the accounts know of somebody: their level, and whether the account may be used now. */
export interface ElectronicIdentity {
  level: 1 | 2;
  usable: boolean;
}

/**
 * The card as it is printed (Circular 16/2024/TT-BCA, and the chip card of 2021 before it), with addresses as they were
 * called on its day of issue. A foreigner's residence card has no zone and no QR code here.
 */
export function cardItem(citizen: Citizen, cancelledNumber: string | null, today: string): Item[] {
  const { card } = citizen;
  if (!card) return [];
  const vietnamese = card.kind !== 'residence-card';
  return [
    {
      id: 'card',
      kind: 'card',
      state: cardStateOn(card, today),
      title: cardKinds[card.kind],
      number: citizen.number,
      rows: [...person(citizen), ...printed(citizen, card), ...terms(card)],
      ...(vietnamese && {
        qr: qrPayload(citizen, card, cancelledNumber),
        mrz: machineReadableZone(citizen, card),
      }),
    },
  ];
}

/**
 * The electronic identity, which everyone with a level-2 account has one of (Law 26/2023/QH15 Art 31). Where it differs
 * from the card it prevails (Art 33), so it says what the registry knows today. A card that is revoked or held locks it
 * (Art 34), and so does whatever locks the account.
 */
export function electronicItem(citizen: Citizen, identity: ElectronicIdentity | undefined, today: string): Item[] {
  if (identity?.level !== 2) return [];
  const { card } = citizen;
  const cardTaken = card !== null && card.state !== 'valid';
  return [
    {
      id: 'electronic-identity',
      kind: 'electronic-identity',
      state: identity.usable && !cardTaken ? 'valid' : 'locked',
      title:
        citizen.nationality === 'VNM'
          ? { vi: 'Căn cước điện tử', en: 'Electronic identity' }
          : { vi: 'Định danh điện tử người nước ngoài', en: 'Electronic identity of a foreigner' },
      number: citizen.number,
      rows: [
        ...person(citizen),
        ...own('Nơi thường trú', 'Permanent residence', placeOn(citizen.permanent, today)),
        ...own('Nơi ở hiện tại', 'Current residence', placeOn(citizen.current, today)),
        ...own('Số CMND 9 số', 'Number of the nine-digit card', citizen.oldNumber),
        ...own('Thẻ', 'Card', card && stateOfCard(card, today)),
      ],
    },
  ];
}

function stateOfCard(card: Card, today: string): Label {
  const [kind, state] = [cardKinds[card.kind], itemStates[cardStateOn(card, today)]];
  return { vi: `${kind.vi}: ${state.vi.toLowerCase()}`, en: `${kind.en}: ${state.en.toLowerCase()}` };
}

function person(citizen: Citizen): Row[] {
  return [
    ...own('Số định danh cá nhân', 'Personal number', citizen.number),
    ...own('Họ, chữ đệm và tên khai sinh', 'Full name', citizen.name.full),
    ...checked('Ngày, tháng, năm sinh', 'Date of birth', day(citizen.birthDate)),
    ...own('Giới tính', 'Sex', sexes[citizen.sex]),
    // a code where there is no word, as on a passport: ISO 3166-1 alpha-3
    ...own(
      'Quốc tịch',
      'Nationality',
      citizen.nationality === 'VNM' ? { vi: 'Việt Nam', en: 'Viet Nam' } : citizen.nationality,
    ),
  ];
}

/** The 2021 card has the place of origin and the permanent residence, that of 2024 the residence and the place of birth. */
function printed(citizen: Citizen, { kind, issuedOn }: Card): Row[] {
  const home = placeOn(citizen.permanent ?? citizen.current, issuedOn);
  if (kind === 'cccd') {
    return [
      ...own('Quê quán', 'Place of origin', citizen.hometown),
      ...own('Nơi thường trú', 'Place of residence', home),
    ];
  }
  if (kind === 'residence-card') return own('Nơi tạm trú', 'Temporary residence', placeOn(citizen.temporary, issuedOn));
  return [
    ...own('Nơi cư trú', 'Place of residence', home),
    ...own(
      'Nơi đăng ký khai sinh',
      'Place of birth registration',
      placeOfPrefix(citizen.birthRegistration, issuedOn)?.then.name,
    ),
  ];
}

function terms({ issuedOn, expiresOn }: Card): Row[] {
  return [
    ...own('Ngày, tháng, năm cấp', 'Date of issue', day(issuedOn)),
    ...checked('Ngày, tháng, năm hết hạn', 'Date of expiry', lastDay(expiresOn)),
  ];
}

/** An address as it was called on a day, or as it is known at all. */
export function placeOn(address: Address | null, on: string): string | null {
  if (!address) return null;
  const { since, before } = bothAddresses(address, on);
  return formatAddress(address, on) ?? since ?? before;
}
