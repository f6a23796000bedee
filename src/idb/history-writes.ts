import { stoppable } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadEditsTold } from '../contract/thread-store-client.ts';
import { forkThread } from '../history/fork-thread.ts';
import { mustHaveEnvelopes } from '../history/history-errors.ts';
import { revertThread } from '../history/revert-thread.ts';
import type { RolloutFormat } from '../rollout/create-projection.ts';
import type { Call, Connection } from './connection.ts';
import type { IdbImportTarget } from './idb-import-target.ts';
import type { LiveWriters } from './live-writers.ts';
import type { Peers } from './peers.ts';
import { rollBack } from './roll-back.ts';

/** What {@link HistoryWrites} works with. */
export interface HistoryWritesOptions {
  connection: Connection;
  peers: Peers;
  target: IdbImportTarget;
  writers: LiveWriters;
}

/** A call that takes turns away. */
type BeforeTurnCall = Call & CheckedRequest<'revertThread'>;

/** Writes that change where a thread's history begins or ends. */
export class HistoryWrites {
  readonly #connection: Connection;
  readonly #peers: Peers;
  readonly #target: IdbImportTarget;
  readonly #writers: LiveWriters;

  constructor({ connection, peers, target, writers }: HistoryWritesOptions) {
    this.#connection = connection;
    this.#peers = peers;
    this.#target = target;
    this.#writers = writers;
  }

  /** Makes a new thread out of the beginning of another one's history; under this id. */
  async fork(call: Call & CheckedRequest<'forkThread'>, newThreadId: string): Promise<void> {
    const isRunning = await this.#writers.isRunning(call.threadId);
    await this.#inSteps(call, () =>
      this.#target.withThread(newThreadId, call.operation, () =>
        forkThread(this.#target, { ...call, newThreadId }, isRunning),
      ),
    );
  }

  /**
   * Takes away a thread's turns from one on: of a paginated thread by a further rollout, of a legacy one by one more line.
   * @returns what to tell of it
   */
  async cut(call: BeforeTurnCall, format: RolloutFormat): Promise<ThreadEditsTold | undefined> {
    const { threadId, beforeTurnId, operation } = call;
    if (format === 'paginated' || operation === 'revertThread') {
      await this.#inSteps(call, () =>
        this.#undisturbed(call, () => revertThread(this.#target, call, operation)),
      );
      return { reverted: true };
    }
    mustHaveEnvelopes(format, threadId, operation);
    await this.#undisturbed(call, () => rollBack(this.#connection, threadId, beforeTurnId));
    return undefined;
  }

  /** Runs what writes in several transactions, of which readers see only the last: no sweep may take them for left over. */
  #inSteps<T>({ operation, signal }: Call, body: () => Promise<T>): Promise<T> {
    return this.#peers.exclusively('import', () =>
      stoppable(operation, signal, async () => {
        this.#connection.mustBeOpen();
        signal?.throwIfAborted();
        return body();
      }),
    );
  }

  /** Runs `body` while nobody writes a thread: its own writer pauses, others are kept away. */
  #undisturbed<T>(call: BeforeTurnCall, body: () => Promise<T>): Promise<T> {
    const { threadId, operation } = call;
    return this.#writers.paused(call, body) ?? this.#target.withThread(threadId, operation, body);
  }
}
