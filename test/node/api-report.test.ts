import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exports } from '../../package.json';
import { apiPage } from '../support/api-page.ts';
import { apiReport } from '../support/api-report.ts';

/** A change of the package's face is a change of this file: `npx vitest run --project node api-report -u`. */
const REPORT = './api-report.txt';
const PAGE = join(import.meta.dirname, '../../docs/api.md');

test('what the package exports is what the report and the docs say', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idb-thread-store-api-'));
  try {
    const compile = ['--project', 'tsconfig.build.json', '--outDir', folder, '--declarationMap', 'false'];
    await promisify(execFile)('node_modules/.bin/tsc', compile);
    const entries = Object.entries(exports).flatMap(([name, target]) =>
      typeof target === 'string'
        ? []
        : [[join('idb-thread-store', name), target.types.replace('./dist', folder)] as const],
    );
    const report = apiReport(Object.fromEntries(entries));
    await expect(report).toMatchFileSnapshot(REPORT);
    // The page follows the report; a release must have it.
    if (process.env['CI'] === undefined) await writeFile(PAGE, apiPage(report));
    expect(await readFile(PAGE, 'utf8')).toBe(apiPage(report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
