import type { FunctionCallOutputItem } from 'idb-thread-store';
import { PlainText } from '../text/plain-text.tsx';
import { Fold } from './fold.tsx';
import { ToolContent } from './tool-content.tsx';

/** What a function gave that the model did not call itself. */
export function FunctionOutput({ item }: { item: FunctionCallOutputItem }) {
  return (
    <Fold
      tag="output"
      title={item.namespace === undefined ? item.name : `${item.namespace} · ${item.name}`}
      code
    >
      {() =>
        typeof item.output === 'string' ? (
          <PlainText text={item.output} name="Output" />
        ) : (
          <ToolContent content={item.output} />
        )
      }
    </Fold>
  );
}
