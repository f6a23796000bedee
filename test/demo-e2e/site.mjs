import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

/** What is not here is sent as bytes. */
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** What a browser that keeps nothing answers. */
const DENIAL = `Object.defineProperty(globalThis, 'indexedDB', {
  configurable: true,
  get() { throw new DOMException('storage is blocked', 'SecurityError'); },
});`;

/** The page takes scripts from its own origin only; this one is the tests'. */
const AXE = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js');

/**
 * Builds the demo as it is published. A process of its own, for a test's environment would make it another build.
 * @param {string} outDir
 */
export async function buildDemo(outDir) {
  const vite = join(import.meta.dirname, '../../node_modules/vite/bin/vite.js');
  const demo = join(import.meta.dirname, '../../demo');
  const child = spawn(
    process.execPath,
    [vite, 'build', demo, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
    {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the demo could not be built');
}

/**
 * Serves the built demo on an origin of its own, in a folder, as GitHub's pages are.
 * @param {string} folder
 */
export async function serveDemo(folder) {
  let release = 0;
  let deniesStorage = false;
  const server = createServer((request, response) => void respond(request, response));
  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = pathname === '/viewer/' ? '/viewer/index.html' : pathname;
    const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(path))] ?? 'application/octet-stream';
    try {
      if (!path.startsWith('/viewer/')) throw new Error('not here');
      let file = await readFile(
        path === '/viewer/axe.min.js' ? AXE : join(folder, path.slice('/viewer'.length)),
      );
      // Another release has a service worker of another text, which keeps its files under another name.
      if (path === '/viewer/sw.js' && release > 0)
        file = Buffer.from(String(file).replace(/"version":"/, `$&${release}-`));
      if (deniesStorage && extname(path) === '.js') file = Buffer.from(`${DENIAL}\n${String(file)}`);
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}/viewer/`,
    /** Publishes a newer release. */
    publish: () => {
      release++;
    },
    /** Takes IndexedDB away from every page and worker, as a browser does whose user blocked it. */
    denyStorage: () => {
      deniesStorage = true;
    },
    /** Takes the network away, for good. */
    stop,
  };
}
