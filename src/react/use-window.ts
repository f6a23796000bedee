import { useMemo, useSyncExternalStore } from 'react';
import type { ListPlace } from './list-pages.ts';
import type { ListState, WindowLimits } from './list-state.ts';
import type { ListWindow } from './list-window.ts';
import type { SharedWindow } from './shared-window.ts';

/** How a hook reads a list. */
export interface ListOptions extends Partial<WindowLimits> {
  /** Whether to suspend until the first page is there, and throw when it cannot be read. Default false. */
  suspense?: boolean | undefined;
}

/** What every list hook gives beside the rows. */
export interface ListView extends Omit<ListState<unknown>, 'rows'> {
  /** Reads the page before the oldest row here, if there is one and none is on its way. */
  loadOlder: () => void;
  /** Reads the page after the newest row here, if there is one and none is on its way. */
  loadNewer: () => void;
  /**
   * Starts anew at a place of the list: an end, or a row by a cursor of the same list, from which newer rows follow.
   * Where that row is gone, at the newest end.
   */
  jumpTo: (to: ListPlace) => void;
  /** After an error: reads again what could not be read. */
  retry: () => void;
}

/** The rows of a window, oldest first, and its view; renders again when they change. */
export function useWindow<Row>(
  shared: SharedWindow<ListWindow<Row>>,
  suspense = false,
): { rows: readonly Row[]; view: ListView } {
  const { window } = shared;
  const state = useSyncExternalStore(shared.subscribe, window.getState, window.getState);
  if (suspense && !state.loaded) {
    if (state.error !== undefined) {
      shared.fail();
      throw state.error;
    }
    // React 18 has no `use`: it suspends on a promise that is thrown, as 19 does.
    // oxlint-disable-next-line typescript/only-throw-error
    throw shared.preload();
  }
  return useMemo(() => {
    const { rows, ...rest } = state;
    const { loadOlder, loadNewer, jumpTo, retry } = window;
    return { rows, view: { ...rest, loadOlder, loadNewer, jumpTo, retry } };
  }, [state, window]);
}

/** The limits that a hook's options ask for. */
export function limitsOf({ pageSize, maxRows, startAt }: ListOptions, defaults: WindowLimits): WindowLimits {
  return {
    pageSize: pageSize ?? defaults.pageSize,
    maxRows: maxRows ?? defaults.maxRows,
    startAt: startAt ?? defaults.startAt,
  };
}
