import { useState } from 'react';

interface PersistenceProps {
  /** What the browser promised; absent where it cannot be asked. */
  persisted: boolean | undefined;
  onChange: () => void;
}

/** Whether the browser promised to keep what is stored, and asking it to. */
export function Persistence({ persisted, onChange }: PersistenceProps) {
  const [isRefused, setRefused] = useState(false);
  if (persisted === undefined) return 'This browser cannot be asked.';
  if (persisted) return 'The browser keeps it until you delete it.';
  const ask = async () => {
    setRefused(!(await navigator.storage.persist()));
    onChange();
  };
  return (
    <>
      <p>
        {isRefused
          ? 'The browser said no. Visit more often, set a bookmark or install the app, then ask again.'
          : 'The browser may delete it when space runs short.'}
      </p>
      <button type="button" className="button" onClick={() => void ask()}>
        Ask to keep it
      </button>
    </>
  );
}
