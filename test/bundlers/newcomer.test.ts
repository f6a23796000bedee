/** A newcomer does what the README says first, line by line, in an empty folder. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { demand } from '../environments/browsers.mjs';
import { blocksOf } from '../support/doc-blocks.ts';
import { serve, Workplace } from './workplace.ts';

const execute = promisify(execFile);

test('the first recipe of the README works in an empty Vite app', async () => {
  const [commands, main] = blocksOf('README.md');
  expect([commands?.language, main?.language]).toEqual(['sh', 'ts']);
  await using workplace = await Workplace.open();
  let folder = await workplace.emptyFolder('newcomer');
  for (const line of commands?.code.trim().split('\n') ?? []) {
    const [command = '', ...words] = line.split(' ');
    if (command === 'cd') folder = join(folder, words.join(' '));
    else {
      // The package is not taken from the registry but from here.
      const args = words.map((word) => (word === 'idb-thread-store' ? workplace.packed : word));
      // Where nobody sits before it, npm's question whether to fetch create-vite is answered beforehand.
      await execute(command, args, {
        cwd: folder,
        env: { ...process.env, CI: 'true', npm_config_yes: 'true' },
      });
    }
  }
  await writeFile(join(folder, 'src/main.ts'), main?.code ?? '');
  // The template's own type check and build.
  await execute('npm', ['run', 'build'], { cwd: folder });

  const viteDev = ['vite', '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'];
  await using site = await serve(folder, viteDev);
  const [executablePath = ''] = demand('chromium');
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    for (const visit of [1, 2, 3]) {
      await page.goto(site.url);
      await page.getByText(`${visit} threads, the newest: `).waitFor();
      expect(await page.locator('body').textContent()).toContain('Use toSorted().');
    }
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
