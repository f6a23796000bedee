import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import type { Json } from '../contract/json.ts';
import type { StoredTurnError, TurnStatus } from '../contract/records.ts';
import { isItemOf, type ThreadItem } from '../contract/thread-item.ts';
import { legacyItemOf, userContent } from './legacy-items.ts';
import { present } from './line-values.ts';
import type { ParsedLine } from './line.ts';
import { isLimited } from './persistence-policy.ts';
import type { Projection, Surface } from './projection.ts';
import type { ResponseItemMeaning } from './response-item.ts';
import type { EventOf, RolloutEvent } from './rollout-event.ts';
import type { TurnBook } from './turn-book.ts';
import type { TurnDraft, TurnState } from './turn-draft.ts';
import { failsTurn, turnErrorOf } from './turn-error.ts';
import { NO_REVIEW, REVIEW_REQUESTED } from './work-values.ts';

/** The turn in work. */
interface OpenTurn {
  draft: TurnDraft;
  /** The id that events use: where two turns of a thread say that they are the same, the draft has another. */
  saidId: string;
  /** Whether an event opened it; else the first item did. */
  explicit: boolean;
}

const stateSchema = v.object({
  lines: wholeNumber,
  nextItemNumber: wholeNumber,
  timeMs: wholeNumber,
  open: v.optional(v.object({ turnId: v.string(), saidId: v.string(), explicit: v.boolean() })),
});

/** Makes the projection of a legacy thread: turns and items are rebuilt from its events (contract §5.4). */
export async function createLegacyProjection(
  book: TurnBook,
  surface: Surface,
  state?: Json,
): Promise<Projection> {
  const projection = new LegacyProjection(book, surface);
  if (state !== undefined) await projection.restore(v.parse(stateSchema, state));
  return projection;
}

class LegacyProjection implements Projection {
  readonly #book: TurnBook;
  readonly #surface: Surface;
  /** Lines that the limited policy keeps, so far: they number the turns that nothing else names. */
  #lines = 0;
  #nextItemNumber = 1;
  #timeMs = 0;
  #open: OpenTurn | undefined;

  constructor(book: TurnBook, surface: Surface) {
    this.#book = book;
    this.#surface = surface;
  }

