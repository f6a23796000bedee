import { isJsonObject, type Json } from './json.ts';
import type { SessionSource, StoredThread } from './records.ts';
import type { CheckedRequest } from './check-request.ts';

type Filters = Pick<
  CheckedRequest<'listThreads'>,
  'allowedSources' | 'modelProviders' | 'cwdFilters' | 'parentThreadIds' | 'searchTerm'
>;

/** Makes the test that tells which threads a list shows; archived ones are told apart before. */
export function threadFilter(filters: Filters): (thread: StoredThread) => boolean {
  const { cwdFilters, parentThreadIds, searchTerm = '' } = filters;
  // Empty lists of sources and providers mean all, an empty list of directories means none (contract §1.5, 27).
  const sources = nonEmpty(filters.allowedSources?.map(sourceKey));
  const providers = nonEmpty(filters.modelProviders);
  return (thread) =>
    (sources?.includes(sourceKey(thread.source)) ?? true) &&
    (providers?.includes(thread.modelProvider) ?? true) &&
    (cwdFilters?.includes(thread.cwd) ?? true) &&
    (parentThreadIds?.includes(thread.parentThreadId ?? '') ?? true) &&
    (thread.preview.includes(searchTerm) || (thread.name?.includes(searchTerm) ?? false));
}

function nonEmpty(values: string[] | undefined): string[] | undefined {
  return values?.length ? values : undefined;
}

/** A source as text that is the same whatever the order of its fields. */
function sourceKey(source: SessionSource): string {
  return JSON.stringify(source, (_, value: Json) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
