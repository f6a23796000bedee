import type { EnteredReviewModeItem, ExitedReviewModeItem } from 'idb-thread-store';
import { RichText } from '../text/rich-text.tsx';
import { Fold, Line } from './fold.tsx';

/** The beginning of a review, or its end with what was found. */
export function Review({ item }: { item: EnteredReviewModeItem | ExitedReviewModeItem }) {
  if (item.type === 'enteredReviewMode') return <Line tag="review" title={`Review began: ${item.review}`} />;
  if (item.review === '') return <Line tag="review" title="Review ended" />;
  return (
    <Fold tag="review" title="Review ended" initiallyOpen>
      {() => <RichText text={item.review} name="review" />}
    </Fold>
  );
}
