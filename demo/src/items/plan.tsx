import type { PlanItem } from 'idb-thread-store';
import { plainTitle } from '../text/markdown.ts';
import { RichText } from '../text/rich-text.tsx';
import { Fold } from './fold.tsx';

/** A plan that the agent proposed. */
export function Plan({ item }: { item: PlanItem }) {
  return (
    <Fold tag="plan" title={plainTitle(item.text)} initiallyOpen>
      {() => <RichText text={item.text} name="text" />}
    </Fold>
  );
}
