export const vi = {
  synthetic: 'DỮ LIỆU GIẢ LẬP',
};
