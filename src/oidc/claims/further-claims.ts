import { type Claim, recordedAt } from './claim.ts';

/**
 * What OIDC Core §5.1 has in `profile` beyond what a population registry is for. Half of it is the same for everyone here;
 * of the rest the registry knows nothing, and an instance may add it by `standardClaims`.
 */
export const furtherClaims: Record<string, Claim> = {
  locale: {
    scope: 'profile',
    within: 'name',
    vi: 'Ngôn ngữ',
    en: 'Language',
    example: 'vi-VN',
    read: () => 'vi-VN',
  },
  zoneinfo: {
    scope: 'profile',
    within: 'name',
    vi: 'Múi giờ',
    en: 'Time zone',
    example: 'Asia/Ho_Chi_Minh',
    read: () => 'Asia/Ho_Chi_Minh',
  },
  updated_at: {
    scope: 'profile',
    within: 'name',
    vi: 'Lần cập nhật gần nhất',
    en: 'Last update',
    example: 1723395600,
    read: (subject) => {
      const moment = recordedAt(subject);
      return moment && Math.floor(moment / 1000);
    },
    show: (value: number, language) =>
      new Date(value * 1000).toLocaleDateString(language === 'vi' ? 'vi-VN' : 'en-GB', {
        timeZone: 'Asia/Ho_Chi_Minh',
      }),
  },
  nickname: { scope: 'profile', vi: 'Tên thường gọi', en: 'Nickname', example: 'An' },
  preferred_username: { scope: 'profile', vi: 'Tên người dùng', en: 'User name', example: 'nguyenvanan' },
  profile: { scope: 'profile', vi: 'Trang cá nhân', en: 'Profile page', example: 'https://an.example' },
  picture: { scope: 'profile', vi: 'Ảnh', en: 'Picture', example: 'https://an.example/portrait.png' },
  website: { scope: 'profile', vi: 'Trang web', en: 'Website', example: 'https://an.example' },
};
