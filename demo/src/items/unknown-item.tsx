import type { ThreadItem } from 'idb-thread-store';
import { JsonText } from '../text/json-text.tsx';
import { Fold } from './fold.tsx';

/** An item that this viewer has no picture of, as it was recorded. */
export function UnknownItem({ item }: { item: ThreadItem }) {
  return (
    <Fold tag="other" title={item.type} code>
      {() => <JsonText value={item} name={item.type} />}
    </Fold>
  );
}
