import { type ReactNode, useMemo } from 'react';
import { useRemembered } from '../state/remembered.ts';
import { cutPieces } from './cut-text.ts';
import { formatBytes } from './format.ts';

/** How long pieces are, in code units, about. */
export interface PieceSizes {
  first: number;
  rest: number;
}

/** Pieces of plain text. */
export const plainPieces: PieceSizes = { first: 4096, rest: 32_768 };

/** What the number of shown pieces of a text is remembered as. */
export function piecesName(name: string): string {
  return `pieces:${name}`;
}

interface PiecewiseProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
  /** Default {@link plainPieces}. */
  sizes?: PieceSizes;
  /** Shows one of the pieces. */
  children: (piece: string, index: number, pieces: string[]) => ReactNode;
}

/** Shows a text of any length without making the browser lay out more of it than was asked for. */
export function Piecewise({ text, name, sizes = plainPieces, children }: PiecewiseProps) {
  const { first, rest } = sizes;
  const [count, setCount] = useRemembered(piecesName(name), 1);
  const pieces = useMemo(() => cutPieces(text, count, first, rest), [text, count, first, rest]);
  const left = text.length - pieces.reduce((sum, piece) => sum + piece.length, 0);
  return (
    <>
      {pieces.map((piece, index) => (
        // A piece never moves among the others, so its index is its identity.
        <div className="piece" key={index}>
          {children(piece, index, pieces)}
        </div>
      ))}
      {left > 0 && (
        <button type="button" className="button more" onClick={() => setCount(count + 1)}>
          Show {formatBytes(Math.min(left, rest))} more of {formatBytes(left)}
        </button>
      )}
    </>
  );
}
