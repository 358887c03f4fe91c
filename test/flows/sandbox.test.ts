import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { testClient } from '../support/relying-party.ts';

/** In a shared deployment the lab is not there for anyone without the operator's token. */
let vneid: Instance;
const operatorToken = 'an-operator-token-of-forty-characters-xx';
const labPaths = [
  '/lab/inbox/001085000001',
  '/lab/api/inbox/001085000001',
  '/lab',
  '/lab/',
  '/lab/anything',
  '/lab/api/openapi.json',
];

beforeAll(async () => {
  vneid = await startVneid({
    mode: 'sandbox',
    issuer: 'https://id.example',
    trustProxy: true,
    operatorToken,
    clients: [testClient],
  });
});
afterAll(() => vneid.stop());

function ask(path: string, authorization?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'id.example', 'x-forwarded-proto': 'https', ...(authorization && { authorization }) };
    request({ port: vneid.port, host: '127.0.0.1', path, headers }, (answer) => {
      let body = '';
      answer
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

test.each(labPaths)('%s is not there without the token', async (path) => {
  const nowhere = await ask('/nowhere');
  for (const authorization of [
    undefined,
    'Bearer',
    'Bearer wrong',
    `Basic ${operatorToken}`,
    operatorToken,
    `Bearer ${operatorToken}x`,
    'Bearer ',
  ]) {
    const { status, body } = await ask(path, authorization);
    expect(status).toBe(404);
    expect(JSON.parse(body).message).toEqual(JSON.parse(nowhere.body).message);
  }
});

test('with it, it is', async () => {
  for (const path of labPaths.slice(0, 2)) expect((await ask(path, `Bearer ${operatorToken}`)).status).toBe(200);
});

test('without a token set there is no way in', async () => {
  await using shut = await startVneid({
    mode: 'sandbox',
    issuer: 'https://id.example',
    allowedHosts: ['x'],
    clients: [testClient],
  });
  const answer = await fetch(`http://localhost:${shut.port}/lab/api/inbox/001085000001`, {
    headers: { authorization: 'Bearer ' },
  });
  expect([404, 421]).toContain(answer.status);
});

test('the home page gives away neither password nor inbox', async () => {
  const { body } = await ask('/');
  expect(body).not.toContain('Hanoi@2024');
  expect(body).not.toContain('/lab/inbox');
});

test('an issuer that is not https is refused, and so is a short token', async () => {
  await expect(startVneid({ mode: 'sandbox', issuer: 'http://id.example' })).rejects.toMatchObject({
    code: 'config.invalid',
  });
  await expect(
    startVneid({ mode: 'sandbox', issuer: 'https://id.example', operatorToken: 'short' }),
  ).rejects.toMatchObject({ code: 'config.invalid' });
});
