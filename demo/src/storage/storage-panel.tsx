import type { MouseEvent, RefObject } from 'react';
import type { StorageStatus } from 'idb-thread-store';
import { installOffer } from '../offline/installation.ts';
import { offlineApp, type OfflineState } from '../offline/offline-app.ts';
import { useSnapshot } from '../state/snapshot.ts';
import { formatBytes } from '../text/format.ts';
import { DeleteAll } from './delete-all.tsx';
import { ExportThread } from './export-thread.tsx';
import { Persistence } from './persistence.tsx';

interface StoragePanelProps {
  dialog: RefObject<HTMLDialogElement | null>;
  status: StorageStatus | undefined;
  /** The conversation that is open. */
  threadId: string | undefined;
  /** Hears that something was done that may change the status. */
  onChange: () => void;
}

const offlineWords: Record<OfflineState['files'], string> = {
  unavailable: 'Not available in this window',
  preparing: 'Being prepared',
  ready: 'Opens without a network',
};

/** Where and how the conversations are kept, and what can be done about it. */
export function StoragePanel({ dialog, status, threadId, onChange }: StoragePanelProps) {
  const { files } = useSnapshot(offlineApp.snapshot);
  const offer = useSnapshot(installOffer);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      className="storage-panel"
      aria-labelledby="storage-title"
      onClick={(event: MouseEvent) => event.target === dialog.current && close()}
    >
      <div className="storage-body">
        <div className="storage-head">
          <h2 id="storage-title">Storage</h2>
          <button type="button" className="button" onClick={close}>
            Close
          </button>
        </div>
        {status !== undefined && (
          <dl>
            <dt>Kept in</dt>
            <dd>
              {status.engine === 'memory' ? 'memory, gone with this tab' : 'IndexedDB'},{' '}
              {status.mode === 'worker' ? 'by a worker' : 'by this page'}
              {status.reason !== undefined && <p className="is-warning">{status.reason}</p>}
            </dd>
            <dt>Space</dt>
            <dd>
              <Space status={status} />
            </dd>
            <dt>Lasting</dt>
            <dd>
              <Persistence persisted={status.persisted} onChange={onChange} />
            </dd>
            <dt>Offline</dt>
            <dd>
              <p>{offlineWords[files]}</p>
              {offer !== undefined && (
                <button type="button" className="button" onClick={() => void offer.prompt()}>
                  Install as an app
                </button>
              )}
            </dd>
            {threadId !== undefined && (
              <>
                <dt>This conversation</dt>
                <dd>
                  <ExportThread key={threadId} threadId={threadId} />
                </dd>
              </>
            )}
            <dt>All conversations</dt>
            <dd>
              <DeleteAll onDone={onChange} />
            </dd>
          </dl>
        )}
      </div>
    </dialog>
  );
}

function Space({ status: { usage, quota } }: { status: StorageStatus }) {
  if (usage === undefined) return 'This browser does not say.';
  if (quota === undefined) return `${formatBytes(usage)} used`;
  return (
    <>
      <meter aria-label="Space used" min={0} max={quota} value={usage} />
      {formatBytes(usage)} of about {formatBytes(quota)}
    </>
  );
}
