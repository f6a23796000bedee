import { type ChangeEvent, useRef } from 'react';
import { chosenFiles, type FoundFile } from './found-files.ts';

interface ImportButtonProps {
  onFiles: (files: FoundFile[]) => void;
}

/** Phones let one choose files only. */
const takesFolders = 'webkitdirectory' in HTMLInputElement.prototype;

/** Chooses rollout files and archives of them, or a whole folder of sessions. */
export function ImportButton({ onFiles }: ImportButtonProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenFiles(target.files ?? []);
    // So that the same files can be chosen again.
    target.value = '';
    if (chosen.length > 0) onFiles(chosen);
  };
  return (
    <div className="import-choice" role="group" aria-label="Import">
      <button type="button" className="button" onClick={() => files.current?.click()}>
        Import…
      </button>
      {takesFolders && (
        <button type="button" className="button" onClick={() => folder.current?.click()}>
          Folder…
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
