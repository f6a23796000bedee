import type { ReasoningItem } from 'idb-thread-store';
import { plainTitle } from '../text/markdown.ts';
import { RichText } from '../text/rich-text.tsx';
import { Fold, Line } from './fold.tsx';

/** What the agent thought, as far as it was recorded. */
export function Reasoning({ item }: { item: ReasoningItem }) {
  const text = [...item.summary, ...item.content].join('\n\n');
  if (text.trim() === '') return <Line tag="think" title="Not recorded" />;
  return (
    <Fold tag="think" title={plainTitle(text)}>
      {() => <RichText text={text} name="text" />}
    </Fold>
  );
}
