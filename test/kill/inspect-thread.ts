import type { StoredThreadItem, StoredTurn, ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { numberOf } from './numbered-thread.ts';

/** What a thread holds, seen from all sides. */
export interface Inspection {
  threadId: string;
  /** The numbers of the items, as the history has them. */
  numbers: number[];
  turns: number;
  /** What does not agree, in words. */
  disagreements: string[];
}

/**
 * Reads a thread whole, by its pages and by a replay of its history in a fresh store, and compares.
 * @param isWhole whether nothing of it was rolled back and it is no fork: then its ordinals are those of the replay
 */
export async function inspectThread(
  store: ThreadStoreClient,
  threadId: string,
  isWhole = true,
): Promise<Inspection> {
  const disagreements: string[] = [];
  const agree = (what: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) disagreements.push(what);
  };
  const { items: lines } = await store.loadHistory({ threadId });
  const numbers = numbersOf(lines);
  const pages = await readPages(store, threadId);
  agree('listItems and loadHistory', numbersOf(pages.items), numbers);
  agree(
    'listTurns and loadHistory',
    pages.turns.flatMap(({ items }) => numbersOf(items)),
    numbers,
  );

  const fresh = createMemoryThreadStore();
  const data = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { files } = await fresh.importRollouts([{ name: 'replay.jsonl', data }]);
  agree(
    'the import of the history',
    files.map(({ outcome, rejectedLineCount }) => [outcome, rejectedLineCount]),
    [['imported', 0]],
  );
  // A fork's history begins as its source.
  const replayed = await readPages(fresh, files[0]?.threadId ?? threadId);
  const seen = isWhole ? canonical : withoutOrdinals;
  agree('the items and their replay', seen(pages.items), seen(replayed.items));
  agree('the turns and their replay', seen(pages.turns.map(turnOf)), seen(replayed.turns.map(turnOf)));
  const thread = await store.readThread({ threadId });
  const counted = (what: string, count: number | undefined, there: number) =>
    agree(`${what}, ${count}, and the ${there} that are there`, count, there);
  counted('turnCount', thread.turnCount, pages.turns.length);
  counted('itemCount', thread.itemCount, pages.items.length);
  return { threadId, numbers, turns: pages.turns.length, disagreements };
}

async function readPages(
  store: ThreadStoreClient,
  threadId: string,
): Promise<{ items: StoredThreadItem[]; turns: StoredTurn[] }> {
  const items: StoredThreadItem[] = [];
  const turns: StoredTurn[] = [];
  const request = { threadId, sortDirection: 'asc', pageSize: 37 } as const;
  let cursor: string | undefined;
  do {
    const page = await store.listItems({ ...request, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  do {
    const page = await store.listTurns({ ...request, itemsView: 'full', cursor });
    turns.push(...page.turns);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { items, turns };
}

function numbersOf(values: readonly unknown[]): number[] {
  return values.map(numberOf).filter((number) => number !== undefined);
}

function turnOf({ turnId, ordinal, status, itemCount, items }: StoredTurn): object {
  const ended = status === 'inProgress' ? 'interrupted' : status;
  return { turnId, ordinal, status: ended, itemCount, items: canonical(items) };
}

/** Values whose fields are in one order. */
function canonical(values: readonly object[]): unknown[] {
  return values.map((value) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutOrdinals(values: readonly object[]): unknown[] {
  return canonical(values.map((value) => ({ ...value, ordinal: 0, updatedAtOrdinal: 0 })));
}
