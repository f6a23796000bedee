import type { StoredTurn, ThreadStore } from 'idb-thread-store';
import { findPattern } from './find-pattern.ts';
import { itemTexts } from './item-texts.ts';

/** A place where the text that was looked for is. */
export interface Hit {
  /** The turn's. */
  ordinal: number;
  turnId: string;
  itemId: string;
  /** Which of the item's hits this is, from 0. */
  indexInItem: number;
  /** The name of the item's text, as `Piecewise` knows it, and of the fold that hides it. */
  name: string;
  fold?: string;
  /** Whether that text is shown as Markdown. */
  rich?: true;
  /** Where in that text it begins, in code units. */
  start: number;
}

/** What was found in a page of turns. */
export interface FoundPage {
  /** In the order of the thread. All of them are before those of the pages that came earlier. */
  hits: Hit[];
  /** How many turns the page had. */
  turns: number;
  /** Whether this was the last page: the thread's first turns, or as much as is looked for. */
  complete: boolean;
}

/** A page of whole turns is held in memory at once, and a turn can be megabytes. */
const pageSize = 8;
/** Nobody steps through more; beyond it the search ends. */
const mostHits = 5000;

/**
 * Finds a text in a thread, word for word, in upper and lower case alike, from the newest turn back. Reads a few turns
 * at a time, and stops when its reader does.
 */
export async function* findInThread(
  store: ThreadStore,
  threadId: string,
  term: string,
  signal: AbortSignal,
): AsyncGenerator<FoundPage> {
  const pattern = findPattern(term);
  let cursor: string | undefined;
  let count = 0;
  while (pattern !== undefined && !signal.aborted) {
    const page = await store.listTurns({
      threadId,
      includeArchived: true,
      itemsView: 'full',
      pageSize,
      sortDirection: 'desc',
      cursor,
    });
    if (signal.aborted) return;
    const hits = page.turns.toReversed().flatMap((turn) => hitsOf(turn, pattern));
    count += hits.length;
    cursor = page.nextCursor;
    const complete = cursor === undefined || count >= mostHits;
    yield { hits, turns: page.turns.length, complete };
    if (complete) return;
  }
}

function hitsOf(turn: StoredTurn, pattern: RegExp): Hit[] {
  const { ordinal, turnId } = turn;
  return turn.items.flatMap((item) => {
    let indexInItem = 0;
    return itemTexts(item).flatMap(({ name, text, fold, rich }) =>
      Array.from(text.matchAll(pattern), ({ index: start }) => ({
        ordinal,
        turnId,
        itemId: item.id,
        indexInItem: indexInItem++,
        name,
        start,
        ...(fold === undefined ? {} : { fold }),
        ...(rich === undefined ? {} : { rich }),
      })),
    );
  });
}
