import type { Citizen } from '../citizen.ts';
import type { Household } from '../citizens.ts';
import { type Label, relationsToHead } from '../codes.ts';
import { checked, day, type Item, own } from './item.ts';
import { placeOn } from './identity.ts';

/** Where somebody is registered and with whom (Law 26/2023/QH15 Art 9); none for those who are registered nowhere. */
export function residenceItem(citizen: Citizen, household: Household | undefined, today: string): Item[] {
  const [permanent, temporary, current] = [citizen.permanent, citizen.temporary, citizen.current].map((place) =>
    placeOn(place, today),
  );
  if (!permanent && !temporary && !current) return [];
  const head = household?.members.find(({ id }) => id === household.headId);
  const others = household?.members.filter(({ id }) => id !== citizen.id && id !== household.headId) ?? [];
  return [
    {
      id: 'residence',
      kind: 'residence',
      state: 'valid',
      title: { vi: 'Thông tin cư trú', en: 'Residence' },
      number: household?.fileNumber ?? null,
      rows: [
        ...checked('Nơi thường trú', 'Permanent residence', permanent),
        ...checked('Nơi tạm trú', 'Temporary residence', temporary),
        ...own('Nơi ở hiện tại', 'Current residence', current),
        ...own('Số hồ sơ cư trú', 'Residence file no.', household?.fileNumber),
        ...own('Chủ hộ', 'Head of household', head?.name.full),
        ...own('Quan hệ với chủ hộ', 'Relation to the head', relationTo(citizen)),
        ...own('Thành viên khác của hộ', 'Other members', others.map(({ name }) => name.full).join(', ')),
      ],
    },
  ];
}

function relationTo({ relationToHead }: Citizen): Label | null {
  return relationToHead && relationsToHead[relationToHead];
}

export const dependantRelations = {
  child: { vi: 'Con', en: 'Child' },
  ward: { vi: 'Người được giám hộ', en: 'Ward' },
} as const satisfies Record<string, Label>;

/** For whom somebody answers: their children under 14 and their wards; none for those who answer for nobody. */
export function dependantsItem(
  dependants: readonly { relation: keyof typeof dependantRelations; citizen: Citizen }[],
): Item[] {
  if (dependants.length === 0) return [];
  return [
    {
      id: 'dependants',
      kind: 'dependants',
      state: 'valid',
      title: { vi: 'Thông tin người phụ thuộc', en: 'Dependants' },
      number: null,
      rows: dependants.flatMap(({ relation, citizen }) => {
        const { vi, en } = dependantRelations[relation];
        return [
          ...checked(vi, en, citizen.name.full),
          ...own('Ngày sinh', 'Date of birth', day(citizen.birthDate)),
          ...own('Số định danh cá nhân', 'Personal number', citizen.number),
        ];
      }),
    },
  ];
}
