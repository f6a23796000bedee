import type { TurnStatus } from '../contract/records.ts';
import type { ImportTarget, RolloutRecord } from '../import/import-target.ts';
import { lineBatches } from '../import/line-batches.ts';
import { LineLog } from '../import/line-log.ts';
import { createProjection } from '../rollout/create-projection.ts';
import type { ParsedLine } from '../rollout/line.ts';
import type { Surface } from '../rollout/projection.ts';
import type { TurnBook } from '../rollout/turn-book.ts';
import { TurnDraft, type ThreadCounters, type TurnState } from '../rollout/turn-draft.ts';

/** Where a thread's history stands: a line of one of the rollouts that it lies in. */
export interface HistoryPlace {
  rolloutId: string;
  /** The line's ordinal, where lines have ordinals. */
  ordinal: number | undefined;
  /** The offset of its first byte in that rollout. */
  byteOffset: number;
}

/** A turn, and the line with which it began. */
export interface TurnPlace {
  turnId: string;
  /** As the lines have it. */
  status: TurnStatus;
  place: HistoryPlace;
}

type Source = Pick<ImportTarget, 'rollout' | 'readLog'>;

/**
 * Where each turn of a thread began, oldest first, without those that were rolled back. Reads the whole history, and
 * holds no more of it than the ids of its turns.
 * @param signal stops the reading between two batches, with its reason
 */
export async function turnPlaces(
  source: Source,
  rollout: RolloutRecord,
  surface: Surface,
  signal?: AbortSignal,
): Promise<TurnPlace[]> {
  const book = new PlaceBook();
  const projection = await createProjection(book, { format: rollout.format, surface });
  for (const part of await partsOf(source, rollout)) {
    for await (const lines of placedLines(source, part)) {
      signal?.throwIfAborted();
      for (const { line, place } of lines) {
        book.place = place;
        const waiting = projection.apply(line);
        if (waiting) await waiting;
      }
    }
  }
  return book.turns.map(({ draft, place }) => ({ turnId: draft.turnId, status: draft.state.status, place }));
}

/** A rollout, and up to which ordinal it counts. */
interface HistoryPart {
  rollout: RolloutRecord;
  end: number;
}

/** The rollouts of a thread's history, the oldest first; where one is missing it begins after that. */
async function partsOf(source: Source, newest: RolloutRecord): Promise<HistoryPart[]> {
  const parts: HistoryPart[] = [{ rollout: newest, end: Infinity }];
  for (let base = newest.base; base;) {
    const rollout = await source.rollout(base.rolloutId);
    if (!rollout || parts.some((part) => part.rollout.rolloutId === rollout.rolloutId)) break;
    parts.unshift({ rollout, end: base.endOrdinalExclusive });
    base = rollout.base;
  }
  return parts;
}

/** The lines of one rollout with their places, in batches. */
async function* placedLines(
  source: Source,
  { rollout, end }: HistoryPart,
): AsyncGenerator<{ line: ParsedLine; place: HistoryPlace }[], void, undefined> {
  const { rolloutId } = rollout;
  const log = new LineLog();
  for await (const batch of lineBatches(source.readLog(rollout))) {
    const { bytes: start, lines: first } = log;
    const placed = [];
    let [index, offset] = [first, 0];
    for (const line of log.parse(batch)) {
      const { ordinal } = line;
      if (ordinal !== undefined && ordinal >= end) return yield placed;
      for (; index < log.lines - 1; index++) offset = batch.bytes.indexOf(NEWLINE, offset) + 1;
      placed.push({ line, place: { rolloutId, ordinal, byteOffset: start + offset } });
    }
    yield placed;
  }
}

const NEWLINE = 0x0a;

/** Takes note of where turns begin; what they hold is let go once another one begins. */
class PlaceBook implements TurnBook {
  readonly counters: ThreadCounters = { nextTurn: 0, nextItem: 0, nextUpdate: 0 };
  readonly turns: { draft: TurnDraft; place: HistoryPlace }[] = [];
  place: HistoryPlace = { rolloutId: '', ordinal: undefined, byteOffset: 0 };
  readonly #byId = new Map<string, TurnDraft>();

  begin(turnId: string, state: TurnState): TurnDraft {
    const newest = this.turns.at(-1)?.draft;
    newest?.items.clear();
    newest?.changedItems.clear();
    const draft = new TurnDraft(turnId, this.counters.nextTurn++, state);
    this.turns.push({ draft, place: this.place });
    this.#byId.set(turnId, draft);
    return draft;
  }

  find(turnId: string): TurnDraft | undefined {
    return this.#byId.get(turnId);
  }

  rollBack(count: number): number {
    for (const { draft } of this.turns.splice(Math.max(0, this.turns.length - count)))
      this.#byId.delete(draft.turnId);
    return 0;
  }

  skipTo(): void {
    // Nobody asks for ordinals here.
  }
}
