import { Piecewise } from './piecewise.tsx';

interface PlainTextProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
}

/** Text as it is, in a monospaced face: output, code, JSON. */
export function PlainText({ text, name }: PlainTextProps) {
  return (
    <div className="plain" role="group" aria-label={name} tabIndex={0}>
      <Piecewise text={text} name={name}>
        {(piece) => <pre dir="auto">{piece}</pre>}
      </Piecewise>
    </div>
  );
}
