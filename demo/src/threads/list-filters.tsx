import { useId } from 'react';
import type { ThreadSortKey } from 'idb-thread-store';
import { shortPath } from '../text/format.ts';
import type { ThreadFacets } from './use-thread-facets.ts';

/** Which threads the list shows, and in which order. */
export interface ListFilters {
  sortKey: ThreadSortKey;
  archived: boolean;
  /** Words of the title or the beginning; `''` for all. */
  words: string;
  /** A working directory; `''` for all. */
  folder: string;
  /** A model provider; `''` for all. */
  provider: string;
}

/** The list as it is at first. */
export const noFilters: ListFilters = {
  sortKey: 'recencyAt',
  archived: false,
  words: '',
  folder: '',
  provider: '',
};

/** How many of the filters do something. */
export function countFilters({ archived, folder, provider }: ListFilters): number {
  return Number(archived) + Number(folder !== '') + Number(provider !== '');
}

interface ListFiltersFormProps {
  id: string;
  filters: ListFilters;
  facets: ThreadFacets;
  onChange: (filters: ListFilters) => void;
}

/** Chooses which threads the list shows, and in which order. */
export function ListFiltersForm({ id, filters, facets, onChange }: ListFiltersFormProps) {
  const change = (part: Partial<ListFilters>) => onChange({ ...filters, ...part });
  return (
    <div className="list-filters" id={id} role="group" aria-label="Sort and filter">
      <Choice
        label="Sort by"
        value={filters.sortKey}
        options={[
          ['recencyAt', 'Latest turn'],
          ['updatedAt', 'Latest change'],
          ['createdAt', 'Beginning'],
        ]}
        onChange={(value) => {
          if (value === 'recencyAt' || value === 'updatedAt' || value === 'createdAt')
            change({ sortKey: value });
        }}
      />
      <Choice
        label="Folder"
        value={filters.folder}
        options={[['', 'All'], ...facets.folders.map((folder): Option => [folder, shortPath(folder)])]}
        onChange={(folder) => change({ folder })}
      />
      <Choice
        label="Provider"
        value={filters.provider}
        options={[['', 'All'], ...facets.providers.map((provider): Option => [provider, provider])]}
        onChange={(provider) => change({ provider })}
      />
      <Choice
        label="Show"
        value={filters.archived ? 'archived' : 'active'}
        options={[
          ['active', 'Active'],
          ['archived', 'Archived'],
        ]}
        onChange={(value) => change({ archived: value === 'archived' })}
      />
    </div>
  );
}

type Option = [value: string, word: string];

interface ChoiceProps {
  label: string;
  value: string;
  options: Option[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="choice">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}
