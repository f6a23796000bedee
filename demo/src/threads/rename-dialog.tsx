import { useEffect, useRef } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { threadTitle } from './thread-title.ts';

interface RenameDialogProps {
  thread: StoredThread;
  /** Takes the name; `null` for none. */
  onName: (name: string | null) => void;
  onClose: () => void;
}

/** Asks for a thread's name. */
export function RenameDialog({ thread, onName, onClose }: RenameDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    input.current?.select();
  }, []);

  const { name, ...unnamed } = thread;
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="rename-title" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={() => {
          const entered = input.current?.value.trim() ?? '';
          if (entered !== (name ?? '')) onName(entered === '' ? null : entered);
        }}
      >
        <h2 id="rename-title">Rename</h2>
        <input
          ref={input}
          className="field"
          aria-label="Name"
          defaultValue={name ?? ''}
          placeholder={threadTitle(unnamed)}
          maxLength={400}
          dir="auto"
        />
        <p className="quiet">Without a name it is called as it begins.</p>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button is-first">
            Rename
          </button>
        </div>
      </form>
    </dialog>
  );
}
