import type { WebSearchItem } from 'idb-thread-store';
import { Link } from '../text/link.tsx';
import { JsonText } from '../text/json-text.tsx';
import { Fold, Line } from './fold.tsx';

/** A search of the web, or a page that was opened. */
export function WebSearch({ item }: { item: WebSearchItem }) {
  const { action, results } = item;
  const url = typeof action?.['url'] === 'string' ? action['url'] : undefined;
  const pattern = typeof action?.['pattern'] === 'string' ? ` for “${action['pattern']}”` : '';
  const title =
    item.query === '' || url !== undefined ? `${url ?? 'Searched the web'}${pattern}` : item.query;
  if (action === undefined && results === undefined) return <Line tag="web" title={title} />;
  return (
    <Fold tag="web" title={title} {...(results === undefined ? {} : { meta: `${results.length} results` })}>
      {() => (
        <>
          {url !== undefined && (
            <p dir="auto">
              <Link href={url}>{url}</Link>
            </p>
          )}
          <JsonText value={results ?? action} name={results === undefined ? 'Action' : 'Results'} />
        </>
      )}
    </Fold>
  );
}
