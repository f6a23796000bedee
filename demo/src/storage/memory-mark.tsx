import { useThreadStore } from 'idb-thread-store/react';
import { useStorageStatus } from './use-storage-status.ts';

/** Says that nothing here lasts, where the browser lets nothing be stored. */
export function MemoryMark() {
  const { status } = useStorageStatus(useThreadStore());
  return (
    <div role="status">
      {status?.engine === 'memory' && (
        <p>
          <strong className="is-warning">Not kept.</strong> This browser denies storage: what is here is gone
          with this tab.
        </p>
      )}
    </div>
  );
}
