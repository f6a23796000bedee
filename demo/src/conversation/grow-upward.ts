import type { Virtualizer } from '@tanstack/react-virtual';

type Rows = Virtualizer<HTMLDivElement, Element>;

/**
 * Whether the scroll position moves by what a row turned out to be larger than it was estimated or measured before, so
 * that what one reads stays where it is. As TanStack Virtual decides by itself, but for rows that come into sight from
 * above before anything measured them: those grow upward, too.
 */
export const growUpward: NonNullable<Rows['shouldAdjustScrollPositionOnItemSizeChange']> = (
  row,
  _delta,
  { itemSizeCache: measured, scrollOffset, scrollDirection, getVirtualItems },
) => {
  const top = scrollOffset ?? 0;
  if (measured.has(row.key)) return row.end <= top && scrollDirection !== 'backward';
  const isAboveWhatWasRead = () =>
    getVirtualItems().some(({ index, key }) => index > row.index && measured.has(key));
  // It is no longer 'backward' where a busy page measures rows only once the scroll has ended.
  return row.start < top || (scrollDirection !== 'forward' && isAboveWhatWasRead());
};
