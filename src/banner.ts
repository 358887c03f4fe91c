import { styleText } from 'node:util';

/** What the program says when it is there: where, and as whom one can sign in. */
export function banner({
  issuer,
  city,
  who,
  number,
  password,
  passcode,
}: {
  issuer: string;
  city: string | undefined;
  who: string;
  number: string;
  password: string;
  passcode: string;
}): string {
  const line = (label: string, value: string) => `  ${styleText('dim', label.padEnd(21))}${value}\n`;
  return [
    '\n',
    `  ${styleText('bold', 'VNeID')} ${styleText('dim', '· DỮ LIỆU GIẢ LẬP · SYNTHETIC DATA')}\n\n`,
    ...(city ? [line('iHanoi', styleText('underline', `${city}/ihanoi`))] : []),
    line('VNeID', styleText('underline', issuer)),
    line('Đăng nhập · sign in', `${number}  ${password}  (${who})`),
    line('Mã · code', styleText('underline', `${issuer}/lab/inbox/${number}`)),
    line('Điện thoại · phone', `${styleText('underline', `${issuer}/phone`)}  passcode ${passcode}`),
    '\n',
  ].join('');
}
