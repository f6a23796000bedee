import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig, type OutputOptions, type Plugin, type RolldownOptions } from 'rolldown';

/**
 * In source a worker is a file of `../worker/`; in dist it lies beside the page entry. The rest of
 * `new Worker(new URL(…, import.meta.url), …)` stays word for word: bundlers look for exactly that text.
 */
const workersBesidePage: Plugin = {
  name: 'workers-beside-page',
  transform: {
    filter: { code: 'new Worker(' },
    handler: (code) =>
      code.replace(
        /new URL\((['"])\.\.\/worker\/(index|zstd)\.ts\1,\s*import\.meta\.url\)/,
        (_, _quote, name) => `new URL('./${name === 'zstd' ? 'zstd-worker' : 'worker'}.js', import.meta.url)`,
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

/** The folder of the package that a file in `node_modules` is of. */
function packageFolder(file: string): string {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  if (folder === undefined) throw new Error(`${file} is in no package`);
  return folder;
}

function licenseOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} has no licence`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
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
  plugins: [workersBesidePage, licenses('licenses.txt')],
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

/** A worker is one file with no imports, since bundlers and people copy it anywhere. */
const workerOutput = {
  codeSplitting: false,
  minify: true,
  // The sources are in the package beside it.
  sourcemap: true,
  sourcemapExcludeSources: true,
} satisfies OutputOptions;

/** The store's worker. */
export const worker = {
  ...common,
  input: 'src/worker/index.ts',
  resolve: { alias: { fzstd: join(import.meta.dirname, 'src/worker/no-zstd.ts') } },
  plugins: [licenses('worker-licenses.txt')],
  output: { file: 'dist/worker.js', ...workerOutput },
} satisfies RolldownOptions;

/** The worker that unpacks zstd, which only an import of such files loads. */
const zstdWorker = {
  ...common,
  input: 'src/worker/zstd.ts',
  plugins: [licenses('zstd-worker-licenses.txt')],
  output: { file: 'dist/zstd-worker.js', ...workerOutput },
} satisfies RolldownOptions;

export default defineConfig([modules, worker, zstdWorker]);
