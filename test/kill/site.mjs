import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { defaultClientConditions } from 'vite';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/**
 * Bundles pages from source, as an app would.
 * @param {string} outDir
 * @param {string} root the folder of the pages
 * @param {string[]} pages
 */
export async function buildSite(outDir, root = import.meta.dirname, pages = ['index.html', 'tab.html']) {
  await build({
    configFile: false,
    logLevel: 'warn',
    root,
    resolve: { conditions: ['@idb-thread-store/source', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      rolldownOptions: { input: pages.map((page) => join(root, page)) },
    },
  });
}

/**
 * Serves the bundled pages, and hands all other requests to `answer`.
 * @param {string} folder
 * @param {(path: string, body: string) => unknown} answer gives what is sent as JSON
 */
export async function serveSite(folder, answer) {
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const extension = /** @type {keyof typeof TYPES} */ (extname(pathname));
    try {
      if (extension in TYPES) {
        const file = await readFile(join(folder, pathname));
        response.writeHead(200, { 'content-type': TYPES[extension] }).end(file);
        return;
      }
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const text = JSON.stringify(answer(pathname, body) ?? {});
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    } catch {
      // A page that dies in the middle of a request is what this is about.
      if (!response.headersSent) response.writeHead(404);
      response.end();
    }
  }
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
