import type { TurnItemsView } from '../../../src/contract/records.ts';
import type { ThreadItem } from '../../../src/contract/thread-item.ts';
import { MemoryTurnBook } from '../../../src/memory/turn-book.ts';
import { createProjection, type RolloutFormat } from '../../../src/rollout/create-projection.ts';
import { parseRolloutLine, type ParsedLine } from '../../../src/rollout/line.ts';
import type { Surface } from '../../../src/rollout/projection.ts';
import { readStatus } from '../../../src/rollout/read-status.ts';
import { summaryOf } from '../../../src/rollout/summary.ts';
import type { DraftItem, TurnDraft, TurnState } from '../../../src/rollout/turn-draft.ts';

/** How a test replays lines. */
export interface ReplayOptions {
  format?: RolloutFormat;
  surface?: Surface;
}

/** The lines that can be understood. */
export function parsedLines(lines: Iterable<string>): ParsedLine[] {
  return [...lines]
    .filter((text) => text.trim() !== '')
    .map(parseRolloutLine)
    .filter((line) => line.ok);
}

/** Projects lines into a turn book in memory. */
export async function replay(
  lines: Iterable<ParsedLine>,
  { format = 'legacy', surface = 'extended' }: ReplayOptions = {},
): Promise<MemoryTurnBook> {
  const book = new MemoryTurnBook();
  const projection = await createProjection(book, { format, surface });
  for (const line of lines) await projection.apply(line);
  return book;
}

/** A turn as the app-server would answer it. */
export interface WireTurn extends TurnState {
  id: string;
  itemsView: TurnItemsView;
  items: (ThreadItem | undefined)[];
}

/** The book's turns as the app-server would answer them. */
export function wireTurns(
  book: MemoryTurnBook,
  view: TurnItemsView,
  format: RolloutFormat = 'legacy',
): WireTurn[] {
  const itemsOf = (draft: TurnDraft): Iterable<DraftItem> => {
    if (view === 'notLoaded') return [];
    if (view === 'full') return draft.items.values();
    return summaryOf(draft, format === 'paginated' ? 'paginated' : 'legacy');
  };
  return book.turns.map((draft) => ({
    ...draft.state,
    id: draft.turnId,
    status: readStatus(draft.state.status, false),
    itemsView: view,
    items: Array.from(itemsOf(draft), ({ item }) => item),
  }));
}

/** A JSON value without what is `null` or `undefined`: on the wire both mean that there is nothing. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([key, field]) => [key, withoutNulls(field)]),
  );
}
