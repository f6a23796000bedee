import { MarkdownView } from './markdown-view.tsx';
import { openFence } from './markdown.ts';
import { Piecewise, type PieceSizes } from './piecewise.tsx';

interface RichTextProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
}

/** Pieces of Markdown, which takes longer to read than plain text. */
export const richPieces: PieceSizes = { first: 8192, rest: 16_384 };

/** Untrusted Markdown, in pieces. Code that a cut goes through goes on as code. */
export function RichText({ text, name }: RichTextProps) {
  return (
    <div className="rich">
      <Piecewise text={text} name={name} sizes={richPieces}>
        {(piece, index, pieces) => (
          <MarkdownView markdown={openFence(pieces.slice(0, index).join('')) + piece} />
        )}
      </Piecewise>
    </div>
  );
}
