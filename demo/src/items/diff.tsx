import { memo } from 'react';
import { CopyButton } from '../text/copy-button.tsx';
import { Piecewise } from '../text/piecewise.tsx';

/** What the lines of a diff's text are: marked by their first character, or all of one kind. */
export type DiffKind = 'add' | 'delete' | 'update';

interface DiffProps {
  text: string;
  kind: DiffKind;
  /** The file, to tell this diff from others of the same item. */
  name: string;
}

/** A unified diff, or the content of a file that was added or deleted, line by line. */
export function Diff({ text, kind, name }: DiffProps) {
  return (
    <div className="plain">
      <div className="plain-text diff" role="group" aria-label={`Changes of ${name}`} tabIndex={0}>
        <Piecewise text={text} name={name}>
          {(piece) => <DiffLines text={piece} kind={kind} />}
        </Piecewise>
      </div>
      <CopyButton text={() => text} label={`Copy the changes of ${name}`} word="Copy" />
    </div>
  );
}

const DiffLines = memo(function DiffLines({ text, kind }: { text: string; kind: DiffKind }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <pre dir="ltr">
      {lines.map((line, index) => (
        // The lines of a piece never move, so an index is an identity.
        <span key={index} data-line={lineKind(line, kind)}>
          {line === '' ? '\u200b' : line}
        </span>
      ))}
    </pre>
  );
});

function lineKind(line: string, kind: DiffKind): 'add' | 'delete' | 'hunk' | undefined {
  if (kind !== 'update') return kind;
  if (line.startsWith('@@')) return 'hunk';
  if (line.startsWith('+')) return 'add';
  return line.startsWith('-') ? 'delete' : undefined;
}
