import { facilities, type InsurancePaper, insuranceGroups, type InsuranceGroup } from './insurance.ts';
import type { LicenceClass, LicencePaper } from './licence.ts';
import type { Vehicle, VehiclePaper } from './vehicle.ts';

type Written = (LicencePaper | VehiclePaper | InsurancePaper) & { number: string };

/**
 * The papers of those of the cast who stand for a case, by personal number; the others' are drawn like everybody's.
 * Nguyễn Văn An has one of each kind, Bùi Văn Khoa a licence that ran out, Mai Văn Sơn one that was revoked, and the
 * children what shows in a parent's or guardian's phone.
 */
export const castPapers: Record<string, readonly Written[]> = {
  // Nguyễn Văn An
  '001085000001': [
    licence('010251000001', 'B', '2025-04-16', '2035-04-16'),
    vehicle('30K-850.01', { type: 'car', make: 'Sao La S2', colour: 'white' }, '2023-09-12'),
    insurance('DN4010100000001', 'DN', '2019-03-01', null),
  ],
  // Trần Thị Bình
  '001187000002': [
    licence('011136000002', 'A1', '2013-10-04', null),
    insurance('001187000002', 'HC', '2025-09-01', null),
  ],
  // Nguyễn Minh Châu, Nguyễn Gia Bảo and Đỗ Minh Long
  '001314000003': [insurance('001314000003', 'HS', '2026-10-01', '2027-09-30')],
  '001218000004': [insurance('001218000004', 'HS', '2026-10-01', '2027-09-30')],
  '001215000012': [insurance('001215000012', 'HS', '2026-10-01', '2027-09-30')],
  // Phạm Thị Lan
  '036155000005': [insurance('HT3010100000005', 'HT', '2017-02-01', null)],
  // Bùi Văn Khoa
  '001084000011': [
    licence('010147000011', 'B2', '2014-06-20', '2024-06-20'),
    insurance('DN4010100000011', 'DN', '2018-05-02', null),
  ],
  // Mai Văn Sơn
  '037079000028': [
    { ...licence('010207000028', 'B2', '2020-08-03', '2030-08-03'), state: 'revoked' },
    vehicle('29-B1 790.28', { type: 'motorbike', make: 'Gió Nam 125', colour: 'black' }, '2018-01-15'),
    insurance('037079000028', 'DN', '2025-10-01', null),
  ],
};

function licence(number: string, name: LicenceClass, issuedOn: string, expiresOn: string | null) {
  const facts = { class: name, points: 12 };
  return { kind: 'driving-licence', number, issuedOn, expiresOn, state: 'valid', facts } as const;
}

function vehicle(number: string, about: Pick<Vehicle, 'type' | 'make' | 'colour'>, issuedOn: string) {
  const digits = number.replaceAll(/\D/g, '').padStart(13, '0');
  const facts = { ...about, chassis: `XMAU${digits}`, engine: `MAU${digits.slice(-7)}` };
  return { kind: 'vehicle', number, issuedOn, expiresOn: null, state: 'valid', facts } as const;
}

function insurance(number: string, group: InsuranceGroup, issuedOn: string, expiresOn: string | null) {
  const [place, placeCode] = facilities[0];
  const facts = { group, benefit: insuranceGroups[group].benefit, place, placeCode };
  return { kind: 'health-insurance', number, issuedOn, expiresOn, state: 'valid', facts } as const;
}
