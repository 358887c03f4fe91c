import { type Weighted, weighted } from './random.ts';

/**
 * What the generator draws names from. Surnames: Lê Trung Hoa 2005 and hoten.org 2022, weighted for the north (Trần 8.5,
 * Phan 1.6, Vũ and Hoàng rather than Võ and Huỳnh, more Đỗ). Given names: hoten.org, people born 1991–2002; girls of
 * 2007–11; the lists for older people and for young boys are estimates. Weights are percent.
 */
function table(text: string): Weighted<string> {
  return weighted(
    text.split(', ').map((entry) => {
      const [, word = '', weight] = /^(.*?)(?: ([\d.]+))?$/.exec(entry) ?? [];
      return [word, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
}

export const surnames = table(
  'Nguyễn 38, Trần 8.5, Lê 8.5, Phạm 7, Hoàng 4.8, Vũ 5, Phan 1.6, Đặng 2.1, Bùi 3, Đỗ 3.4, Ngô 2, Dương 1.6, Đinh 1.4, ' +
    'Trương 1.2, Hồ .5, Lý .5, Đào 1.2, Đoàn 1.1, Trịnh 1, Mai .7, Hà .9, Cao .7, Lương .8, Phùng .8, Tạ .6, Chu .6, ' +
    'Vương .4, Kiều .4, Khuất .3, Nghiêm .3, Quách .2, Tô .4, Võ .3, Lưu .5',
);

/** Surnames of the other peoples of Hà Nội's hills and of those who came there, by ethnic code. */
export const otherSurnames: Record<string, Weighted<string>> = {
  '02': table('Hoàng 3, Nông 3, Lý, Bế, Hà 2, Ma 2'),
  '03': table('Lò 4, Quàng 2, Cà, Lường 2'),
  '06': table('Bùi 5, Quách 2, Đinh 3, Hà 2'),
  '07': table('Hoàng 2, Nông 3, Lý, Hà'),
  '09': table('Bàn 2, Triệu 3, Phùng 2, Đặng 2'),
};

export const middles = {
  male: table(
    'Đức 8, Minh 8, Quang 7, Hữu 5, Xuân 5, Đình 6, Công 4, Anh 4, Thanh 4, Ngọc 5, Quốc 4, Gia 4, Duy 5, Tuấn 4, ' +
      'Trọng 3, Bá 3, Viết 2, Mạnh 4, Tiến 4, Hoàng 5',
  ),
  female: table(
    'Thu 8, Thanh 8, Minh 7, Phương 6, Hồng 6, Bích 4, Kim 4, Thùy 5, Mai 4, Quỳnh 4, Khánh 4, Bảo 3, Diệu 2, Mỹ 2, ' +
      'Như 2, Hà 4, Ngọc 6',
  ),
};

const grown = {
  male: table(
    'Tuấn 2.71, Hoàng 2.46, Huy 2.23, Anh 2.05, Hiếu 1.99, Hùng 1.98, Nam 1.98, Sơn 1.90, Đức 1.88, Dũng 1.70, ' +
      'Thành 1.62, Đạt 1.56, Cường 1.56, Long 1.55, Trung 1.55, Hải 1.42, Nguyên 1.40, Thắng 1.40, Minh 1.31, ' +
      'Duy 1.15, Tiến 1.14, Quang 1.11, Phúc 1.05, Trường 1.02, Tài 1.01, Toàn .98, Hưng .92, Phong .91, Tùng .89, ' +
      'Linh .87, Khánh .86, Bảo .86, Quân .83, Dương .79, Nghĩa .78, Lâm .78, Vinh .77, Bình .76, Mạnh .75, Việt .70, ' +
      'Thịnh .68, Hòa .68, Tâm .66, Hiệp .65, Tân .65, Phú .64, Phương .64',
  ),
  female: table(
    'Trang 4.19, Thảo 3.52, Linh 3.02, Anh 2.46, Phương 2.20, Hằng 2.14, Huyền 2.11, Hiền 2.03, Hương 1.72, Ngọc 1.72, ' +
      'Dung 1.70, Nhung 1.69, Thủy 1.65, Nhi 1.62, Duyên 1.55, Vân 1.50, Quỳnh 1.49, Nga 1.49, Yến 1.48, Trinh 1.46, ' +
      'Thương 1.34, Uyên 1.34, Hạnh 1.31, Ngân 1.22, Oanh 1.19, Trâm 1.16, Ly 1.16, Mai 1.15, Phượng 1.09, Thúy 1.08, ' +
      'Hoa 1.02, Vy 1.02, Hồng .99, Tâm .96, Thu .94',
  ),
};

const older = {
  male: table(
    'Hùng 5, Dũng 4, Thắng 4, Bình 4, Minh 4, Chiến 3, Lợi 2, Sáu, Tư, Hải 4, Sơn 4, Thành 4, Tiến 3, Hòa 3, Long 3, ' +
      'Cường 3, Quang 3, Thanh 2, Tuấn 3, Phúc 2, Thịnh 2, Xuân 2, Tâm 2, Đức 2, Khánh, Vinh 2, Toàn 2, Việt 2',
  ),
  female: table(
    'Lan 4, Hoa 5, Hồng 3, Cúc 2, Nga 3, Hà 4, Thủy 4, Liên 3, Tuyết 3, Mận 1, Hương 4, Hiền 3, Hạnh 3, Mai 3, Oanh 2, ' +
      'Dung 2, Bình 2, Nhung 2, Loan 2, Yến 2, Thanh 3, Minh 2, Vân 3, Tâm 2, Thu 3, Phượng 2, Hằng 2, Lý, Xuân 2',
  ),
};

const young = {
  male: table(
    'Minh 7, Khang 4, Huy 4, Bảo 4, Khôi 4, Phúc 4, Khoa 3, Anh 5, Phát 2, Đạt 3, Nam 4, Long 3, Quân 3, Thịnh 2, ' +
      'Khánh 3, Đức 3, Dũng 2, Hiếu 2, Phong 3, Kiên 2, Tùng 2, Sơn 2, Lâm 3, An 2, Nguyên 3, Việt 2, Hưng 2',
  ),
  female: table(
    'Anh 7.1, Vy 5.7, Ngọc 4.3, Nhi 4.2, Hân 4.1, Thư 4.1, Linh 3.5, Như 3.1, Ngân 3.0, Phương 2.1, Thảo 2.1, My 2.1, ' +
      'Trân 1.8, Quỳnh 1.8, Nghi 1.7, Trang 1.7, Trâm 1.6, An 1.6, Thy 1.5, Châu 1.5, Trúc 1.5, Uyên 1.4, Yến 1.4, ' +
      'Chi 3, Hà 2, Mai 2, Diệp 1.5, Khuê 1',
  ),
};

/** Given names of those born in a year. */
export function givenNames(sex: 'male' | 'female', birthYear: number): Weighted<string> {
  return (birthYear < 1975 ? older : birthYear < 2004 ? grown : young)[sex];
}

/** The share of a birth cohort that is called Văn (men) or Thị (women) in the middle. */
export function plainMiddleShare(sex: 'male' | 'female', birthYear: number): number {
  if (birthYear < 1970) return sex === 'male' ? 0.62 : 0.88;
  if (birthYear < 1990) return sex === 'male' ? 0.4 : 0.68;
  if (birthYear < 2000) return sex === 'male' ? 0.14 : 0.42;
  return sex === 'male' ? 0.03 : 0.18;
}

/** The share of a birth cohort that has four words in the name; the north has fewer than the country's 26 and 65 %. */
export function fourWordShare(sex: 'male' | 'female', birthYear: number): number {
  const [early, middle, late] = sex === 'male' ? [0.06, 0.14, 0.32] : [0.1, 0.3, 0.55];
  return birthYear < 1980 ? early : birthYear < 2000 ? middle : late;
}

/** Trees, flowers and birds: streets of no real map. */
export const streets =
  'Hoa Sữa|Bằng Lăng|Phượng Vĩ|Hoàng Lan|Ngọc Lan|Thiên Lý|Mộc Hương|Hoa Gạo|Long Não|Tường Vi|Cẩm Tú|Hải Đường|Tầm Xuân|Vàng Anh|Dạ Hương|Đỗ Quyên|Hoa Giấy|Đồng Xanh|Sông Xanh|Anh Đào|Sao Đêm|Trúc Xanh|Sơn Ca|Họa Mi|Chim Sâu|Bồ Câu|Hương Nhu|Bạch Trà|Lộc Vừng|Cơm Nguội|Cây Đa|Giếng Ngọc|Nắng Mai|Mây Trắng|Hồ Sen|Vườn Nhãn|Vườn Đào|Cầu Đá|Bến Gỗ|Lúa Vàng'.split(
    '|',
  );
