import { useEffect, useState } from 'react';
import { droppedEntries } from './found-files.ts';

/** Takes files and folders that are dropped anywhere on the page. Gives whether some hang over it now. */
export function useFileDrop(onEntries: (entries: FileSystemEntry[]) => void): boolean {
  const [over, setOver] = useState(false);

  useEffect(() => {
    // Entering a child comes before leaving its parent, so only the count tells when the page is left.
    let depth = 0;
    const listening = new AbortController();
    const { signal } = listening;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

    addEventListener(
      'dragenter',
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth++;
        setOver(true);
      },
      { signal },
    );
    addEventListener(
      'dragover',
      (event) => {
        if (hasFiles(event)) event.preventDefault();
      },
      { signal },
    );
    addEventListener(
      'dragleave',
      (event) => {
        if (!hasFiles(event)) return;
        depth = Math.max(0, depth - 1);
        if (depth === 0) setOver(false);
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        const entries = event.dataTransfer ? droppedEntries(event.dataTransfer) : [];
        if (entries.length > 0) onEntries(entries);
      },
      { signal },
    );
    return () => listening.abort();
  }, [onEntries]);

  return over;
}
