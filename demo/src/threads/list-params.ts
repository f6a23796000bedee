import type { ListThreadsParams } from 'idb-thread-store';
import type { ListFilters } from './list-filters.tsx';

/** The list that the filters ask for, but for the words. */
export function listParams({
  sortKey,
  archived,
  folder,
  provider,
}: Omit<ListFilters, 'words'>): Pick<
  ListThreadsParams,
  'sortKey' | 'archived' | 'cwdFilters' | 'modelProviders'
> {
  return {
    sortKey,
    archived,
    ...(folder === '' ? {} : { cwdFilters: [folder] }),
    ...(provider === '' ? {} : { modelProviders: [provider] }),
  };
}
