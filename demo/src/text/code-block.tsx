import { Code } from './code.tsx';
import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  text: string;
  /** As the fence names it; `''` for none. */
  language: string;
}

/** Fenced code of a message. */
export function CodeBlock({ text, language }: CodeBlockProps) {
  const [name = ''] = language.split(/[\s{,]/);
  return (
    <figure className="code">
      <figcaption>
        <span>{name}</span>
        <CopyButton text={() => text} label="Copy code" word="Copy" />
      </figcaption>
      <pre tabIndex={0} role="group" aria-label={name === '' ? 'Code' : `Code, ${name}`} dir="ltr">
        <Code text={text} language={name} />
      </pre>
    </figure>
  );
}
