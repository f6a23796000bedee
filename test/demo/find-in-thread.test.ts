import { describe, expect, test } from 'vitest';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { batchPages } from '../../demo/src/find/batch-pages.ts';
import { findInThread, type FoundPage, type Hit } from '../../demo/src/find/find-in-thread.ts';
import { findPattern } from '../../demo/src/find/find-pattern.ts';
import { itemTexts } from '../../demo/src/find/item-texts.ts';
import { importTurns, threadId } from '../everywhere/react/numbered-turns.ts';

describe('a pattern', () => {
  test.each([
    ['straße', 'STRASSE Straße', ['Straße']],
    ['ΣΊΣΥΦΟΣ', 'Σίσυφος', ['Σίσυφος']],
    ['a.b*(c)[d]\\', 'A.B*(C)[D]\\ axb', ['A.B*(C)[D]\\']],
    ['two words', 'two\n  words', ['two\n  words']],
    ['请求', '一个请求和请求', ['请求', '请求']],
    ['😀', 'x😀y', ['😀']],
  ])('finds %s as it is written, in either case', (term, text, found) => {
    expect([...text.matchAll(findPattern(term) ?? /(?!)/g)].map(([match]) => match)).toEqual(found);
  });

  test('finds nothing where nothing is looked for', () => {
    expect(findPattern('  ')).toBeUndefined();
  });
});

describe('finding in a thread', () => {
  test('gives every hit, newest pages first, each page in order', async () => {
    const { pages } = await find(50, (number) => (number % 10 === 3 ? `Needle ${number} needle` : 'hay'));
    expect(pages.map(({ turns }) => turns)).toEqual([8, 8, 8, 8, 8, 8, 2]);
    const hits = pages.toReversed().flatMap((page) => page.hits);
    expect(hits.map(({ ordinal }) => ordinal)).toEqual([3, 3, 13, 13, 23, 23, 33, 33, 43, 43]);
    expect(hits.slice(0, 2)).toMatchObject([
      { turnId: 'turn-3', itemId: 'item-3', indexInItem: 0, name: 'text 0', start: 0 },
      { turnId: 'turn-3', itemId: 'item-3', indexInItem: 1, name: 'text 0', start: 9 },
    ] satisfies Partial<Hit>[]);
    expect(pages.map(({ complete }) => complete)).toEqual([...Array<boolean>(6).fill(false), true]);
  });

  test('told in batches is told whole', async () => {
    const { pages } = await find(50, (number) => (number % 10 === 3 ? 'needle' : 'hay'));
    const batches: FoundPage[] = [];
    for await (const batch of batchPages(each(pages))) batches.push(batch);
    expect(batches[0]).toEqual(pages[0]);
    expect(batches.toReversed().flatMap(({ hits }) => hits)).toEqual(
      pages.toReversed().flatMap(({ hits }) => hits),
    );
    expect(batches.reduce((sum, { turns }) => sum + turns, 0)).toBe(50);
    expect(batches.at(-1)?.complete).toBe(true);
  });

  test('stops where it is told to', async () => {
    const stop = new AbortController();
    const { pages } = await find(
      50,
      () => 'needle',
      stop.signal,
      () => stop.abort(),
    );
    expect(pages).toHaveLength(1);
  });

  test('ends where there are more hits than anybody steps through', async () => {
    const { pages } = await find(50, () => 'needle '.repeat(1000));
    expect(pages).toHaveLength(1);
    expect(pages[0]?.complete).toBe(true);
  });

  test('looks where the viewer shows something, and not into data', () => {
    const image = { type: 'strange', id: 'x', note: 'a note', data: 'A'.repeat(20_000) };
    expect(itemTexts(image)).toEqual([{ name: 'json', text: 'a note', fold: 'fold' }]);
  });
});

async function* each(pages: FoundPage[]): AsyncGenerator<FoundPage> {
  yield* pages;
}

async function find(
  count: number,
  say: (number: number) => string,
  signal = new AbortController().signal,
  onPage?: () => void,
) {
  const store = createMemoryThreadStore();
  await importTurns(store, count, threadId, say);
  const pages = [];
  for await (const page of findInThread(store, threadId, 'needle', signal)) {
    pages.push(page);
    onPage?.();
  }
  return { pages };
}
