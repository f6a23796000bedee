import { storeIsClosed, ThreadStoreError } from '../contract/thread-store-error.ts';
import { HELLO, READY, type Outcome, type WorkerApi } from '../worker/protocol.ts';
import { fromWireError } from './from-wire-error.ts';

/** How long a worker may say nothing: its longest steps, as a line of 50 MB, take seconds on a slow phone. */
const DEADLINE_MS = 20_000;

/** How often a worker that calls wait for is asked, within the deadline, whether it is there. */
const HELLOS = 4;

/** The same of one that was just made: its script may come over a slow network. */
const FIRST_HELLOS = 60;

/** How long after each other the first ones come: a message that comes before the script listens may be lost. */
const FIRST_HELLO_MS = 250;

/** How long a worker may go on that is to end: its last reads and writes take a moment. */
const LAST_WORDS_MS = 2000;

/** The longest time that timers take, about. */
const MAX_TIMER_MS = 2e9;

/** What WebKit says to a document, and to its workers, once it will never reach storage again. */
const CUT_OFF = /server lost/;

/** It has said so: from now on workers of another document are needed. */
export let isCutOff = false;

/** The way to who serves the store, or to who unpacks for it, for as long as that lives. */
export interface StoreLink<Api> {
  readonly mode: 'worker' | 'direct';
  /** What is called. */
  readonly api: Api;
  hasEnded: boolean;
  /** Whether a call after the opening was answered. */
  hasServed: boolean;
  /**
   * Once the worker has answered for the first time.
   * @throws ThreadStoreError `unavailable` when it does not load, or says nothing for 15 s
   */
  ready(): Promise<void>;
  /**
   * Waits for the answer to a call.
   * @throws ThreadStoreError what the call fails with; `unavailable` when the worker is lost before it answers;
   * `invalid_request` when the call cannot be copied to the worker, as a function cannot
   */
  ask<T>(operation: string, answer: Promise<Outcome<T>>): Promise<T>;
  /** Lets who serves go: what waits for it fails with this error, and so does every later call. */
  end(error?: ThreadStoreError): void;
  /** Called with the reason when the worker turns out to be lost. */
  onLost?: (reason: string) => void;
}

/**
 * Links to who serves.
 *
 * A worker that is slow and one that is gone look the same to a call. So while calls wait the worker is asked now and
 * then whether it is there, and only silence is held against it: counted in questions, since a page that slept must not
 * take its own sleep for the worker's.
 * @param api what is called
 * @param worker who serves it; absent: this thread does
 * @param deadlineMs how long the worker may say nothing while calls wait for it, once it has started
 */
export function linkTo<Api>(
  api: Api & Pick<WorkerApi, 'close'>,
  worker?: Worker,
  deadlineMs = DEADLINE_MS,
): StoreLink<Api> {
  /** The calls that wait for an answer: each is told when none will come. */
  const waiting = new Set<() => void>();
  let hellos: ReturnType<typeof setInterval> | undefined;
  let unanswered = 0;
  /** Why nobody serves any more. */
  let failure: ThreadStoreError | undefined;

  const end = (error = storeIsClosed()): void => {
    failure ??= error;
    link.hasEnded = true;
    for (const tell of waiting) tell();
    // Of what a worker reads as it is terminated WebKit may never see the end, and every later write waits for that.
    const terminate = () => worker?.terminate();
    setTimeout(terminate, LAST_WORDS_MS);
    api.close().then(terminate, terminate);
  };

  /**
   * Gives up a worker that is of no use any more. This thread cannot be given up.
   * @param isDeaf it would not hear that it is to end, or need not
   */
  const lose = (reason: string, isDeaf?: boolean): void => {
    if (link.hasEnded || !worker) return;
    if (isDeaf) worker.terminate();
    end(partFailed(reason));
    link.onLost?.(reason);
  };

  const started = new Promise<void>((resolve) => {
    worker?.addEventListener('message', ({ data }) => {
      unanswered = 0;
      if (data === READY) resolve();
    });
  });
  worker?.addEventListener('error', ({ message }) => lose(message || 'it did not load'));
  worker?.addEventListener('messageerror', () => lose('it sent what cannot be read'));

  const stopHellos = () => {
    clearInterval(hellos);
    hellos = undefined;
  };

  /** Waits for an answer as long as the worker is there. */
  const wait = async <T>(
    operation: string,
    answer: Promise<T>,
    helloMs: number,
    most = HELLOS,
  ): Promise<T> => {
    let tell = () => {};
    const ended = new Promise<never>((_, reject) => {
      tell = () => {
        if (!failure) return;
        const { code, message, retryable } = failure;
        reject(new ThreadStoreError(code, message, { operation, retryable }));
      };
    });
    waiting.add(tell);
    // It may have ended before.
    tell();
    const sayHello = () => {
      // The timer outlasts the calls: to begin and end one takes a part of a short call's time.
      if (waiting.size === 0) return stopHellos();
      if (unanswered++ < most) return worker?.postMessage(HELLO);
      return lose(`it said nothing for ${(helloMs * most) / 1000} s`, true);
    };
    if (worker) hellos ??= setInterval(sayHello, Math.min(helloMs, MAX_TIMER_MS));
    try {
      return await Promise.race([ended, answer]);
    } finally {
      waiting.delete(tell);
      if (waiting.size === 0) unanswered = 0;
    }
  };

  const link: StoreLink<Api> = {
    mode: worker ? 'worker' : 'direct',
    api,
    hasEnded: false,
    hasServed: false,
    async ready() {
      worker?.postMessage(HELLO);
      await wait('open', started, FIRST_HELLO_MS, FIRST_HELLOS);
      stopHellos();
    },
    async ask(operation, answer) {
      const sent = answer.catch((cause: unknown) => {
        const message = `params cannot be sent: ${String(cause)}`;
        throw new ThreadStoreError('invalid_request', message, { operation, cause });
      });
      const outcome = await wait(operation, sent, deadlineMs / HELLOS);
      if (!outcome.ok) {
        const { message } = outcome.error;
        if (CUT_OFF.test(message)) lose(message, (isCutOff = true));
        throw fromWireError(outcome.error);
      }
      link.hasServed ||= operation !== 'open';
      return outcome.value;
    },
    end,
  };
  return link;
}

/** The error for a part of the store that works no more, or never did. */
export function partFailed(reason: unknown, operation?: string, part = 'worker'): ThreadStoreError {
  const message = `the store's ${part} failed: ${String(reason)}`;
  return new ThreadStoreError('unavailable', message, { operation, cause: reason });
}
