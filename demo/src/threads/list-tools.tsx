import { useId, useState } from 'react';
import { useThreadStore } from 'idb-thread-store/react';
import { countFilters, type ListFilters, ListFiltersForm } from './list-filters.tsx';
import { useThreadFacets } from './use-thread-facets.ts';

interface ListToolsProps {
  filters: ListFilters;
  onChange: (filters: ListFilters) => void;
}

/** Looks for threads, and chooses which of them the list shows. */
export function ListTools({ filters, onChange }: ListToolsProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const facets = useThreadFacets(useThreadStore(), filters.archived, open);
  const count = countFilters(filters);
  return (
    <search className="list-tools" aria-label="Conversations">
      <div className="list-search">
        <input
          type="search"
          className="field"
          aria-label="Search titles and folders"
          placeholder="Search titles and folders"
          value={filters.words}
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          data-search="threads"
          onChange={(event) => onChange({ ...filters, words: event.target.value })}
          onKeyDown={(event) => {
            const first = document.querySelector<HTMLElement>('.thread-row');
            if (event.key === 'ArrowDown') first?.focus();
            else if (event.key === 'Enter' && !event.nativeEvent.isComposing) first?.click();
            else if (event.key === 'Escape' && filters.words !== '') onChange({ ...filters, words: '' });
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <button
          type="button"
          className="button"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          Filter{count > 0 && <span className="badge">{count}</span>}
        </button>
      </div>
      {open && <ListFiltersForm id={id} filters={filters} facets={facets} onChange={onChange} />}
    </search>
  );
}
