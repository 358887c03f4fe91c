import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startVneid } from '../../src/index.ts';
import { everyOperation } from '../../src/lab/operations.ts';
import { an } from '../support/relying-party.ts';

/** An agent drives the bench by the Model Context Protocol, through the program that its user would start. */
let vneid: Instance;
const agent = new Client({ name: 'an-agent', version: '1' });
beforeAll(async () => {
  vneid = await startVneid();
  const args = ['src/main.js', 'mcp', '--url', vneid.issuer];
  await agent.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'inherit' }));
});
afterAll(async () => {
  await agent.close();
  await vneid.stop();
});

const call = async (name: string, input: Record<string, unknown>) => {
  const { content, isError = false } = await agent.callTool({ name, arguments: input });
  const [first] = content as { text: string }[];
  return { isError, answer: JSON.parse(first?.text ?? '') as Record<string, unknown> };
};

test('every operation is a tool, with its shape and a sentence', async () => {
  const { tools } = await agent.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(everyOperation.map(({ name }) => name.replace('.', '_')).sort());
  for (const { name, description, inputSchema } of tools) {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect([name, description?.length ?? 0]).toEqual([name, expect.any(Number)]);
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
  }
});

test('an agent is told which of them only read, and after which something is gone', async () => {
  const { tools } = await agent.listTools();
  const named = (hint: 'readOnlyHint' | 'destructiveHint') =>
    tools.filter(({ annotations }) => annotations?.[hint]).map(({ name }) => name);
  expect(named('readOnlyHint')).toEqual(expect.arrayContaining(['phones_get', 'state_export', 'tenants_list']));
  expect(named('destructiveHint')).toEqual(
    expect.arrayContaining(['tenants_remove', 'faults_clearAll', 'state_import', 'state_reset']),
  );
  expect(named('readOnlyHint').filter((name) => named('destructiveHint').includes(name))).toEqual([]);
});

test('a tool does what it says, on the running program', async () => {
  expect(await call('phones_face', { number: an.number, face: 'differs' })).toMatchObject({
    isError: false,
    answer: { phone: { face: 'differs' } },
  });
  expect(await vneid.control.phones.get({ number: an.number })).toMatchObject({ phone: { face: 'differs' } });
});

test('what cannot be done says why, and what would be right', async () => {
  expect(await call('phones_approve', { number: an.number })).toMatchObject({
    isError: true,
    answer: { code: 'approval.none', message: { vi: expect.any(String) }, next: { en: expect.any(String) } },
  });
  // without a name it would be all of them
  const nameless = await agent.callTool({ name: 'faults_clear', arguments: { id: '' } });
  expect([nameless.isError, JSON.stringify(nameless.content)]).toEqual([true, expect.stringContaining('id')]);
  const strange = await agent.callTool({ name: 'phones_face', arguments: { number: an.number, face: 'x' } });
  expect([strange.isError, JSON.stringify(strange.content)]).toEqual([true, expect.stringContaining('matches')]);
});
