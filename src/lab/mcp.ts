import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { isDestructive } from './operation.ts';
import { everyOperation } from './operations.ts';
import { ask, type Place } from './remote.ts';

/**
 * The operations as tools of a Model Context Protocol server: `phones.approve` is the tool `phones_approve`.
 * @param place the running instance that does what the tools say
 */
export function mcpServer(place: Place): McpServer {
  const server = new McpServer(
    { name: 'vneid', version: '1' },
    {
      instructions:
        'Drives an emulator of VNeID, the electronic identity of Viet Nam: citizens, phones, one-time codes, relying parties, time, ' +
        `faults, at ${place.url}. Everyone in it is synthetic. The citizen 001085000001 is always there, with the password Hanoi@2024.`,
    },
  );
  for (const { name, operation } of everyOperation) {
    server.registerTool(
      name.replace('.', '_'),
      {
        description: `${operation.about.en} · ${operation.about.vi}`,
        inputSchema: operation.input,
        annotations: {
          readOnlyHint: operation.method === 'GET',
          destructiveHint: isDestructive(operation),
          openWorldHint: false,
        },
      },
      async (input: Record<string, unknown>) => {
        const { ok, answer } = await ask(place, operation, input);
        return { isError: !ok, content: [{ type: 'text' as const, text: JSON.stringify(answer, null, 2) }] };
      },
    );
  }
  return server;
}

/** Serves them on standard input and output until the other side closes it. */
export function serveMcp(place: Place): void {
  serveStdio(() => mcpServer(place));
}
