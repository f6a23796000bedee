/** The turns that are on the screen now, by ordinal; nothing where none is. */
export interface TurnsInSight {
  first: number;
  last: number;
}
