import { createContext, useContext, useState } from 'react';

/**
 * Numbers that outlive the rows that show them: a row that scrolls out of sight and back is as open as it was, so it
 * has the height it had, and nothing jumps. One map a conversation.
 */
export const RememberedContext = createContext(new Map<string, number>());

/** Where in the conversation a component stands: `turnId`, or `turnId/itemId`. */
export const PlaceContext = createContext('');

/** Like `useState` of a number, remembered under `name` at this place of the conversation. */
export function useRemembered(name: string, initial: number): [number, (value: number) => void] {
  const remembered = useContext(RememberedContext);
  const key = `${useContext(PlaceContext)}/${name}`;
  const [value, setValue] = useState(() => remembered.get(key) ?? initial);
  return [
    value,
    (next) => {
      remembered.set(key, next);
      setValue(next);
    },
  ];
}
