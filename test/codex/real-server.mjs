import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @typedef {{ result?: any, error?: { code: number, message: string } }} RpcAnswer */
/** @typedef {(method: string, params: unknown) => Promise<RpcAnswer>} Call */

/** What keeps a Codex home at rest: a provider that is never asked, and no look for plugins. */
export const QUIET_CONFIG = `model_provider = "mock"
[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:9/v1"
[features]
plugins = false
`;

// Nothing of this leaves the machine: whatever the server wants of the network goes to a port where nobody listens.
const NOWHERE = 'http://127.0.0.1:9';

/**
 * Runs the app-server of a real Codex over a home, introduced as a client that takes experimental methods.
 * @param {string} codex the binary
 * @param {string} home
 * @param {(call: Call) => Promise<void>} body
 */
export async function withServer(codex, home, body) {
  const server = spawn(codex, ['app-server'], {
    env: { ...process.env, CODEX_HOME: home, HTTPS_PROXY: NOWHERE, HTTP_PROXY: NOWHERE },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  /** @type {Map<number, { resolve: (answer: RpcAnswer) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  createInterface({ input: server.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    waiting.get(id)?.resolve(error ? { error } : { result });
    waiting.delete(id);
  });
  server.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`codex ended with ${code}`));
  });
  let last = 0;
  /** @type {Call} */
  const call = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      server.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  try {
    await call('initialize', {
      clientInfo: { name: 'check', version: '0' },
      capabilities: { experimentalApi: true },
    });
    server.stdin.write(`${JSON.stringify({ method: 'initialized' })}\n`);
    await body(call);
  } finally {
    server.kill();
  }
}
