import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  const server = await startServer(codex, home);
  try {
    await body(server.call);
  } finally {
    await server.stop();
  }
}

/**
 * Like {@link withServer}, until it is stopped.
 * @param {string} codex
 * @param {string} home
 * @param {(method: string) => object} [decide] what to answer to the server's own requests
 */
export async function startServer(codex, home, decide = () => ({})) {
  const server = spawn(codex, ['app-server'], {
    env: {
      ...process.env,
      CODEX_HOME: home,
      HTTPS_PROXY: NOWHERE,
      HTTP_PROXY: NOWHERE,
      NO_PROXY: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  /** @type {Map<number, { resolve: (answer: RpcAnswer) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {Set<(method: string, params: any) => void>} */
  const listeners = new Set();
  const send = (/** @type {object} */ message) => server.stdin.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: server.stdout }).on('line', (line) => {
    const { id, method, params, result, error } = JSON.parse(line);
    if (method !== undefined && id !== undefined) send({ id, result: decide(method) });
    else if (method !== undefined) for (const listener of listeners) listener(method, params);
    else {
      waiting.get(id)?.resolve(error ? { error } : { result });
      waiting.delete(id);
    }
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
      send({ id, method, params });
    });
  await call('initialize', {
    clientInfo: { name: 'check', version: '0' },
    capabilities: { experimentalApi: true },
  });
  send({ method: 'initialized' });
  return {
    call,
    /**
     * What the server tells next by a method of some thread.
     * @param {string} expected @param {string} threadId @returns {Promise<void>}
     */
    told: (expected, threadId) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`${expected} was not told of ${threadId}`));
        }, 15_000);
        const listener = (/** @type {string} */ method, /** @type {any} */ params) => {
          if (method !== expected || params.threadId !== threadId) return;
          clearTimeout(late);
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    /** @param {'SIGTERM' | 'SIGKILL'} [signal] */
    stop: async (signal = 'SIGTERM') => {
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    },
  };
}
