import { Code } from './code.tsx';
import { CopyButton } from './copy-button.tsx';
import { Piecewise } from './piecewise.tsx';

interface PlainTextProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
  /** What it is written in, where that is known. */
  language?: string;
}

/** Text as it is, in a monospaced face: output, code, JSON. */
export function PlainText({ text, name, language = '' }: PlainTextProps) {
  return (
    <div className="plain">
      <div className="plain-text" role="group" aria-label={name} tabIndex={0}>
        <Piecewise text={text} name={name}>
          {(piece) => (
            <pre dir="auto">{language === '' ? piece : <Code text={piece} language={language} />}</pre>
          )}
        </Piecewise>
      </div>
      <CopyButton text={() => text} label={`Copy ${name.toLowerCase()}`} word="Copy" />
    </div>
  );
}
