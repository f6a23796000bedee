import { formatBytes } from '../text/format.ts';
import { useStore } from './store-context.ts';
import { useStorageStatus } from './use-storage-status.ts';

/** One line that tells where the conversations are kept. */
export function StorageLine() {
  const status = useStorageStatus(useStore());
  return (
    <footer className="storage-line">
      {status !== undefined && (
        <>
          <span className={status.engine === 'memory' ? 'storage-engine is-warning' : 'storage-engine'}>
            {status.engine === 'memory' ? 'In memory: gone with this tab' : 'IndexedDB'}
          </span>
          <span>{status.mode === 'worker' ? 'in a worker' : 'in this page'}</span>
          {status.usage !== undefined && (
            <span>
              {formatBytes(status.usage)}
              {status.quota === undefined ? ' used' : ` of ${formatBytes(status.quota)}`}
            </span>
          )}
          {status.persisted === true && <span>persistent</span>}
        </>
      )}
    </footer>
  );
}
