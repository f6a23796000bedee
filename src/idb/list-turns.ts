import { anchorIsGone, decodeTurnCursor, encodeTurnCursor, type TurnCursor } from '../contract/cursor.ts';
import { cursorsOf, toPage } from '../contract/page.ts';
import type { StoredTurn, TurnPage } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { bytesInPage, ItemReader, type Range } from './item-reader.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import type { ItemRow, StoredTurnRow, StoreName, ThreadPlace, TurnRow } from './schema.ts';
import { soundTurn } from './sound-rows.ts';

type Request = CheckedRequest<'listTurns'>;

/** The stores that {@link listTurns} reads in a view: metadata and summaries lie in the turns' own rows. */
export function storesOfView(view: Request['itemsView']): StoreName[] {
  if (view === 'notLoaded') return ['threads', 'turns'];
  return ['threads', 'turns', 'packs', 'payloads'];
}

/** A page of turns, with their statuses as stored, in a transaction over {@link storesOfView}. */
export async function listTurns(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  thread: ThreadPlace,
  request: Request,
): Promise<TurnPage> {
  const { threadId, pageSize, maxBytes, itemsView, deferOutput } = request;
  const finder = new TurnFinder(transaction, keyRange, thread, itemsView === 'summary');
  const found = await finder.find(request);
  const bytesOf = (row: TurnRow) => bytesInView(row, request);
  const page = toPage(found, { pageSize, maxBytes, bytesOf }, ({ turnId, ordinal }, inclusive) =>
    encodeTurnCursor({ threadId, turnId, ordinal, inclusive }),
  );
  const itemsOf =
    itemsView === 'notLoaded'
      ? page.rows.map(() => [])
      : await itemsInView(
          new ItemReader(transaction, keyRange, thread.rows),
          page.rows,
          itemsView,
          deferOutput,
        );
  const turns = page.rows.map((row, index) => toStoredTurn(row, itemsOf[index] ?? [], itemsView));
  return { turns, ...cursorsOf(page) };
}

/** Finds the rows of a page by range reads. */
class TurnFinder {
  readonly #turns: IDBObjectStore;
  readonly #keyRange: typeof IDBKeyRange;
  readonly #thread: ThreadPlace;
  readonly #toSound: (row: StoredTurnRow) => TurnRow;

  /** @param isShown whether the page shows summaries */
  constructor(
    transaction: IDBTransaction,
    keyRange: typeof IDBKeyRange,
    thread: ThreadPlace,
    isShown: boolean,
  ) {
    this.#turns = transaction.objectStore('turns');
    this.#keyRange = keyRange;
    this.#thread = thread;
    this.#toSound = (row) => soundTurn(row, isShown);
  }

  /** The page's rows and one more, in the page's order. */
  async find(request: Request): Promise<TurnRow[]> {
    const { threadId, cursor, sortDirection } = request;
    const last = this.#thread.counters.nextTurn - 1;
    if (cursor === undefined) {
      const limit = limitOf(request, 0);
      return sortDirection === 'asc' ? this.#forwards(0, limit) : this.#backwards(last, limit);
    }
    const anchor = decodeTurnCursor(cursor, threadId);
    // The anchor's row is read, too: that it is there is what makes the cursor good.
    const skipped = anchor.inclusive ? 0 : 1;
    const limit = limitOf(request, skipped);
    const from = (ordinal: number) =>
      sortDirection === 'asc' ? this.#forwards(ordinal, limit) : this.#backwards(ordinal, limit);
    let rows = await from(anchor.ordinal);
    if (rows[0]?.turnId !== anchor.turnId) rows = await from(await this.#locate(anchor));
    return rows.slice(skipped);
  }

  /** Where a turn is now: rows that were made anew may have other ordinals. */
  async #locate({ turnId }: TurnCursor): Promise<number> {
    const row = await result<StoredTurnRow | undefined>(
      this.#turns.index('byId').get([this.#thread.rows, turnId]),
    );
    if (!row) throw anchorIsGone('turn', 'listTurns');
    return row.ordinal;
  }

