import { type ChangeEvent, useEffect, useRef } from 'react';
import { chosenFiles, type FoundFile } from './found-files.ts';

interface ImportButtonProps {
  onFiles: (files: FoundFile[]) => void;
}

/** Phones let one choose files only. */
const takesFolders = 'webkitdirectory' in HTMLInputElement.prototype;

/** Chooses rollout files and archives of them, or a whole folder of sessions. */
export function ImportButton({ onFiles }: ImportButtonProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const close = (event: Event) => {
      const { current } = menu;
      if (!current?.open) return;
      const isOutside = !(event.target instanceof Node && current.contains(event.target));
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : isOutside) current.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);

  const choose = (input: HTMLInputElement | null) => {
    if (menu.current) menu.current.open = false;
    input?.click();
  };
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenFiles(target.files ?? []);
    // So that the same files can be chosen again.
    target.value = '';
    if (chosen.length > 0) onFiles(chosen);
  };

  return (
    <div className="import-choice">
      {takesFolders ? (
        <details ref={menu}>
          <summary className="button">Import…</summary>
          <div className="import-menu">
            <button type="button" onClick={() => choose(files.current)}>
              Files or ZIP archives…
            </button>
            <button type="button" onClick={() => choose(folder.current)}>
              A folder of sessions…
            </button>
          </div>
        </details>
      ) : (
        <button type="button" className="button" onClick={() => choose(files.current)}>
          Import…
        </button>
      )}
      <input
        ref={files}
        type="file"
        accept=".jsonl,.gz,.zst,.zip"
        multiple
        hidden
        aria-label="Rollout files"
        onChange={onChange}
      />
      <input
        ref={(input) => {
          folder.current = input;
          // React's types do not know it as an attribute.
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label="Folder of sessions"
        onChange={onChange}
      />
    </div>
  );
}
