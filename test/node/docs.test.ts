import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { IDBFactory } from 'fake-indexeddb';
import { parseSync } from 'rolldown/utils';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { blocksOf, type DocBlock, docPages, linksOf } from '../support/doc-blocks.ts';
import { promisesPage } from '../support/promises-page.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, '../docs/blocks');
// What is generated shows declarations, which are compiled where they come from.
const blocks = docPages.filter((page) => page !== 'docs/api.md').flatMap(blocksOf);
const compiled = blocks.filter(({ language }) => language === 'ts' || language === 'tsx');

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // A module each, also where it imports nothing.
  for (const block of compiled) await writeFile(fileOf(block), `${block.code}export {};\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('every code block of the docs compiles', async () => {
  expect(compiled.length).toBeGreaterThan(20);
  const compiling = promisify(execFile)('node_modules/.bin/tsc', ['--project', 'test/docs', '--noEmit']);
  const { stdout } = await compiling.catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

test.for(blocks.filter(({ runs }) => runs))('$place runs, and prints what it says', async (block) => {
  const printed: string[] = [];
  const print = (...values: unknown[]) =>
    void printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  const body = { textContent: '' };
  vi.stubGlobal('document', { body });
  vi.stubGlobal('indexedDB', new IDBFactory());
  try {
    await import(/* @vite-ignore */ fileOf(block));
  } finally {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
  if (block.prints !== undefined) expect(printed.join('\n')).toBe(block.prints.trimEnd());
  // What a page would show.
  else expect(body.textContent).toContain('How do I sort a list?');
});

test('every other block is of a kind that is known, and well-formed', () => {
  for (const { place, language, code } of blocks) {
    if (language === 'js') expect(parseSync(`${place}.js`, code).errors, place).toEqual([]);
    else expect(['ts', 'tsx', 'sh', 'html', 'text', 'mermaid'], place).toContain(language);
  }
});

test('every page that the docs link to is there', async () => {
  const links = docPages.flatMap((page) => linksOf(page));
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(({ isThere }) => !isThere)).toEqual([]);
});

test('the page of the promises says what SPEC.md and the tests say', async () => {
  const files = ['test', 'src/testing'].flatMap((start) =>
    readdirSync(join(root, start), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `${start}/${path.replaceAll('\\', '/')}`)
      .sort(),
  );
  const texts = files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const spec = readFileSync(join(root, 'src/contract/SPEC.md'), 'utf8');
  const page = promisesPage(spec, texts);
  const path = join(root, 'docs/promises.md');
  // A new rule or test is no failure of the docs: the page follows, but a release must have it.
  if (process.env['CI'] === undefined) await writeFile(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});

function fileOf({ place, language }: DocBlock): string {
  return join(folder, `${place.replaceAll(/\W/g, '-')}.${language}`);
}
