// A server of the Model Context Protocol with three tools: one answers with what it was given, one fails, one gives data.
import { createInterface } from 'node:readline';

/** @type {Record<string, (args: unknown) => object>} */
const tools = {
  echo: (args) => ({ content: [{ type: 'text', text: JSON.stringify(args) }] }),
  plain: () => ({ content: [{ type: 'text', text: 'said plainly' }] }),
  fails: () => ({ content: [{ type: 'text', text: 'it failed' }], isError: true }),
  rich: () => ({
    content: [
      { type: 'text', text: 'x' },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ],
    structuredContent: { a: 1 },
    _meta: { m: 1 },
  }),
};

/** @type {Record<string, (params: any) => object | undefined>} */
const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'tiny', version: '1' },
  }),
  'tools/list': () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      description: name,
      inputSchema: { type: 'object', properties: {} },
      annotations: { readOnlyHint: true },
    })),
  }),
  'tools/call': ({ name, arguments: args }) => tools[name]?.(args),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = methods[method]?.(params);
  const answer = result ? { result } : { error: { code: -32601, message: 'there is no such thing' } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`);
});
