import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

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

/** Writes the licences of the packages whose code is in the files of this build. */
const licenses = (fileName: string): Plugin => ({
  name: 'licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = new Set(modules.filter((id) => id.includes('/node_modules/')).map(packageFolder));
    const source = [...folders].sort().map(licenseOf).join('\n\n');
    if (source) this.emitFile({ type: 'asset', fileName, source });
  },
});

function packageFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(join(folder, 'LICENSE')) ? folder : packageFolder(folder);
}

function licenseOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
}

const common = {
  platform: 'browser',
  transform: { target: 'es2022' },
} satisfies RolldownOptions;

/** What pages, workers of an app's own and Node import. Nothing is left to import but what an app brings itself. */
export const modules = {
  ...common,
  input: {
    index: 'src/index.ts',
    direct: 'src/direct.ts',
    memory: 'src/memory/index.ts',
    'app-server': 'src/app-server/index.ts',
    react: 'src/react/index.ts',
    'ai-sdk': 'src/ai-sdk/index.ts',
    'assistant-ui': 'src/assistant-ui/index.ts',
    'tanstack-ai': 'src/tanstack-ai/index.ts',
    testing: 'src/testing/index.ts',
  },
  external: ['react', 'vitest', '@assistant-ui/react'],
  plugins: [workerBesidePage, licenses('licenses.txt')],
  output: {
    dir: 'dist',
    cleanDir: true,
    // Lies flat, so that './worker.js' is right from whichever file holds it.
    chunkFileNames: '[name].js',
    // A package each in a file of its own: what an app does not need of them stays out of its bundle.
    codeSplitting: {
      groups: [{ debugName: 'packages', test: /node_modules/, name: (id) => basename(packageFolder(id)) }],
    },
  },
} satisfies RolldownOptions;

/** The worker: one file with no imports, since bundlers and people copy it anywhere. */
export const worker = {
  ...common,
  input: 'src/worker/index.ts',
  plugins: [licenses('worker-licenses.txt')],
  output: {
    file: 'dist/worker.js',
    codeSplitting: false,
    minify: true,
    // The sources are in the package beside it.
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
} satisfies RolldownOptions;

export default defineConfig([modules, worker]);
