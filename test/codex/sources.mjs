import { createServer } from 'vite';

/** Loads the sources, which are TypeScript: this Node does not read that by itself. */
export async function openSources() {
  const vite = await createServer({
    configFile: false,
    root: new URL('../..', import.meta.url).pathname,
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  return {
    /** @param {string} path from the project's folder, as `/src/index.ts` @returns {Promise<any>} the module */
    load: (path) => vite.ssrLoadModule(path),
    close: () => vite.close(),
  };
}
