import { ThreadStoreError } from '../contract/errors.ts';
import type { Json, JsonObject } from '../contract/json.ts';
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

/** A message as it was when it was given, with its JSON text. */
interface GivenMessage {
  id: string;
  text: string;
}

/** A message as it was last written or read. */
interface KnownMessage extends GivenMessage {
  turnId: string;
  /** Whether another client wrote it. */
  isForeign: boolean;
}

/** The messages of one thread. What each does is told where the log of all threads has it. */
export interface MessageThread<Message> {
  load(options: LoadMessagesOptions): Promise<LoadedMessages<Message>>;
  save(messages: readonly Message[], options: SaveMessagesOptions): Promise<void>;
  put(message: Message, options: SaveMessagesOptions): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  delete(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the messages of one thread, which need not be there yet. One write comes after the other. */
export function openMessageThread<Message>(
  store: ThreadStoreClient,
  threadId: string,
  shape: MessageShape<Message>,
  options: MessageLogOptions,
): MessageThread<Message> {
  /** Those that were loaded or written, oldest first. */
  let known = new Map<string, KnownMessage>();
  /** Whether that is what the store has, as far as it was read: not before the first read, nor after a failure. */
  let isKnown = false;
  /** While an answer is written. */
  let writer: LiveThread | undefined;
  /** What is kept beside the messages, as JSON text. */
  let stateText = 'null';
  let last: Promise<unknown> = Promise.resolve();

  /** Does something once what came before has ended, well or not. */
  const next = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const result = last.then(act);
    // Whoever asked for it hears of its failure.
    last = result.catch(() => undefined);
    return result;
  };

  const load = async ({ cursor, turns = 50 }: LoadMessagesOptions): Promise<LoadedMessages<Message>> => {
    const query = { threadId, includeArchived: true, itemsView: 'full', pageSize: turns, cursor } as const;
    const page = await store
      .listTurns(query)
      .catch((error: unknown): TurnPage => unlessNotFound(error) ?? { turns: [] });
    const loaded = new Map<string, KnownMessage>();
    const messages = new Map<string, Message>();
    for (const turn of page.turns.toReversed()) {
      const found = messagesOf(turn, shape);
      for (const json of found.messages) {
        const message = shape.revive(json);
        const given = give(message);
        loaded.set(given.id, { ...given, turnId: turn.turnId, isForeign: found.isForeign });
        messages.set(given.id, message);
      }
    }
    const state = page.turns[0] && stateOf(page.turns[0]);
    if (cursor === undefined) {
      known = loaded;
      isKnown = true;
      stateText = JSON.stringify(state ?? null);
    } else known = new Map([...loaded, ...known]);
    return {
      messages: [...messages.values()],
      ...(page.nextCursor === undefined ? {} : { olderCursor: page.nextCursor }),
      ...(state === undefined || state === null ? {} : { state }),
    };
  };

  /** A message as it is now, which is what is written, whatever becomes of it until then. */
  const give = (message: Message): GivenMessage => {
    const whole: { id?: unknown } = shape.dump(message);
    if (typeof whole.id === 'string') return { id: whole.id, text: JSON.stringify(whole) };
    throw new ThreadStoreError('invalid_request', 'a message must be an object with an id');
  };

  /** The thread's writer. Other tabs cannot write until it closes. */
  const open = async (): Promise<LiveThread> => {
    const { writeIntervalMs } = options;
    writer ??= await LiveThread.resume(store, { threadId, includeArchived: true, writeIntervalMs }).catch(
      (error: unknown) => {
        unlessNotFound(error);
        return LiveThread.start(store, { modelProvider: shape.format, ...options, threadId });
      },
    );
    return writer;
  };

  /** Ends the writing; an answer that was not ended is interrupted. */
  const close = async (): Promise<void> => {
    const closing = writer;
    writer = undefined;
    await closing?.close();
  };

  /** Writes items of a turn, also of one that has ended. */
  const upsert = async (turnId: string, items: ThreadItem[]): Promise<void> => {
    const { turn } = await open();
    if (turn?.turnId === turnId) for (const item of items) turn.upsert(item);
    else if (items.length > 0) {
      const now = Date.now();
      const lines = items.map((item) => itemState(threadId, turnId, item, now, now));
      await store.appendItems({ threadId, items: lines });
    }
  };

  /** Once a message of a turn has an item that says what it is, all of them must have one. */
  const claim = async (turnId: string): Promise<void> => {
    for (const message of known.values()) {
      if (message.turnId !== turnId || !message.isForeign) continue;
      await upsert(turnId, toItems(JSON.parse(message.text), shape));
      message.isForeign = false;
    }
  };

  const takeAway = async (id: string): Promise<void> => {
    const turnId = known.get(id)?.turnId;
    if (turnId === undefined) return;
    await claim(turnId);
    await upsert(turnId, [removalOf(id, shape)]);
    known.delete(id);
  };

  const put = async (given: GivenMessage): Promise<void> => {
    const { id, text } = given;
    const before = known.get(id);
    if (before?.text === text) return;
    const message: JsonObject = JSON.parse(text);
    const old: JsonObject | undefined = before && JSON.parse(before.text);
    const same = new Set(old && toItems(old, shape).map((item) => JSON.stringify(item)));
    const changed = toItems(message, shape).filter((item) => !same.has(JSON.stringify(item)));
    if (before && changed.length === 0) return void (before.text = text);

    const live = await open();
    let turnId = before?.turnId;
    const question = questionOf(message, shape);
    const isLast = id === [...known.keys()].at(-1);
    const isSame = old && JSON.stringify(questionOf(old, shape)) === JSON.stringify(question);
    // The last question in other words begins a turn, as a new one does; an older one is changed where it is.
    if (message['role'] === 'user' && (old === undefined || (isLast && !isSame))) {
      await takeAway(id);
      await live.turn?.complete();
      ({ turnId } = await live.startTurn(question));
    }
    turnId ??= (live.turn ?? (await live.startTurn([]))).turnId;
    await claim(turnId);
    await upsert(turnId, changed);
    known.set(id, { ...given, turnId, isForeign: false });
  };

  const putState = async (state: Json | undefined): Promise<void> => {
    const text = JSON.stringify(state);
    const turnId = writer?.turn?.turnId ?? [...known.values()].at(-1)?.turnId;
    if (state === undefined || text === stateText || turnId === undefined) return;
    await upsert(turnId, [stateItem(state)]);
    stateText = text;
  };

  /**
   * Writes messages, then what is kept beside them, and ends the turn if the answer is complete.
   * @param first the oldest message that it is about, if that may be an old one
   */
  const write = (
    first: string | undefined,
    { isDone = true, isAbort, isError, state }: SaveMessagesOptions,
    putMessages: () => Promise<void>,
  ): Promise<void> =>
    next(async () => {
      try {
        // As far back as the chat shows: what it has from before must not be written as new.
        for (let cursor: string | undefined; !isKnown || (cursor && first && !known.has(first));)
          ({ olderCursor: cursor } = await load({ cursor }));
        const before = { count: known.size, stateText };
        await putMessages();
        await putState(state);
        const turn = writer?.turn;
        if (isDone) {
          if (isError) await turn?.fail({ message: 'The answer failed' });
          else if (!isAbort) await turn?.complete();
          await close();
          // Text that streams is written every now and then; a message that begins, and what is beside it, at once.
        } else if (known.size !== before.count || stateText !== before.stateText) await turn?.settle();
      } catch (error) {
        // What came through of it is read again by the next write, which then writes the rest.
        isKnown = false;
        await close().catch(() => store.discardThread({ threadId }).catch(() => undefined));
        throw error;
      }
    });

  return {
    load: (how) => next(() => load(how)),
    save(messages, how) {
      const given = messages.map(give);
      return write(given[0]?.id, how, async () => {
        const ids = new Set(given.map(({ id }) => id));
        const order = [...known.keys()];
        const start = order.findIndex((id) => ids.has(id));
        // What is before the first one may not be loaded; and who shows nothing of a thread takes nothing from it.
        const gone = start < 0 ? [] : order.slice(start).filter((id) => !ids.has(id));
        for (const id of gone) await takeAway(id);
        for (const message of given) await put(message);
      });
    },
    put(message, how) {
      const given = give(message);
      return write(undefined, how, () => put(given));
    },
    remove: (ids) =>
      write(ids[0], {}, async () => {
        for (const id of ids) await takeAway(id);
      }),
    delete: () =>
      next(async () => {
        isKnown = false;
        await close();
        await store.deleteThread({ threadId }).catch(unlessNotFound);
      }),
    close: () => next(close),
  };
}

/** Throws what says anything else than that a thread is not there. */
export function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof ThreadStoreError && error.code === 'thread_not_found')) throw error;
}
