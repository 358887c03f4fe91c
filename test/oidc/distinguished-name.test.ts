import { describe, expect, test } from 'vitest';
import { isSubject } from '../../src/oidc/distinguished-name.ts';
import { certificate } from '../support/certificates.ts';
import { der, oid, sequence, set } from '../support/der.ts';

/** A subject as Node writes it: the country first, for it is the first in the certificate. */
const subject = 'C=VN\nO=Hà Nội\\, Sở KH&CN\nOU=App + OU=Web\nCN=ihanoi.example\nserialNumber=0100109106';

describe('the same name, written otherwise', () => {
  test.each([
    ['as RFC 4514 has it', 'serialNumber=0100109106,CN=ihanoi.example,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['with spaces', ' serialNumber = 0100109106 , CN=ihanoi.example, OU=App + OU=Web, O=Hà Nội\\, Sở KH&CN, C=VN '],
    ['with semicolons', 'serialNumber=0100109106;CN=ihanoi.example;OU=App+OU=Web;O=Hà Nội\\, Sở KH&CN;C=VN'],
    ['in other case', 'SERIALNUMBER=0100109106,cn=IHANOI.example,ou=APP+OU=web,o=HÀ NỘI\\, sở kh&cn,c=vn'],
    [
      'in other order where there is none',
      'serialNumber=0100109106,CN=ihanoi.example,OU=Web+OU=App,O=Hà Nội\\, Sở KH&CN,C=VN',
    ],
    [
      'escaped by hand',
      'serialNumber=0100109106,CN=\\69hanoi.example,OU=App+OU=Web,O=H\\C3\\A0 Nội\\2C Sở KH\\26CN,C=VN',
    ],
    [
      'composed otherwise',
      `serialNumber=0100109106,CN=ihanoi.example,OU=App+OU=Web,O=${'Hà Nội'.normalize('NFD')}\\, Sở KH&CN,C=VN`,
    ],
    [
      'types by number',
      '2.5.4.5=0100109106,2.5.4.3=ihanoi.example,2.5.4.11=App+2.5.4.11=Web,2.5.4.10=Hà Nội\\, Sở KH&CN,2.5.4.6=VN',
    ],
    [
      'values in BER',
      '2.5.4.5=#130A30313030313039313036,CN=ihanoi.example,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,2.5.4.6=#1302564e',
    ],
    [
      'with long names',
      'serialNumber=0100109106,commonName=ihanoi.example,organizationalUnitName=App+OU=Web,organizationName=Hà  Nội\\, Sở KH&CN,countryName=VN',
    ],
  ])('%s', (_how, registered) => {
    expect(isSubject(subject, registered)).toBe(true);
  });
});

describe('another name', () => {
  test.each([
    ['less', 'CN=ihanoi.example,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['more', 'L=Hà Nội,serialNumber=0100109106,CN=ihanoi.example,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['the other way round', 'C=VN,O=Hà Nội\\, Sở KH&CN,OU=App+OU=Web,CN=ihanoi.example,serialNumber=0100109106'],
    ['two parts for one of two', 'serialNumber=0100109106,CN=ihanoi.example,OU=App,OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['another type', 'SN=0100109106,CN=ihanoi.example,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['another value', 'serialNumber=0100109106,CN=ihanoi.example.,OU=App+OU=Web,O=Hà Nội\\, Sở KH&CN,C=VN'],
    ['other letters', 'serialNumber=0100109106,CN=ihanoi.example,OU=App+OU=Web,O=Ha Noi\\, Sở KH&CN,C=VN'],
  ])('%s', (_how, registered) => {
    expect(isSubject(subject, registered)).toBe(false);
  });
});

test.each([
  '',
  ',',
  'CN',
  'CN=a,',
  ',CN=a',
  'CN=a+',
  'CN=a,,C=VN',
  'CN="a"',
  'CN=a\\',
  'CN=#',
  'CN=#1',
  'CN=#zz',
  'CN= #41',
  'CN=\\ff',
  'CN=a\\zb',
  '=a',
  'CN=#0c0541',
])('what is no name is nobody’s: %j', (text) => {
  expect(isSubject('CN=a', text)).toBe(false);
  expect(isSubject(text, text)).toBe(false);
});

describe('of a certificate', () => {
  const attribute = (type: string, value: string) => set(sequence(oid(type), der(0x0c, Buffer.from(value))));

  test('a value that looks like more of a name is one value', async () => {
    const value = 'a, O=bank\n+OU="x" \\ <>;#=';
    const forged = await certificate({ name: new Uint8Array(sequence(attribute('2.5.4.3', value))) });
    expect(isSubject(forged.x509.subject, 'CN=a,O=bank')).toBe(false);
    expect(isSubject(forged.x509.subject, 'O=bank,CN=a')).toBe(false);
    expect(isSubject(forged.x509.subject, 'CN=a\\, O=bank\\0a\\+OU=\\"x\\" \\\\ \\<\\>\\;#=')).toBe(true);
  });

  test('spaces and signs at the ends', async () => {
    const made = await certificate({ name: new Uint8Array(sequence(attribute('2.5.4.3', ' #a '))) });
    expect(isSubject(made.x509.subject, 'CN=\\ #a\\ ')).toBe(true);
    expect(isSubject(made.x509.subject, 'CN=\\#a')).toBe(true);
    expect(isSubject(made.x509.subject, 'CN=a')).toBe(false);
  });

  test('without a subject it is nobody', async () => {
    const nobody = await certificate({ name: new Uint8Array(sequence()), also: [{ type: 'dns', value: 'a.example' }] });
    expect(isSubject(nobody.x509.subject ?? '', '')).toBe(false);
    expect(isSubject(nobody.x509.subject ?? '', 'CN=a')).toBe(false);
  });

  test('a type that has no name here goes by its number', async () => {
    const made = await certificate({ name: new Uint8Array(sequence(attribute('1.2.3.4.5', 'x'))) });
    expect(isSubject(made.x509.subject, '1.2.3.4.5=#0c0178')).toBe(true);
    expect(isSubject(made.x509.subject, '1.2.3.4.6=#0c0178')).toBe(false);
  });
});
