import { ThreadStoreError } from '../contract/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { TurnPage } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { LiveThread } from '../live/live-thread.ts';
import { itemState } from '../live/turn-events.ts';
import { messagesOf, questionOf, removalOf, stateItem, stateOf, toItems } from './message-items.ts';
import type {
  LoadedMessages,
  LoadMessagesOptions,
  MessageLogOptions,
  SaveMessagesOptions,
} from './message-log.ts';
import type { MessageShape } from './message-shape.ts';

/** A message as it was last written or read. */
interface KnownMessage {
  turnId: string;
  message: JsonObject;
  /** The user's text that the turn begins with, if the message is that. */
  question: string | undefined;
  /** Whether another client wrote it. */
  isForeign: boolean;
}

/** The messages of one thread. One write comes after the other. */
export class MessageThread<Message> {
  readonly #store: ThreadStoreClient;
  readonly #shape: MessageShape<Message>;
  readonly #options: MessageLogOptions;
  readonly #threadId: string;
  /** Oldest first, those that were loaded or written; `undefined` until then. */
  #known: Map<string, KnownMessage> | undefined;
  /** While an answer is written. */
  #writer: LiveThread | undefined;
  /** What is kept beside the messages, as JSON text. */
  #state = 'null';
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    store: ThreadStoreClient,
    shape: MessageShape<Message>,
    options: MessageLogOptions,
    threadId: string,
  ) {
    this.#store = store;
    this.#shape = shape;
    this.#options = options;
    this.#threadId = threadId;
  }

  load(options: LoadMessagesOptions): Promise<LoadedMessages<Message>> {
    return this.#next(() => this.#load(options));
  }

  save(messages: readonly Message[], options: SaveMessagesOptions): Promise<void> {
    const whole = messages.map((message) => this.#toJson(message));
    return this.#write(options, async (known) => {
      const ids = new Set(whole.map(idOf));
      const order = [...known.keys()];
      const gone = order.slice(order.findLastIndex((id) => ids.has(id)) + 1);
      for (const id of gone) await this.#takeAway(known, id);
      for (const message of whole) await this.#put(known, message);
    });
  }

  put(message: Message, options: SaveMessagesOptions): Promise<void> {
    const whole = this.#toJson(message);
    return this.#write(options, (known) => this.#put(known, whole));
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#write({}, async (known) => {
      for (const id of ids) await this.#takeAway(known, id);
    });
  }

  delete(): Promise<void> {
    return this.#next(async () => {
      await this.#closeWriter();
      this.#known = undefined;
      await this.#store.deleteThread({ threadId: this.#threadId }).catch(unlessNotFound);
    });
  }

  close(): Promise<void> {
    return this.#next(() => this.#closeWriter());
  }

  /** Does something once what came before has ended, well or not. */
  #next<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.catch(() => undefined).then(act);
    this.#last = result;
    // Whoever asked for it hears of its failure.
    result.catch(() => undefined);
    return result;
  }

  async #load({ cursor, turns = 50 }: LoadMessagesOptions): Promise<LoadedMessages<Message>> {
    const page = await this.#store
      .listTurns({
        threadId: this.#threadId,
        includeArchived: true,
        itemsView: 'full',
        pageSize: turns,
        cursor,
      })
      .catch((error: unknown): TurnPage => unlessNotFound(error) ?? { turns: [] });
    const loaded = new Map<string, KnownMessage>();
    for (const turn of page.turns.toReversed()) {
      const { messages, isForeign } = messagesOf(turn, this.#shape);
      for (const message of messages) {
        const question = message['role'] === 'user' ? this.#question(message) : undefined;
        loaded.set(idOf(message), { turnId: turn.turnId, message, question, isForeign });
      }
    }
    const state = page.turns[0] && stateOf(page.turns[0]);
    if (cursor === undefined) {
      this.#known = loaded;
      this.#state = JSON.stringify(state ?? null);
    } else this.#known = new Map([...loaded, ...(this.#known ?? [])]);
    return {
      messages: [...loaded.values()].map(({ message }) => this.#shape.revive(structuredClone(message))),
      ...(page.nextCursor === undefined ? {} : { olderCursor: page.nextCursor }),
      ...(state === undefined || state === null ? {} : { state }),
    };
  }

  /** Writes messages, then what is kept beside them, and ends the turn if the answer is complete. */
  #write(
    { isDone = true, state }: SaveMessagesOptions,
    write: (known: Map<string, KnownMessage>) => Promise<void>,
  ): Promise<void> {
    return this.#next(async () => {
      if (this.#known === undefined) await this.#load({});
      const known = (this.#known ??= new Map());
      const before = { count: known.size, state: this.#state };
      await write(known);
      await this.#putState(known, state);
      if (isDone) {
        await this.#writer?.turn?.complete();
        return this.#closeWriter();
      }
      // Text that streams is written every now and then; a message that begins, and what is beside it, at once.
      if (known.size !== before.count || this.#state !== before.state) await this.#writer?.turn?.settle();
    });
  }

  async #put(known: Map<string, KnownMessage>, message: JsonObject): Promise<void> {
    const id = idOf(message);
    const before = known.get(id);
    const isNewQuestion = before === undefined && message['role'] === 'user';
    const question = isNewQuestion ? this.#question(message) : before?.question;
    const items = this.#items({ message, question });
    const same = new Set(before && this.#items(before).map((item) => JSON.stringify(item)));
    const changed = items.filter((item) => !same.has(JSON.stringify(item)));
    if (changed.length === 0) return;

    const writer = await this.#open();
    if (isNewQuestion) {
      await writer.turn?.complete();
      await writer.startTurn(questionOf(message, this.#shape));
    }
    const turnId = before?.turnId ?? (writer.turn ?? (await writer.startTurn([]))).turnId;
    if (before?.isForeign) {
      // Once a message has an item that says what it is, all of its turn must have one.
      for (const [otherId, other] of known) {
        if (other.turnId !== turnId) continue;
        await this.#upsert(turnId, otherId === id ? items : this.#items(other));
        other.isForeign = false;
      }
    } else await this.#upsert(turnId, changed);
    known.set(id, { turnId, message, question, isForeign: false });
  }

  async #takeAway(known: Map<string, KnownMessage>, id: string): Promise<void> {
    const message = known.get(id);
    if (message === undefined) return;
    await this.#upsert(message.turnId, [removalOf(id, this.#shape)]);
    known.delete(id);
  }

  async #putState(known: Map<string, KnownMessage>, state: Json | undefined): Promise<void> {
    const text = JSON.stringify(state);
    const turnId = this.#writer?.turn?.turnId ?? [...known.values()].at(-1)?.turnId;
    if (state === undefined || text === this.#state || turnId === undefined) return;
    await this.#upsert(turnId, [stateItem(state)]);
    this.#state = text;
  }

  /** The thread's writer. Other tabs cannot write until it closes. */
  async #open(): Promise<LiveThread> {
    const threadId = this.#threadId;
    const { writeIntervalMs } = this.#options;
    this.#writer ??= await LiveThread.resume(this.#store, {
      threadId,
      includeArchived: true,
      writeIntervalMs,
    }).catch((error: unknown) => {
      unlessNotFound(error);
      return LiveThread.start(this.#store, {
        modelProvider: this.#shape.format,
        ...this.#options,
        threadId,
      });
    });
    return this.#writer;
  }

  async #closeWriter(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }

  /** Writes items of a turn, also of one that has ended. */
  async #upsert(turnId: string, items: ThreadItem[]): Promise<void> {
    const { turn } = await this.#open();
    if (turn?.turnId === turnId) {
      for (const item of items) turn.upsert(item);
    } else if (items.length > 0) {
      const now = Date.now();
      const lines = items.map((item) => itemState(this.#threadId, turnId, item, now, now));
      await this.#store.appendItems({ threadId: this.#threadId, items: lines });
    }
  }

  #items({ message, question }: Pick<KnownMessage, 'message' | 'question'>): ThreadItem[] {
    const isAsked = question !== undefined && question === this.#question(message);
    return toItems(message, this.#shape, isAsked);
  }

  #question(message: JsonObject): string {
    return JSON.stringify(questionOf(message, this.#shape));
  }

  #toJson(message: Message): JsonObject {
    const json: unknown = JSON.parse(JSON.stringify(this.#shape.dump?.(message) ?? message));
    if (isJsonObject(json) && typeof json['id'] === 'string') return json;
    throw new ThreadStoreError('invalid_request', 'a message must be an object with an id');
  }
}

function idOf({ id }: JsonObject): string {
  return typeof id === 'string' ? id : '';
}

/** Throws what says anything else than that a thread is not there. */
function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof ThreadStoreError && error.code === 'thread_not_found')) throw error;
}
