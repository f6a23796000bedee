import * as v from 'valibot';
import { isJsonObject, type Json } from '../contract/json.ts';
import { present } from './line-values.ts';
import type { ParsedLine } from './line.ts';
import type { Projection, Surface } from './projection.ts';
import type { EventOf } from './rollout-event.ts';
import type { TurnBook } from './turn-book.ts';
import { TurnDraft, type DraftItem, type TurnState } from './turn-draft.ts';
import { turnErrorOf } from './turn-error.ts';

/** Items wait for their turn's first record while they have fewer bytes than this, about. */
const WAITING_BYTES = 256 * 1024;

const stateSchema = v.object({
  waiting: v.array(v.object({ turnId: v.string(), items: v.array(v.custom<DraftItem>(isJsonObject)) })),
});

type TurnRecord = EventOf<'task_started' | 'task_complete' | 'turn_aborted'>;

/**
 * Makes the projection of a paginated thread: its lines carry whole items, with ids of their own (contract §5.5).
 * @param state what {@link Projection.state} gave for the lines before; absent for a thread without lines.
 */
export function createPaginatedProjection(book: TurnBook, surface: Surface, state?: Json): Projection {
  return new PaginatedProjection(book, surface, state);
}

class PaginatedProjection implements Projection {
  readonly #book: TurnBook;
  readonly #surface: Surface;
  /**
   * Turns that have items, and no record yet. A record gives a turn its place, which may be after turns that were
   * recorded since its first item: a review's item comes before the turn that does the review.
   */
  readonly #waiting = new Map<string, TurnDraft>();

  constructor(book: TurnBook, surface: Surface, state: Json = null) {
    this.#book = book;
    this.#surface = surface;
    if (state === null) return;
    for (const { turnId, items } of v.parse(stateSchema, state).waiting) {
      for (const item of items) this.#waitingTurn(turnId).adopt(item);
    }
  }

  get state(): Json {
    if (this.#waiting.size === 0) return null;
    const waiting = Array.from(this.#waiting.values(), ({ turnId, items }) => ({
      turnId,
      items: [...items.values()],
    }));
    return JSON.parse(JSON.stringify({ waiting }));
  }

  apply(line: ParsedLine): void | Promise<void> {
    if (line.meaning.kind !== 'event') return undefined;
    const { event } = line.meaning;
    switch (event.type) {
      case 'task_started':
      case 'task_complete':
      case 'turn_aborted': {
        const { turn_id: turnId } = event;
        return turnId ? this.#withTurn(turnId, (draft) => this.#record(turnId, draft, event)) : undefined;
      }
      case 'item_completed':
        if (!event.item.known && this.#surface === 'limited') return undefined;
        return this.#withTurn(event.turn_id, (draft) => this.#put(draft, event, line));
      default:
        return undefined;
    }
  }

  #record(turnId: string, known: TurnDraft | undefined, event: TurnRecord): void {
    // A turn that has ended stays as it is.
    if (known && known.state.status !== 'inProgress') return;
    const draft = known ?? this.#begin(turnId);
    const { rootTurnId = event.root_turn_id } = draft.state;
    const endOrdinal = event.type === 'task_started' ? undefined : this.#book.counters.nextItem;
    draft.replaceState(present({ ...stateOf(event), rootTurnId }), endOrdinal);
  }

  #begin(turnId: string): TurnDraft {
    const draft = this.#book.begin(turnId, { status: 'inProgress' });
    for (const item of this.#waiting.get(turnId)?.items.values() ?? [])
      draft.adopt(item, this.#book.counters);
    this.#waiting.delete(turnId);
    return draft;
  }

  #put(recorded: TurnDraft | undefined, event: EventOf<'item_completed'>, line: ParsedLine): void {
    const draft = recorded ?? this.#waitingTurn(event.turn_id);
    const { item } = event.item;
    // The first time that is told stays; no time is written as 0.
    const known = draft.items.get(item.id);
    const times = present({
      startedAtMs: known?.startedAtMs ?? event.started_at_ms,
      completedAtMs: known?.completedAtMs ?? (event.completed_at_ms || undefined),
    });
    const createdAtMs = times.startedAtMs ?? line.timestampMs ?? 0;
    draft.put({ ...item, ...times }, { createdAtMs, bytes: line.bytes, ...times }, this.#book.counters);
    if (!recorded && draft.bytes > WAITING_BYTES) this.#begin(event.turn_id);
  }

  #waitingTurn(turnId: string): TurnDraft {
    const waiting = this.#waiting.get(turnId) ?? new TurnDraft(turnId, -1, { status: 'inProgress' });
    this.#waiting.set(turnId, waiting);
    return waiting;
  }

  #withTurn(turnId: string, use: (draft: TurnDraft | undefined) => void): void | Promise<void> {
    const draft = this.#book.find(turnId);
    return draft instanceof Promise ? draft.then(use) : use(draft);
  }
}

/** What a record says of its turn. It says all of it: what it leaves out is unknown from then on. */
function stateOf(event: TurnRecord): TurnState {
  if (event.type === 'task_started')
    return present({ status: 'inProgress' as const, startedAt: event.started_at });
  const { error } = event;
  return present({
    status:
      event.type === 'turn_aborted'
        ? ('interrupted' as const)
        : error
          ? ('failed' as const)
          : ('completed' as const),
    error: error && turnErrorOf(error),
    startedAt: event.started_at,
    completedAt: event.completed_at,
    durationMs: event.duration_ms,
  });
}
