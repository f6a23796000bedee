import { defineConfig, type Plugin } from 'rolldown';

/**
 * In source the worker is `../worker/index.ts`; in dist it is `worker.js` beside the page entry. The rest of
 * `new Worker(new URL(…, import.meta.url), …)` stays word for word: bundlers look for exactly that text.
 */
const workerBesidePage: Plugin = {
  name: 'worker-beside-page',
  transform: {
    filter: { code: '../worker/index.ts' },
    handler: (code) =>
      code.replace(
        /new URL\((['"])\.\.\/worker\/index\.ts\1,\s*import\.meta\.url\)/,
        "new URL('./worker.js', import.meta.url)",
      ),
  },
};

const common = {
  platform: 'browser',
  transform: { target: 'es2022' },
} as const;

export default defineConfig([
  {
    ...common,
    input: {
      index: 'src/index.ts',
      direct: 'src/direct.ts',
      memory: 'src/memory/index.ts',
      'app-server': 'src/app-server/index.ts',
      testing: 'src/testing/index.ts',
    },
    // Packages stay imports: an app shares them with its own code.
    external: /^[^./]/,
    plugins: [workerBesidePage],
    // Shared chunks lie flat in dist/, so that './worker.js' is right from whichever file holds it.
    output: { dir: 'dist', cleanDir: true, chunkFileNames: '[name].js' },
  },
  {
    // One file with no imports: it may be copied anywhere, by any bundler or plain server.
    ...common,
    input: 'src/worker/index.ts',
    output: { file: 'dist/worker.js', codeSplitting: false },
  },
]);
