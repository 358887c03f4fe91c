import type { Label } from '../codes.ts';
import { paperStateOn } from '../documents/paper.ts';
import type { Document } from '../documents.ts';
import { benefits, insuranceGroups } from '../documents/insurance.ts';
import { licenceClasses } from '../documents/licence.ts';
import { vehicleColours, vehicleTypes } from '../documents/vehicle.ts';
import { checked, day, type Item, lastDay, own, type Row } from './item.ts';

/** An integrated paper as its holder sees it. */
export function paperItem(document: Document, today: string): Item {
  const { id, kind, number } = document;
  return { id, kind, number, state: paperStateOn(document, today), title: titleOf(document), rows: rowsOf(document) };
}

function titleOf(document: Document): Label {
  switch (document.kind) {
    case 'driving-licence':
      return {
        vi: `Giấy phép lái xe hạng ${document.facts.class}`,
        en: `Driving licence, class ${document.facts.class}`,
      };
    case 'vehicle': {
      const { vi, en } = vehicleTypes[document.facts.type];
      return { vi: `Đăng ký ${vi.toLowerCase()}`, en: `Registration of a ${en.toLowerCase()}` };
    }
    case 'health-insurance':
      return { vi: 'Thẻ bảo hiểm y tế', en: 'Health-insurance card' };
  }
}

function rowsOf(document: Document): Row[] {
  const { number, issuedOn, expiresOn } = document;
  switch (document.kind) {
    case 'driving-licence': {
      const { class: name, points } = document.facts;
      const { vi, en } = licenceClasses[name];
      return [
        ...own('Số', 'No.', number),
        ...checked('Hạng', 'Class', { vi: `${name} (${vi})`, en: `${name} (${en})` }),
        ...own('Ngày cấp', 'Date of issue', day(issuedOn)),
        ...own('Nơi cấp', 'Issued by', licenceOffice(issuedOn)),
        ...checked('Có giá trị đến', 'Valid until', lastDay(expiresOn)),
        ...own('Điểm còn lại', 'Points left', `${points}/12`),
      ];
    }
    case 'vehicle': {
      const { make, colour, chassis, engine } = document.facts;
      return [
        ...checked('Biển số', 'Plate', number),
        ...checked('Nhãn hiệu', 'Make', make),
        ...checked('Màu sơn', 'Colour', vehicleColours[colour]),
        ...own('Số khung', 'Chassis no.', chassis),
        ...own('Số máy', 'Engine no.', engine),
        ...own('Ngày đăng ký', 'Date of registration', day(issuedOn)),
      ];
    }
    case 'health-insurance': {
      const { group, benefit, place, placeCode } = document.facts;
      return [
        ...own('Mã số', 'No.', number),
        ...own('Đối tượng', 'Group', insuranceGroups[group]),
        ...checked('Mức hưởng', 'Benefit', {
          vi: `${benefit}: ${benefits[benefit].vi}`,
          en: `${benefit}: ${benefits[benefit].en}`,
        }),
        ...checked('Nơi đăng ký khám chữa bệnh ban đầu', 'Place of first treatment', `${place} (${placeCode})`),
        ...checked('Giá trị sử dụng từ', 'Valid from', day(issuedOn)),
        ...checked('Giá trị sử dụng đến', 'Valid until', lastDay(expiresOn)),
      ];
    }
  }
}

/** Licences are the police's since 1/3/2025; the Department of Transport issued them before. */
function licenceOffice(issuedOn: string): Label {
  return issuedOn < '2025-03-01'
    ? { vi: 'Sở Giao thông vận tải Hà Nội', en: 'Hanoi Department of Transport' }
    : { vi: 'Công an thành phố Hà Nội', en: 'Hanoi Police' };
}
