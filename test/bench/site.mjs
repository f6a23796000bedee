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
 * @param {number} [port] default: any that is free
 */
export async function serveSite(folder, port = 0) {
  /** @type {{ text: string, done: (answer: { value?: unknown, error?: string }) => void }[]} */
  const waiting = [];
  /** @type {(typeof waiting)[number] | undefined} */
  let current;
  /** The page's question for a command, until there is one. */
  /** @type {import('node:http').ServerResponse | undefined} */
  let asked;
  const hand = () => {
    if (!asked || waiting.length === 0) return;
    current = waiting.shift();
    asked.writeHead(200, { 'content-type': 'application/json' }).end(current?.text);
    asked = undefined;
  };

  const server = createServer((request, response) => {
    void respond(request, response);
  });
  // A page may think for minutes.
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/command') {
      asked = response;
      // A browser that ends asks no more.
      response.on('close', () => {
        if (asked === response) asked = undefined;
      });
      hand();
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
    port: address.port,
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
        hand();
      });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
