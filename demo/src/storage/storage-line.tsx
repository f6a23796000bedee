import { useRef } from 'react';
import { useThreadStore } from 'idb-thread-store/react';
import { formatBytes } from '../text/format.ts';
import { StoragePanel } from './storage-panel.tsx';
import { useStorageStatus } from './use-storage-status.ts';

/** One line that tells where the conversations are kept, and opens the panel that tells more. */
export function StorageLine({ threadId }: { threadId: string | undefined }) {
  const { status, ask } = useStorageStatus(useThreadStore());
  const panel = useRef<HTMLDialogElement>(null);
  return (
    <footer>
      <button
        type="button"
        className="storage-line"
        aria-haspopup="dialog"
        onClick={() => panel.current?.showModal()}
      >
        {status === undefined ? (
          <span>Storage</span>
        ) : (
          <>
            <span className={status.engine === 'memory' ? 'is-warning' : undefined}>
              {status.engine === 'memory' ? 'In memory: gone with this tab' : 'Kept in this browser'}
            </span>
            {status.usage !== undefined && <span>{formatBytes(status.usage)}</span>}
            {status.persisted === true && <span>persistent</span>}
          </>
        )}
      </button>
      <StoragePanel dialog={panel} status={status} threadId={threadId} onChange={ask} />
    </footer>
  );
}
