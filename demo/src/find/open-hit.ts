import { itemPlace, type Remembered, rememberedKey } from '../state/remembered.ts';
import { type PieceSizes, piecesName, plainPieces } from '../text/piecewise.tsx';
import { richPieces } from '../text/rich-text.tsx';
import type { Hit } from './find-in-thread.ts';

/** Opens the fold that a hit is in, and as many pieces of its text as it takes. */
export function openHit(remembered: Remembered, hit: Hit): void {
  const place = itemPlace(hit.turnId, hit.itemId);
  if (hit.fold !== undefined) remembered.set(rememberedKey(place, hit.fold), 1);
  const pieces = rememberedKey(place, piecesName(hit.name));
  const needed = pieceOf(hit.start, hit.rich ? richPieces : plainPieces);
  if (needed > (remembered.get(pieces) ?? 1)) remembered.set(pieces, needed);
}

/** How many pieces it takes until `start` is in one. A cut may come before its place, so it is one more than it seems. */
function pieceOf(start: number, { first, rest }: PieceSizes): number {
  // A hit at the very end of the first piece is cut off with its line.
  return start < first * 0.75 ? 1 : 2 + Math.ceil(Math.max(0, start - first) / rest);
}
