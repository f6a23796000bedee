import { useMemo } from 'react';
import { PlainText } from './plain-text.tsx';

interface JsonTextProps {
  value: unknown;
  /** Tells this value from others of the same item. */
  name: string;
}

/** A JSON value, indented. */
export function JsonText({ value, name }: JsonTextProps) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? '', [value]);
  return <PlainText text={text} name={name} language="json" />;
}
