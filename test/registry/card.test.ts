import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cast, castRows } from '../../src/registry/cast.ts';
import { cardExpiry, cardStateOn, hasValidCard } from '../../src/registry/card.ts';
import { citizenOf } from '../../src/registry/citizen.ts';
import { ageOn, birthdayAt, dateIn, writtenDate } from '../../src/registry/dates.ts';
import { checkDigit, machineReadableZone } from '../../src/registry/mrz.ts';
import { qrPayload } from '../../src/registry/qr.ts';

const citizens = castRows('').citizens.map(citizenOf);
function person(key: string) {
  const index = cast.findIndex((member) => member.key === key);
  const found = citizens[index];
  if (!found) throw new Error(key);
  return found;
}

describe('a card', () => {
  it.each([
    [11, 14],
    [12, 25],
    [13, 25],
    [14, 25],
    [22, 25],
    [23, 40],
    [24, 40],
    [25, 40],
    [37, 40],
    [38, 60],
    [39, 60],
    [40, 60],
    [57, 60],
    [58, null],
    [80, null],
  ])('issued at %i is good until %s', (age, until) => {
    const expected = until === null ? null : `${1960 + until}-05-10`;
    expect(cardExpiry('1960-05-10', `${1960 + age}-05-10`)).toBe(expected);
    expect(cardExpiry('1960-05-10', `${1961 + age}-05-09`)).toBe(expected);
  });

  it('ends on a birthday, also for those born on 29 February', () => {
    expect(cardExpiry('2008-02-29', '2024-08-01')).toBe('2033-02-28');
    expect(birthdayAt('2008-02-29', 40)).toBe('2048-02-29');
  });

  it('lasts more than two years, and never past a milestone but one', () => {
    const day = fc
      .integer({ min: 0, max: 25_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 90 * 365 }), (birth, days) => {
        const issued = new Date(Date.parse(birth) + days * 86_400_000).toISOString().slice(0, 10);
        const expires = cardExpiry(birth, issued);
        if (expires === null) expect(ageOn(birth, issued)).toBeGreaterThanOrEqual(58);
        else {
          expect([14, 25, 40, 60]).toContain(ageOn(birth, expires));
          expect(expires > birthdayAt(issued, 2)).toBe(true);
        }
      }),
    );
  });

  it('is valid on its last day and expired the day after', () => {
    const card = { kind: 'cccd', issuedOn: '2021-01-01', expiresOn: '2024-02-10', state: 'valid' } as const;
    expect(cardStateOn(card, '2024-02-10')).toBe('valid');
    expect(cardStateOn(card, '2024-02-11')).toBe('expired');
    expect(cardStateOn({ ...card, state: 'held' }, '2024-02-11')).toBe('held');
    expect(cardStateOn({ ...card, expiresOn: null }, '2099-01-01')).toBe('valid');
  });

  it('is judged with its holder', () => {
    const day = '2026-11-01';
    const good = (key: string) => hasValidCard(person(key), day);
    expect(['an', 'lan', 'minjun'].every(good)).toBe(true);
    expect(['bao', 'hai', 'huong', 'khoa'].some(good)).toBe(false);
  });
});

