/** What of a list may have changed. */
export interface ListChange {
  /** The rows that appeared or changed. Absent: any of them. */
  ids: ReadonlySet<string> | undefined;
  /** Whether there may be new rows. */
  grew: boolean;
}

/** Anything may have changed. */
export const anyChange: ListChange = { ids: undefined, grew: true };

/** Two changes as one. */
export function joinChanges(a: ListChange | undefined, b: ListChange): ListChange {
  if (a === undefined) return b;
  const ids = a.ids && b.ids && new Set([...a.ids, ...b.ids]);
  return { ids, grew: a.grew || b.grew };
}
