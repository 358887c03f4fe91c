import { describe, expect, test } from 'vitest';
import { describeOptions, readConfig } from '../src/config.ts';
import { VneidError } from '../src/errors.ts';

/** Of an address that is not as it should be, too, nobody reads the password in a log. */
test.each([
  ['VNEID_REDIS_URL', 'redis://default:s3cr,et@localhost:6379'],
  ['VNEID_REDIS_URL', 'redis://a:s3cr-et@one:1,redis://a:s3cr,et@two:2'],
  ['VNEID_DATABASE_URL', 'postgres://vneid:s3cr et@localhost/name'],
  ['VNEID_DATABASE_URL', 'postgres://vneid:s3cr//et@localhost@db/name'],
  ['VNEID_DATABASE_URL', 'postgres://vneid:s3cr\net@localhost/name'],
])('%s=%j is told without its password', (variable, value) => {
  const shown = describeOptions({ [variable]: value }).find((line) => line.variable === variable)?.value;
  expect(shown).toContain(':***@');
  expect(shown).not.toMatch(/s3cr|et@/);
  try {
    readConfig({}, { [variable]: value });
    expect.unreachable();
  } catch (thrown) {
    expect((thrown as VneidError).code).toBe('config.invalid');
    expect(`${(thrown as VneidError).explain('vi').text} ${(thrown as Error).message}`).not.toMatch(/s3cr|et@/);
  }
});

describe('what a parser of addresses overlooks, and tokens and databases would not', () => {
  test.each([
    // a file of variables that was saved on Windows
    { VNEID_ISSUER: 'https://id.example\r' },
    { VNEID_ISSUER: ' https://id.example' },
    { VNEID_ISSUER: 'https://id.exa\nmple' },
    { VNEID_ISSUER: 'https://:password@id.example' },
    { VNEID_INTERNAL_URL: 'http://vneid:3000\r' },
    { VNEID_TRACES_URL: 'http://collector:4318/v1/traces\t' },
    { VNEID_DATABASE_URL: 'postgres://u:p@localhost/name\r' },
    // every page leads from the root of its host on
    { VNEID_ISSUER: 'https://id.example/vneid' },
    { VNEID_INTERNAL_URL: 'http://vneid:3000/vneid' },
    // a timer of more than 24.8 days is over at once
    { VNEID_DRAIN: '3000000' },
  ])('%j is refused', (env) => {
    expect(() => readConfig({}, env)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });

  test('and what is right is taken as it stands', () => {
    const env = {
      VNEID_ISSUER: 'https://id.example:8443',
      VNEID_TRACES_URL: 'http://collector:4318/v1/traces',
      VNEID_DATABASE_URL: 'postgres://u:p%20q@localhost/name',
      VNEID_DRAIN: '10',
    };
    expect(readConfig({}, env)).toMatchObject({
      issuer: env.VNEID_ISSUER,
      tracesUrl: env.VNEID_TRACES_URL,
      databaseUrl: env.VNEID_DATABASE_URL,
      drain: 10,
    });
  });
});
