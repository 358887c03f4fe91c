import { expect, test } from 'vitest';
import { describeOptions } from '../src/config.ts';
import { unknownVariables } from '../src/unknown-variables.ts';

/** A variable that was mistyped does nothing, which somebody has to say. */
const known = describeOptions().map(({ variable }) => variable);

test.each([
  ['VNEID_PROT', 'VNEID_PORT'],
  ['VNEID_OPERATORTOKEN', 'VNEID_OPERATOR_TOKEN'],
  ['VNEID_DATABASEURL', 'VNEID_DATABASE_URL'],
  ['VNEID_REDIS', 'VNEID_REDIS_CA'],
  ['VNEID_LOG_LEVEL', 'VNEID_LOG'],
  ['VNEID_port', 'VNEID_PORT'],
])('%s is none; %s is near', (variable, nearest) => {
  const told = `There is no option ${variable}, so it does nothing; the nearest is ${nearest}.`;
  expect(unknownVariables({ [variable]: 'x' })).toEqual([expect.stringContaining(told)]);
});

test('every option is one, and so is what is ours beside them', () => {
  expect(
    unknownVariables(Object.fromEntries([...known, 'VNEID_CHROMIUM', 'VNEID_FOLDER'].map((name) => [name, 'x']))),
  ).toEqual([]);
});

test('what Kubernetes tells of Services is nobody’s mistake', () => {
  const links = {
    VNEID_SERVICE_HOST: '10.96.0.7',
    VNEID_SERVICE_PORT: '8080',
    VNEID_SERVICE_PORT_HTTP: '8080',
    VNEID_PORT_8080_TCP: 'tcp://10.96.0.7:8080',
    VNEID_PORT_8080_TCP_PROTO: 'tcp',
    VNEID_PORT_8080_TCP_PORT: '8080',
    VNEID_PORT_8080_TCP_ADDR: '10.96.0.7',
    VNEID_POSTGRES_PORT: 'tcp://10.96.0.8:5432',
    VNEID_POSTGRES_SERVICE_HOST: '10.96.0.8',
  };
  expect(unknownVariables(links)).toEqual([]);
  expect(unknownVariables({ VNEID_POSTGRES_PORT: '5432' })).toHaveLength(1);
});

test('what is not ours by its name is not looked at', () => {
  expect(unknownVariables({ PATH: '/bin', VNEIDX: 'y', MY_VNEID_PORT: '1' })).toEqual([]);
});
