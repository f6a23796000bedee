import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A fenced block of a page of the docs. */
export interface DocBlock {
  /** Where it is: the page and the line, as `docs/react.md:12`. */
  place: string;
  /** The language, as `ts`. */
  language: string;
  /** Whether it is to be run. */
  runs: boolean;
  code: string;
  /** What it must print: the block `text` right behind it. */
  prints?: string;
}

const root = new URL('../../', import.meta.url);

/** The pages of the docs, from the root. */
export const docPages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): DocBlock[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const blocks: DocBlock[] = [];
  for (const match of text.matchAll(/^```(\w*)( run)?\n(.*?)^```$(\n+```text\n(.*?)^```$)?/gms)) {
    const [, language = '', run, code = '', , prints] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const block = { place: `${page}:${line}`, language, runs: run !== undefined, code };
    blocks.push(prints === undefined ? block : { ...block, prints });
  }
  return blocks;
}

/** The links of a page to files of the repository, and whether they are there. */
export function linksOf(page: string): { page: string; link: string; isThere: boolean }[] {
  const text = readFileSync(new URL(page, root), 'utf8').replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(https?:|#)/.test(link))
    .map((link) => {
      const [path = ''] = link.split('#');
      return { page, link, isThere: existsSync(new URL(path, new URL(page, root))) };
    });
}
