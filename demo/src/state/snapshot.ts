import { useSyncExternalStore } from 'react';

/** A value that is replaced, never changed, and whose readers hear of it. */
export class Snapshot<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  readonly get = (): Value => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(value: Value): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}

/** The snapshot's present value; renders again when it is replaced. */
export function useSnapshot<Value>(snapshot: Snapshot<Value>): Value {
  return useSyncExternalStore(snapshot.subscribe, snapshot.get);
}
