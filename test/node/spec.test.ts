import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const spec = readFileSync(new URL('src/contract/SPEC.md', root), 'utf8');
const rules = [...spec.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, rule = '']) => rule);
const tested = new Set(
  ['test', 'src/testing']
    .flatMap(sourcesIn)
    .flatMap((text) =>
      [...text.matchAll(/['"`](?:[^'"`\n]*: )?\[([A-Z]\d+)\] /g)].map(([, rule = '']) => rule),
    ),
);

test('every rule of SPEC.md has a test', () => {
  expect(rules.length).toBeGreaterThan(50);
  expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
});

test('every number in a title of a test is a rule of SPEC.md', () => {
  expect([...tested].filter((rule) => !rules.includes(rule))).toEqual([]);
});

test('every rule that README names for what happens is one of SPEC.md', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('## What happens when');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\|.*\| ([^|]*) \|$/gm)].slice(2);
  expect(rows.length).toBeGreaterThan(15);
  const named = rows.map(([, cell = '']) => cell.match(/[A-Z]\d+/g) ?? []);
  expect(named.filter((names) => names.length === 0)).toEqual([]);
  expect(named.flat().filter((rule) => !rules.includes(rule))).toEqual([]);
});

test('no number stands for two rules, and each stands in the group of its letter', () => {
  expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
  for (const group of spec.split(/^## /m).slice(1)) {
    const letters = [...group.matchAll(/^- \*\*([A-Z])\d+\*\* /gm)].map(([, letter]) => letter);
    expect(new Set(letters)).toEqual(new Set(letters.length > 0 ? [group[0]] : []));
  }
});

/** The text of every TypeScript file in a folder. */
function sourcesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(`${folder}/${path}`, root), 'utf8'));
}
