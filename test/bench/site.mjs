import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'vite';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.data': 'application/octet-stream',
};

/** Without these a page's clock is coarse, and SQLite and PGlite do without shared memory. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Bundles the bench's page as an app would be, for production. `idb-thread-store` is what its package exports: dist.
 * @param {string} outDir
 */
export async function buildSite(outDir) {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, 'page'),
    worker: { format: 'es' },
    // Peers bring WebAssembly that they look for beside themselves.
    assetsInclude: ['**/*.data'],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 10_000,
    },
  });
}

/**
 * Serves the bundle, and hands commands to the page in it.
 * @param {string} folder
 */
export async function serveSite(folder) {
  /** @type {{ text: string, done: (answer: { value?: unknown, error?: string }) => void }[]} */
  const waiting = [];
  /** @type {(typeof waiting)[number] | undefined} */
  let current;
  /** The page asks before there is a command, or after it. */
  let wake = () => {};

  const server = createServer((request, response) => {
    void respond(request, response);
  });
  // A page may think for minutes.
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/command') {
      while (waiting.length === 0) await new Promise((resolve) => (wake = () => resolve(undefined)));
      current = waiting.shift();
      response.writeHead(200, { 'content-type': 'application/json' }).end(current?.text);
    } else if (pathname === '/answer') {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.writeHead(204).end();
      current?.done(JSON.parse(body));
    } else {
      const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(pathname))] ?? 'text/plain';
      const file = await readFile(join(folder, pathname)).catch(() => undefined);
      response.writeHead(file ? 200 : 404, { 'content-type': type, ...ISOLATED }).end(file);
    }
  }

  return {
    url: `http://127.0.0.1:${address.port}/index.html`,
    /**
     * Has the page run a command, and gives what it answers.
     * @param {string} name
     * @param {...unknown} args
     * @returns {Promise<any>}
     */
    ask(name, ...args) {
      return new Promise((resolve, reject) => {
        const done = (/** @type {{ value?: unknown, error?: string }} */ { value, error }) =>
          error === undefined ? resolve(value) : reject(new Error(`${name}: ${error}`));
        waiting.push({ text: JSON.stringify({ name, args }), done });
        wake();
      });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