describe('the machine-readable zone', () => {
  it('is that of the computed example', () => {
    const name = { family: 'Nguyễn', middle: 'Văn', given: 'An', full: 'Nguyễn Văn An' };
    const citizen = { number: '001204999999', birthDate: '2004-03-01', sex: 'male', nationality: 'VNM', name } as const;
    expect(machineReadableZone(citizen, { expiresOn: '2029-03-01' })).toEqual([
      'IDVNM2049999996001204999999<<7',
      '0403014M2903013VNM<<<<<<<<<<<2',
      'NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<',
    ]);
  });

  it('agrees with the specimen of ICAO Doc 9303 part 5', () => {
    expect(checkDigit('D23145890')).toBe('7');
    expect(checkDigit('740812')).toBe('2');
    expect(checkDigit('120415')).toBe('9');
    expect(checkDigit('D231458907<<<<<<<<<<<<<<<74081221204159<<<<<<<<<<<')).toBe('6');
  });

  it('notices every single wrong digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{9}$/), fc.nat(8), fc.integer({ min: 1, max: 9 }), (digits, at, shift) => {
        const changed = (Number(digits[at]) + shift) % 10;
        expect(checkDigit(digits.slice(0, at) + changed + digits.slice(at + 1))).not.toBe(checkDigit(digits));
      }),
    );
  });

  it.each([
    ['Nguyễn', 'Hoàng Phương Khánh', 'Linh An', 'NGUYEN<<HOANG<PHUONG<KHANH<LIN'],
    // cut between two names it would look whole
    ['Nguyễn', 'Hoàng Phương Khánhh', 'An', 'NGUYEN<<HOANG<PHUONG<KHANHH<AN'],
    ['Nguyễn', 'Hoàng Phương Khánhhhh', 'An', 'NGUYEN<<HOANG<PHUONG<KHANHHH<A'],
    ['A'.repeat(40), '', 'Bình', `${'A'.repeat(27)}<<B`],
  ])('says by its last letter that %s %s %s is longer', (family, middle, given, line) => {
    const name = { family, middle, given, full: '' };
    const citizen = { number: '001085000001', birthDate: '1985-03-12', sex: 'male', nationality: 'VNM', name } as const;
    expect(machineReadableZone(citizen, { expiresOn: null })[2]).toBe(line);
  });

  it('has three lines of 30 for everyone of the cast', () => {
    for (const citizen of citizens) {
      if (!citizen.card) continue;
      for (const line of machineReadableZone(citizen, citizen.card)) expect(line).toMatch(/^[A-Z0-9<]{30}$/);
    }
    expect(machineReadableZone(person('lan'), { expiresOn: null })[1]).toContain('F991231');
    expect(machineReadableZone(person('tu'), { expiresOn: null })[1]).toMatch(/^48<<<<\dM/);
    expect(machineReadableZone(person('thanh'), { expiresOn: null })[2]).toMatch(/^THANH<+$/);
    expect(machineReadableZone(person('hmai'), { expiresOn: null })[2]).toMatch(/^NIE<<HMAI<+$/);
  });
});

describe('the QR code', () => {
  it('has seven fields on a CCCD, with the address of its day of issue', () => {
    const binh = person('binh');
    if (!binh.card) throw new Error('no card');
    expect(qrPayload(binh, binh.card)).toBe(
      '001187000002||Trần Thị Bình|20081987|Nữ|Số 12 phố Hoa Sữa, Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội|01062021',
    );
  });

  it('has as many fields whatever a street is called', () => {
    const [binh] = castRows('')
      .citizens.filter(({ number }) => number === '001187000002')
      .map(citizenOf);
    const permanent = binh?.permanent && { ...binh.permanent, street: 'Số 1|2 phố Hoa Sữa' };
    const fields = binh?.card && permanent && qrPayload({ ...binh, permanent }, binh.card).split('|');
    expect(fields).toHaveLength(7);
    expect(fields?.[5]).toContain('Số 1/2 phố Hoa Sữa');
  });

  it('adds the cancelled number, and the parents of a child, on a card of 2024', () => {
    const [thao, chau] = [person('thao'), person('chau')];
    if (!thao.card || !chau.card) throw new Error('no card');
    expect(qrPayload(thao, thao.card, '001188000021').split('|').slice(6)).toEqual([
      '22042025',
      '001188000021',
      '',
      '',
      '',
    ]);
    expect(qrPayload(chau, chau.card).split('|').slice(7)).toEqual(['', 'Nguyễn Văn An', 'Trần Thị Bình', '']);
  });
});

describe('dates', () => {
  it('are those of Viet Nam', () => {
    expect(dateIn(Date.UTC(2026, 10, 22, 16, 59))).toBe('2026-11-22');
    expect(dateIn(Date.UTC(2026, 10, 22, 17, 0))).toBe('2026-11-23');
    expect(writtenDate('1985-03-12')).toBe('12/03/1985');
    expect(writtenDate('1948')).toBe('1948');
    expect([ageOn('1985-03-12', '2026-03-11'), ageOn('1985-03-12', '2026-03-12'), ageOn('1948', '2026-01-01')]).toEqual(
      [40, 41, 78],
    );
  });
});
