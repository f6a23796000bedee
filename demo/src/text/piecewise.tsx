import { type ReactNode, useMemo } from 'react';
import { useRemembered } from '../state/remembered.ts';
import { cutPieces } from './cut-text.ts';
import { formatBytes } from './format.ts';

const firstPiece = 4096;
const nextPiece = 32_768;

interface PiecewiseProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
  /** Shows one piece. */
  children: (piece: string) => ReactNode;
}

/** Shows a text of any length without making the browser lay out more of it than was asked for. */
export function Piecewise({ text, name, children }: PiecewiseProps) {
  const [count, setCount] = useRemembered(`pieces:${name}`, 1);
  const pieces = useMemo(() => cutPieces(text, count, firstPiece, nextPiece), [text, count]);
  const left = text.length - pieces.reduce((sum, piece) => sum + piece.length, 0);
  return (
    <>
      {pieces.map((piece, index) => (
        // A piece never moves among the others, so its index is its identity.
        <div className="piece" key={index}>
          {children(piece)}
        </div>
      ))}
      {left > 0 && (
        <button type="button" className="button more" onClick={() => setCount(count + 1)}>
          Show {formatBytes(Math.min(left, nextPiece))} more of {formatBytes(left)}
        </button>
      )}
    </>
  );
}
