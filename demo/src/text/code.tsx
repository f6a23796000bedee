import { createElement, memo, type ReactNode, useEffect, useState } from 'react';
import { type Highlighted, highlight, knownHighlight } from './highlight.ts';

interface CodeProps {
  text: string;
  /** A language's name or one of its short ones; any other, also `''`, is shown plain. */
  language: string;
}

/** Code, in its colours as soon as its language is there. */
export const Code = memo(function Code({ text, language }: CodeProps) {
  const [coloured, setColoured] = useState<{ text: string; parts: Highlighted }>();

  useEffect(() => {
    let ended = false;
    void highlight(text, language).then((parts) => {
      if (!ended && parts !== undefined) setColoured({ text, parts });
    });
    return () => {
      ended = true;
    };
  }, [text, language]);

  const parts = coloured?.text === text ? coloured.parts : knownHighlight(text, language);
  return <code>{parts === undefined ? text : toElements(parts)}</code>;
});

function toElements(parts: Highlighted): ReactNode[] {
  return parts.map((part, index) =>
    typeof part === 'string'
      ? part
      : createElement('span', { key: index, className: part.className }, toElements(part.parts)),
  );
}
