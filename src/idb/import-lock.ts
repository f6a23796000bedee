/** Runs bodies one after the other: in this context, and where the platform has Web Locks, in all of this origin. */
export class ImportLock {
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(databaseName: string) {
    this.#name = `idb-thread-store:${databaseName}:import`;
  }

  /** Runs `body` once it is its turn. */
  run<T>(body: () => Promise<T>): Promise<T> {
    const locks = globalThis.navigator?.locks;
    // Each of the fakes that tests inject is a world of its own, and so is every context without Web Locks.
    const turn = locks ? () => locks.request(this.#name, body) : body;
    const done = this.#last.then(turn, turn);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
