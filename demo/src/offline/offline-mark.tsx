import { useSnapshot } from '../state/snapshot.ts';
import { offlineApp } from './offline-app.ts';
import { useOnline } from './use-online.ts';

/** Says that there is no network, and what that means here: nothing, once the viewer's files are kept. */
export function OfflineMark() {
  const isOnline = useOnline();
  const { files } = useSnapshot(offlineApp.snapshot);
  return (
    <div role="status">
      {!isOnline && (
        <p>
          <strong>Offline.</strong>{' '}
          {files === 'ready'
            ? 'Everything here still works.'
            : 'What is open still works; it cannot be opened again without a network.'}
        </p>
      )}
    </div>
  );
}
