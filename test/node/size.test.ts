/** What an app pays for the package, in kB of minified and gzipped code (issue: the page 4, the worker 24, an adapter 2). */
import { gzipSync } from 'node:zlib';
import { minifySync } from 'rolldown/utils';
import { rolldown, type InputOptions, type OutputChunk, type OutputOptions, type Plugin } from 'rolldown';
import { expect, test } from 'vitest';
import { modules, worker } from '../../rolldown.config.ts';

const KB = 1000;

type BuildOptions = InputOptions & { output?: OutputOptions };

test.for([
  // What a page loads whose worker starts: all that `openThreadStore` needs. Comlink is 1.7 of it.
  {
    title: 'the page',
    code: "import { openThreadStore } from './src/index.ts'; void openThreadStore();",
    budget: 4,
  },
  { title: 'all of the page entry', code: "export * from './src/index.ts'", budget: 7.7 },
])('$title is at most $budget kB', async ({ code, budget }) => {
  const chunks = await bundle(code);
  expect(kilobytes(chunks)).toBeLessThanOrEqual(budget);
  expectNoStore(chunks);
});

test('the worker is at most 48.3 kB', async () => {
  const chunks = await generate(worker);
  expect(kilobytes(chunks)).toBeLessThanOrEqual(48.3);
  // Only an import of such files loads what unpacks zstd, in a worker of its own.
  expect(modulesOf(chunks).filter((id) => id.includes('fzstd'))).toEqual([]);
});

/**
 * Why the worker is no 24 kB: each part by itself, so that their sum is a little more than the whole. What every
 * generation of rollout files means, and the rows that keep it, come to that already.
 */
test.for([
  { part: 'src/idb', budget: 17.55 },
  { part: 'src/rollout', budget: 13.2 },
  { part: 'src/memory', budget: 4.9 },
  { part: 'src/contract', budget: 4.4 },
  { part: 'src/import', budget: 4.65 },
  { part: 'src/history', budget: 2.8 },
  { part: 'valibot', budget: 2.6 },
  { part: 'comlink', budget: 1.8 },
])('$part is at most $budget kB of the worker', async ({ part, budget }) => {
  const [chunk] = await generate({ ...worker, output: { ...worker.output, minify: false } });
  const code = Object.entries(chunk?.modules ?? {})
    .flatMap(([id, module]) => (id.includes(`/${part}/`) ? (module.code ?? '') : []))
    .join('\n');
  const { code: small } = minifySync('part.js', code, { module: true, compress: { unused: false } });
  const size = gzipSync(small, { level: 9 }).length / KB;
  // The part is there at all.
  expect(size).toBeGreaterThan(1);
  expect(size).toBeLessThanOrEqual(budget);
});

test.for([
  { entry: 'react/index', budget: 3.95 },
  // What the three adapters share: messages to turns and back, also while an answer streams. An app has it once.
  { entry: 'chat/message-log', budget: 2.55 },
])('$entry adds at most $budget kB to a page that writes threads', async ({ entry, budget }) => {
  const chunks = await pageWith(entry);
  expect(kilobytes(chunks) - kilobytes(await pageWith())).toBeLessThanOrEqual(budget);
  expectNoStore(chunks);
});

test.for([
  { entry: 'ai-sdk', budget: 0.3 },
  { entry: 'tanstack-ai', budget: 0.45 },
  { entry: 'assistant-ui', budget: 1.7 },
])('$entry adds at most $budget kB to what the adapters share', async ({ entry, budget }) => {
  const chunks = await pageWith('chat/message-log', `${entry}/index`);
  expect(kilobytes(chunks) - kilobytes(await pageWith('chat/message-log'))).toBeLessThanOrEqual(budget);
  expectNoStore(chunks);
});

test('nothing makes code of text, which a strict Content-Security-Policy forbids', async () => {
  const chunks = [...(await generate(worker)), ...(await bundle("export * from './src/direct.ts'"))];
  expect(chunks.filter(({ code }) => /\b(eval|Function)\(/.test(code))).toEqual([]);
});

/** What a page loads that writes threads, with some modules of `src`. */
function pageWith(...entries: string[]): Promise<OutputChunk[]> {
  const names = entries.map((entry) => `export * from './src/${entry}.ts';`);
  return bundle(`export { LiveThread, openThreadStore } from './src/index.ts'; ${names.join('')}`);
}

function expectNoStore(chunks: OutputChunk[]): void {
  expect(modulesOf(chunks).filter((id) => /valibot|src\/(idb|memory|import)\//.test(id))).toEqual([]);
}

/** Bundles a module of an app that stands at the repository's root. */
async function bundle(code: string): Promise<OutputChunk[]> {
  const id = new URL('../../app.ts', import.meta.url).pathname;
  const app: Plugin = {
    name: 'app',
    resolveId: (source) => (source === 'app' ? id : null),
    load: (path) => (path === id ? code : null),
  };
  const { platform, transform, external } = modules;
  return staticallyLoaded(
    await generate({
      input: 'app',
      platform,
      transform,
      external,
      plugins: [app],
      // As Vite builds an app: what it shares with the code that it loads on demand stays in its own file, and what
      // licences say of themselves stands elsewhere.
      preserveEntrySignatures: 'allow-extension',
      output: { comments: { legal: false } },
    }),
  );
}

async function generate({ output: outputOptions, ...options }: BuildOptions): Promise<OutputChunk[]> {
  const build = await rolldown(options);
  const { output } = await build.generate({ ...outputOptions, minify: true, sourcemap: false });
  await build.close();
  return output.filter((file) => file.type === 'chunk');
}

/** The entry and what it imports; not what is imported on demand. */
function staticallyLoaded(chunks: OutputChunk[]): OutputChunk[] {
  const loaded = new Set(chunks.filter((chunk) => chunk.isEntry));
  for (const { imports } of loaded)
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  return [...loaded];
}

function kilobytes(chunks: OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / KB;
}

function modulesOf(chunks: OutputChunk[]): string[] {
  return chunks.flatMap(({ modules }) =>
    Object.entries(modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? id : [])),
  );
}