  async #forwards(first: number, { count, firstStep, isEnough }: ReadLimit): Promise<TurnRow[]> {
    const rows: TurnRow[] = [];
    for (let from = first, step = firstStep; ; step *= 2) {
      const rest = ordinalRange(this.#keyRange, this.#thread.rows, from);
      const found = await result<StoredTurnRow[]>(this.#turns.getAll(rest, step));
      rows.push(...found.map(this.#toSound));
      const last = found.at(-1);
      if (!last || found.length < step || isEnough(rows)) return rows.slice(0, count);
      from = last.ordinal + 1;
    }
  }

  /**
   * Ordinals are dense but for turns that were rolled back, so that an ascending read of one window nearly always has
   * all rows. It is as fast as `direction: 'prev'`, which WebKit lacks before Safari 27.3.
   */
  async #backwards(last: number, { count, firstStep, isEnough }: ReadLimit): Promise<TurnRow[]> {
    const rows: TurnRow[] = [];
    for (let to = last, step = firstStep; to >= 0 && !isEnough(rows); to -= step, step *= 2) {
      const window = ordinalRange(this.#keyRange, this.#thread.rows, Math.max(0, to - step + 1), to);
      rows.push(...(await result<StoredTurnRow[]>(this.#turns.getAll(window))).map(this.#toSound).reverse());
    }
    return rows.slice(0, count);
  }
}

/** How many rows to read. */
interface ReadLimit {
  count: number;
  /** How many to ask for first: all of them, but where nobody knows how many their bytes will leave room for. */
  firstStep: number;
  isEnough: (rows: TurnRow[]) => boolean;
}

/** @param skipped rows before the page's first */
function limitOf(request: Request, skipped: number): ReadLimit {
  const { pageSize, maxBytes } = request;
  const count = skipped + pageSize + 1;
  if (maxBytes === undefined) return { count, firstStep: count, isEnough: (rows) => rows.length >= count };
  const isLarger = (rows: TurnRow[]) =>
    rows.length > 1 && rows.reduce((bytes, row) => bytes + bytesInView(row, request), 0) > maxBytes;
  return {
    count,
    firstStep: Math.min(count, FIRST_STEP),
    isEnough: (rows) => rows.length >= count || isLarger(rows.slice(skipped)),
  };
}

/** How many rows are read first where their bytes count. */
const FIRST_STEP = 32;

/** What a turn counts for in a page. */
function bytesInView({ bytes, largeBytes = 0, summary }: TurnRow, request: Request): number {
  if (request.itemsView === 'notLoaded') return 0;
  if (request.itemsView === 'full') return request.deferOutput ? bytes - largeBytes : bytes;
  return summary.reduce((total, row) => total + bytesInPage(row, request), 0);
}

/** The items of each row that a view shows. */
async function itemsInView(
  reader: ItemReader,
  rows: TurnRow[],
  view: 'summary' | 'full',
  deferOutput: boolean,
): Promise<ThreadItem[][]> {
  const found = view === 'summary' ? rows.map(({ summary }) => summary) : await allItems(reader, rows);
  const contents = await reader.contents(found.flat(), deferOutput);
  let at = 0;
  return found.map(({ length }) => contents.slice(at, (at += length)));
}

/** All items of each turn. */
async function allItems(reader: ItemReader, rows: TurnRow[]): Promise<ItemRow[][]> {
  const found = new Map(rows.map(({ ordinal }): [number, ItemRow[]] => [ordinal, []]));
  for (const { turnOrdinal, items } of await reader.packs(spansOf(rows)))
    found.get(turnOrdinal)?.push(...items);
  return [...found.values()];
}

/**
 * The ranges to read for all items of these turns. Turns that follow each other have items that follow each other, so
 * that it is mostly one; items that came late stand further on, and have ranges of their own.
 */
function spansOf(rows: TurnRow[]): Range[] {
  const spans: [number, number][] = [];
  for (const [first, end] of rows.flatMap(({ ranges }) => ranges).sort(([a], [b]) => a - b)) {
    const last = spans.at(-1);
    if (last && first <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([first, end]);
  }
  return spans;
}

function toStoredTurn(row: TurnRow, items: ThreadItem[], itemsView: Request['itemsView']): StoredTurn {
  const {
    rows: _rows,
    ranges: _ranges,
    summary: _summary,
    endOrdinal: _end,
    began: _began,
    largeBytes: _large,
    ...turn
  } = row;
  return Object.assign(turn, { items, itemsView });
}
