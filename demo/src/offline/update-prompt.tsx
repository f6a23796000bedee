import { useState } from 'react';
import { useSnapshot } from '../state/snapshot.ts';
import { formatCount } from '../text/format.ts';
import { offlineApp } from './offline-app.ts';

/** Tells of a newer release that waits, and asks whether to use it. */
export function UpdatePrompt() {
  const { updateWaits, openElsewhere } = useSnapshot(offlineApp.snapshot);
  const [isPutOff, putOff] = useState(false);
  if (!updateWaits || isPutOff) return null;
  return (
    <section className="update-prompt" role="status" aria-label="Update">
      <p>
        {openElsewhere === 0
          ? 'A newer version is ready.'
          : `A newer version is ready. Close the ${formatCount(openElsewhere, 'other tab')} first, so that none of them meets newer data.`}
      </p>
      <button type="button" className="button" onClick={offlineApp.update}>
        {openElsewhere === 0 ? 'Update' : 'Try again'}
      </button>
      <button type="button" className="button" onClick={() => putOff(true)}>
        Later
      </button>
    </section>
  );
}
