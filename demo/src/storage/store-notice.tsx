import { useEffect, useState } from 'react';
import type { ThreadStoreEvent } from 'idb-thread-store';
import { useThreadStore } from 'idb-thread-store/react';

interface Notice {
  text: string;
  /** Whether loading the page anew helps. */
  reload: boolean;
}

/** What one should know of the store. */
const notices: Partial<Record<ThreadStoreEvent['type'], Notice>> = {
  outdated: {
    text: 'A newer version of this viewer is open in another tab. This one no longer reads or writes.',
    reload: true,
  },
  databaseDeleted: { text: 'All conversations were deleted in the browser’s settings.', reload: false },
  restarted: {
    text: 'The storage had to be started again. What you see may be older than it is.',
    reload: true,
  },
};

/** Tells what happened to the store, until it is put away. */
export function StoreNotice() {
  const store = useThreadStore();
  const [notice, setNotice] = useState<Notice>();
  useEffect(() => store.subscribe(({ type }) => setNotice((last) => notices[type] ?? last)), [store]);
  if (notice === undefined) return null;
  return (
    <section className="update-prompt" role="alert">
      <p>{notice.text}</p>
      {notice.reload && (
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
      <button type="button" className="button" onClick={() => setNotice(undefined)}>
        Close
      </button>
    </section>
  );
}
