import { createContext, useContext, useSyncExternalStore } from 'react';

/**
 * Numbers that outlive the rows that show them: a row that scrolls out of sight and back is as open as it was, so it
 * has the height it had, and nothing jumps. One a conversation.
 */
export class Remembered {
  readonly #values = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  get(key: string): number | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: number): void {
    this.#values.set(key, value);
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** The numbers of the conversation around. */
export const RememberedContext = createContext(new Remembered());

/** Where in the conversation a component stands: `turnId`, or `turnId/itemId`. */
export const PlaceContext = createContext('');

/** The place of an item. */
export function itemPlace(turnId: string, itemId: string): string {
  return `${turnId}/${itemId}`;
}

/** The key of what is called `name` at a place. */
export function rememberedKey(place: string, name: string): string {
  return `${place}/${name}`;
}

/** Like `useState` of a number, remembered under `name` at this place of the conversation. */
export function useRemembered(name: string, initial: number): [number, (value: number) => void] {
  const remembered = useContext(RememberedContext);
  const key = rememberedKey(useContext(PlaceContext), name);
  const value = useSyncExternalStore(remembered.subscribe, () => remembered.get(key) ?? initial);
  return [value, (next) => remembered.set(key, next)];
}
