/** The tests of the hooks, run again with the oldest React that the package takes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');

test('the hooks do with React 18.0 all that they do with 19', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idb-thread-store-react18-'));
  try {
    const dependencies = { react: '18.0.0', 'react-dom': '18.0.0' };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
    const config = 'test/bundlers/react18/vitest.config.ts';
    const args = ['--no-install', 'vitest', 'run', '--root', '.', '--config', config];
    const env = { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', REACT_18: folder };
    const { stdout } = await execute('npx', args, { cwd: root, env }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/Test Files\s+2 passed \(2\)/);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
