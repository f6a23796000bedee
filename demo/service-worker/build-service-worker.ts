import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { transformWithOxc, type Plugin } from 'vite';

/** Writes `sw.js` beside the built page, with the names of all files there are by then. */
export function buildServiceWorker(): Plugin {
  const source = join(import.meta.dirname, 'service-worker.ts');
  let folder = '';
  return {
    name: 'build-service-worker',
    apply: 'build',
    enforce: 'post',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    // Only then are the files of the public folder there, too.
    async closeBundle() {
      const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
      const release = JSON.stringify(releaseOf(folder, code));
      writeFileSync(join(folder, 'sw.js'), `const release = ${release};\n${code}`);
    },
  };
}

/** The files under a folder, and a hash of all of them and of the code that will keep them. */
function releaseOf(folder: string, code: string): { version: string; files: string[] } {
  const hash = createHash('sha256').update(code);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
  for (const path of paths) hash.update(path).update(readFileSync(join(folder, path)));
  // Servers answer the page's own name with a redirect to its folder, which may not answer a navigation.
  const files = paths.map((path) => (path === 'index.html' ? './' : `./${path}`));
  return { version: hash.digest('hex').slice(0, 12), files };
}