  get state(): Json {
    const open = this.#open && {
      turnId: this.#open.draft.turnId,
      saidId: this.#open.saidId,
      explicit: this.#open.explicit,
    };
    return {
      lines: this.#lines,
      nextItemNumber: this.#nextItemNumber,
      timeMs: this.#timeMs,
      ...(open && { open }),
    };
  }

  async restore({ lines, nextItemNumber, timeMs, open }: v.InferOutput<typeof stateSchema>): Promise<void> {
    this.#lines = lines;
    this.#nextItemNumber = nextItemNumber;
    this.#timeMs = timeMs;
    const draft = open && (await this.#book.find(open.turnId));
    this.#open = draft && { ...open, draft };
  }

  apply(line: ParsedLine): void | Promise<void> {
    const { meaning } = line;
    this.#timeMs = line.timestampMs ?? this.#timeMs;
    const limited = isLimited(meaning);
    if (!limited && this.#surface === 'limited') return undefined;
    const done = this.#applyMeaning(line);
    if (limited) this.#lines++;
    return done;
  }

  #applyMeaning(line: ParsedLine): void | Promise<void> {
    const { meaning } = line;
    switch (meaning.kind) {
      case 'event':
        return this.#applyEvent(meaning.event, line);
      case 'compacted':
        return this.#inOpenTurn(() => undefined);
      case 'responseItem':
        return meaning.hookPrompt && this.#put(hookPrompt(meaning.hookPrompt, this.#lines), line);
      default:
        return undefined;
    }
  }

  #applyEvent(event: RolloutEvent, line: ParsedLine): void | Promise<void> {
    switch (event.type) {
      case 'task_started':
        return this.#begin(
          event.turn_id,
          true,
          present({ status: 'inProgress' as const, startedAt: event.started_at }),
        );
      case 'task_complete':
        return this.#complete(event);
      case 'turn_aborted':
        return this.#abort(event);
      case 'error':
        if (this.#open && failsTurn(event.codex_error_info)) {
          this.#open.draft.set({ status: 'failed', error: turnErrorOf(event) });
        }
        return undefined;
      case 'thread_rolled_back':
        return this.#rollBack(event.num_turns);
      case 'user_message':
        return this.#putUserMessage(event, line);
      case 'agent_message':
        if (event.message === '') return undefined;
        return this.#putNumbered(line, (id) =>
          present({
            type: 'agentMessage' as const,
            id,
            text: event.message,
            phase: event.phase,
            memoryCitation: event.memory_citation,
          }),
        );
      case 'agent_reasoning':
        return this.#reason('summary', event.text, line);
      case 'agent_reasoning_raw_content':
        return this.#reason('content', event.text, line);
      case 'context_compacted':
        return this.#putNumbered(line, (id) => ({ type: 'contextCompaction', id }));
      case 'entered_review_mode': {
        const review = event.user_facing_hint ?? REVIEW_REQUESTED;
        return this.#putNumbered(line, (id) => ({ type: 'enteredReviewMode', id, review }));
      }
      case 'exited_review_mode': {
        const review = event.review_output || NO_REVIEW;
        return this.#putNumbered(line, (id) => ({ type: 'exitedReviewMode', id, review }));
      }
      default: {
        const found = legacyItemOf(event);
        if (!found) return undefined;
        if (found.turnId === '') return this.#put(found.item, line);
        return this.#inTurn(found.turnId, (draft) => this.#putInto(draft, found.item, line));
      }
    }
  }

  #complete(event: EventOf<'task_complete'>): void | Promise<void> {
    const failure = this.#surface === 'extended' ? event.error : undefined;
    const complete = (draft: TurnDraft): void => {
      const { status, error } = draft.state;
      if (failure) endTurn(draft, event, 'failed', turnErrorOf(failure));
      else endTurn(draft, event, status === 'inProgress' ? 'completed' : status, error);
    };
    return this.#inTurn(event.turn_id, complete, ({ draft }) => {
      complete(draft);
      this.#open = undefined;
    });
  }

  #abort(event: EventOf<'turn_aborted'>): void | Promise<void> {
    const abort = (draft: TurnDraft): void => endTurn(draft, event, 'interrupted', draft.state.error);
    const abortOpen = ({ draft }: OpenTurn): void => abort(draft);
    if (event.turn_id) return this.#inTurn(event.turn_id, abort, abortOpen);
    if (this.#open) abortOpen(this.#open);
    return undefined;
  }

  #rollBack(count: number): void | Promise<void> {
    this.#open = undefined;
    return after(this.#book.rollBack(count), (remaining) => {
      this.#nextItemNumber = remaining + 1;
    });
  }

  #putUserMessage(event: EventOf<'user_message'>, line: ParsedLine): void | Promise<void> {
    // Before turns had events of their own, a user's message began one; a compaction alone waits for its message.
    if (this.#open && !this.#open.explicit && this.#open.draft.items.size > 0) this.#open = undefined;
    const content = userContent(event, this.#surface);
    const clientId = this.#surface === 'extended' ? event.client_id : undefined;
    return this.#putNumbered(line, (id) => present({ type: 'userMessage' as const, id, content, clientId }));
  }

  #reason(part: 'summary' | 'content', text: string, line: ParsedLine): void | Promise<void> {
    if (text === '') return undefined;
    const last = this.#open?.draft.lastItem;
    const item = last?.item;
    if (this.#open && item && isItemOf(item, 'reasoning')) {
      const { createdAtMs, bytes } = last;
      const grown = { ...item, [part]: [...item[part], text] };
      this.#open.draft.put(grown, { createdAtMs, bytes: bytes + line.bytes }, this.#book.counters);
      return undefined;
    }
    return this.#putNumbered(line, (id) => ({
      type: 'reasoning',
      id,
      summary: [],
      content: [],
      [part]: [text],
    }));
  }

  /** Puts an item that has no id of its own: its place in the thread is its id. */
  #putNumbered(line: ParsedLine, item: (id: string) => ThreadItem): void | Promise<void> {
    return this.#put(item(`item-${this.#nextItemNumber++}`), line);
  }

  #put(item: ThreadItem, line: ParsedLine): void | Promise<void> {
    return this.#inOpenTurn((draft) => this.#putInto(draft, item, line));
  }

  #putInto(draft: TurnDraft, item: ThreadItem, line: ParsedLine): void {
    draft.put(item, { createdAtMs: this.#timeMs, bytes: line.bytes }, this.#book.counters);
  }

  #inOpenTurn(use: (draft: TurnDraft) => void): void | Promise<void> {
    if (this.#open) return use(this.#open.draft);
    return after(this.#begin(`rollout-${this.#lines}`, false, { status: 'completed' }), () => {
      if (this.#open) use(this.#open.draft);
    });
  }

  /**
   * Uses the turn that an event names: the one in work, or a finished one. Nothing happens where the thread has no
   * such turn, unless `otherwise` is given for the one in work: then it is meant.
   */
  #inTurn(
    turnId: string,
    use: (draft: TurnDraft) => void,
    useOpen?: (open: OpenTurn) => void,
  ): void | Promise<void> {
    const open = this.#open;
    if (open?.saidId === turnId) return useOpen ? useOpen(open) : use(open.draft);
    return after(this.#book.find(turnId), (draft) => {
      if (draft) use(draft);
      else if (open) useOpen?.(open);
    });
  }

  #begin(saidId: string, explicit: boolean, state: TurnState): void | Promise<void> {
    this.#open = undefined;
    return after(this.#unusedId(saidId), (turnId) => {
      this.#open = { draft: this.#book.begin(turnId, state), saidId, explicit };
    });
  }

  /** Two turns may say that they have the same id; the book needs one for each. */
  #unusedId(turnId: string, count = 1): string | Promise<string> {
    const candidate = count === 1 ? turnId : `${turnId}#${count}`;
    return after(this.#book.find(candidate), (taken) =>
      taken ? this.#unusedId(turnId, count + 1) : candidate,
    );
  }
}

/** The last event about a turn's end is right about its time, also where it tells none. */
function endTurn(
  draft: TurnDraft,
  { completed_at: completedAt, duration_ms: durationMs }: EventOf<'task_complete' | 'turn_aborted'>,
  status: TurnStatus,
  error: StoredTurnError | undefined,
): void {
  const { startedAt } = draft.state;
  draft.replaceState(present({ status, error, startedAt, completedAt, durationMs }));
}

/** Most recordings do not name a hook prompt; the line's number does then. */
function hookPrompt(
  { id = '', fragments }: NonNullable<ResponseItemMeaning['hookPrompt']>,
  line: number,
): ThreadItem {
  return { type: 'hookPrompt', id: id || `hook-prompt-${line}`, fragments };
}

/** Goes on with a value at once where it is there, or when its promise is kept. */
function after<T, Result>(
  value: T | Promise<T>,
  use: (value: T) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(use) : use(value);
}
