import type { Bilingual, Deviation } from '../deviation.ts';
import { core } from '../specifications.ts';

/** What may change about a person. */
const bySub: Bilingual = {
  vi: 'Nhận ra người dân bằng cặp iss và sub; tên, số định danh, điện thoại chỉ là dữ liệu có thể đổi.',
  en: 'Recognise a person by the pair of iss and sub; name, personal number and phone are data that may change.',
};
export const peopleDeviations: Deviation[] = [
  {
    name: 'citizen.other-tone-mark',
    does: { fault: 'citizen.other-tone-mark' },
    weight: 'must',
    expects: 'accepted',
    person: '001191000025',
    must: {
      vi: 'Cùng sub là cùng người, dù tên viết dấu thanh ở chỗ khác (Hòa, Hoà).',
      en: 'The same sub is the same person, also when the tone mark of the name stands elsewhere (Hòa, Hoà).',
    },
    fix: bySub,
    specification: core('5.7', 'ClaimStability'),
  },
  {
    name: 'citizen.renumbered',
    does: { fault: 'citizen.renumbered' },
    weight: 'must',
    expects: 'accepted',
    partly: true,
    must: {
      vi: 'Cùng sub là cùng người, dù số định danh đã đổi.',
      en: 'The same sub is the same person, also when the personal number has changed.',
    },
    fix: bySub,
    specification: core('5.7', 'ClaimStability'),
  },
];
