import { storeIsClosed, ThreadStoreError } from '../contract/thread-store-error.ts';
import { HELLO, READY, type Outcome, type WorkerApi } from '../worker/protocol.ts';
import { fromWireError } from './from-wire-error.ts';

/** How often a worker that calls wait for is asked, within the deadline, whether it is there. */
const HELLOS = 4;

/** The same of one that was just made: its script may come over a slow network. */
const FIRST_HELLOS = 60;

/** How long after each other the first ones come: a message that comes before the script listens may be lost. */
const FIRST_HELLO_MS = 250;

/** The longest time that timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Closable = Pick<WorkerApi, 'close'>;

/**
 * The way to who serves the store, for as long as that lives.
 *
 * A worker that is slow and one that is gone look the same to a call. So while calls wait the worker is asked now and
 * then whether it is there, and only silence is held against it: counted in questions, since a page that slept must not
 * take its own sleep for the worker's.
 */
export class StoreLink<Api> {
  /** Whether a call after the opening was answered. */
  hasServed = false;
  /** Called with the reason when the worker turns out to be lost. */
  onLost: (reason: string) => void = () => undefined;
  readonly #api: Api;
  readonly #server: Worker | Closable;
  readonly #deadlineMs: number;
  /** The calls that wait for an answer: each is told when none will come. */
  readonly #waiting = new Set<() => void>();
  #hellos: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;
  /** Why nobody serves any more. */
  #end: ThreadStoreError | undefined;

  /**
   * @param api what is called
   * @param server who serves it: a worker, or what does in this thread
   * @param deadlineMs how long the worker may say nothing while calls wait for it, once it has started
   */
  constructor(api: Api, server: Worker | Closable, deadlineMs: number) {
    this.#api = api;
    this.#server = server;
    this.#deadlineMs = deadlineMs;
    const worker = this.#worker;
    worker?.addEventListener('message', () => {
      this.#unanswered = 0;
    });
    worker?.addEventListener('error', ({ message }) => this.#lose(message || 'its script did not load'));
    worker?.addEventListener('messageerror', () => this.#lose('it sent what cannot be read'));
  }

  get #worker(): Worker | undefined {
    return 'postMessage' in this.#server ? this.#server : undefined;
  }

  get mode(): 'worker' | 'direct' {
    return this.#worker ? 'worker' : 'direct';
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Once the worker has answered for the first time.
   * @throws ThreadStoreError `unavailable` when it does not load, or says nothing for 15 s
   */
  ready(): Promise<void> {
    const answer = new Promise<void>((resolve) => {
      this.#worker?.addEventListener('message', ({ data }) => data === READY && resolve());
      this.#worker?.postMessage(HELLO);
    });
    return this.#wait('open', answer, FIRST_HELLO_MS, FIRST_HELLOS);
  }

  /**
   * Calls who serves the store.
   * @throws ThreadStoreError what the call fails with; `unavailable` when the worker is lost before it answers;
   * `invalid_request` when the call cannot be copied to the worker, as a function cannot
   */
  async ask<T>(operation: string, send: (api: Api) => Promise<Outcome<T>>): Promise<T> {
    const answer = send(this.#api).catch((error: unknown) => {
      const message = `params cannot be sent to the worker: ${String(error)}`;
      throw new ThreadStoreError('invalid_request', message, { operation, cause: error });
    });
    const outcome = await this.#wait(operation, answer, this.#deadlineMs / HELLOS);
    if (!outcome.ok) throw fromWireError(outcome.error);
    this.hasServed ||= operation !== 'open';
    return outcome.value;
  }

  /** Lets who serves go: what waits for it fails with this error, and so does every later call. */
  end(error = storeIsClosed()): void {
    this.#end ??= error;
    for (const tell of this.#waiting) tell();
    if ('postMessage' in this.#server) this.#server.terminate();
    else void this.#server.close();
  }

  /** Waits for an answer as long as the worker is there. */
  async #wait<T>(operation: string, answer: Promise<T>, helloMs: number, hellos = HELLOS): Promise<T> {
    let tell = () => {};
    const ended = new Promise<never>((_, reject) => {
      tell = () => {
        if (!this.#end) return;
        const { code, message, retryable } = this.#end;
        reject(new ThreadStoreError(code, message, { operation, retryable }));
      };
    });
    this.#waiting.add(tell);
    // It may have ended before.
    tell();
    if (this.#worker)
      this.#hellos ??= setInterval(() => this.#sayHello(helloMs, hellos), Math.min(helloMs, MAX_TIMER_MS));
    try {
      return await Promise.race([ended, answer]);
    } finally {
      this.#waiting.delete(tell);
      if (this.#waiting.size === 0) {
        clearInterval(this.#hellos);
        this.#hellos = undefined;
        this.#unanswered = 0;
      }
    }
  }

  #sayHello(helloMs: number, hellos: number): void {
    if (this.#unanswered++ < hellos) this.#worker?.postMessage(HELLO);
    else this.#lose(`it said nothing for ${(helloMs * hellos) / 1000} s`);
  }

  #lose(reason: string): void {
    if (this.#end) return;
    this.end(new ThreadStoreError('unavailable', `the store's worker failed: ${reason}`));
    this.onLost(reason);
  }
}
