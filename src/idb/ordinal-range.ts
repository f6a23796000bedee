/** The key range of the rows under `key` whose ordinals are `first` to `last`, both included. */
export function ordinalRange(
  keyRange: typeof IDBKeyRange,
  key: number,
  first: number,
  last = Number.POSITIVE_INFINITY,
): IDBKeyRange {
  return keyRange.bound([key, first], [key, last]);
}
