import { useRef } from 'react';

interface ImportButtonProps {
  onFiles: (files: File[]) => void;
}

/** Chooses rollout files. */
export function ImportButton({ onFiles }: ImportButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Import…
      </button>
      <input
        ref={input}
        type="file"
        accept=".jsonl,.gz,.zst"
        multiple
        hidden
        aria-label="Rollout files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // So that the same files can be chosen again.
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
