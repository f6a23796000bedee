import { useCallback, useEffect, useRef, useState } from 'react';
import type {
  ImportProgress,
  ImportReport,
  RolloutFile,
  ThreadStoreClient,
  ThreadStoreError,
} from 'idb-thread-store';
import { toStoreError } from '../store/store-failure.ts';

/** The files of one import. */
export interface ImportJob {
  /** What is imported, to read: `3 files`. */
  label: string;
  /** Gives the files; once more for each try. */
  files: () => Iterable<RolloutFile> | AsyncIterable<RolloutFile>;
  fileCount: number;
  /** Bytes of all files, uncompressed; absent where that is not known. */
  bytes?: number;
  /** Whether its report may go unread when all went well. */
  quiet?: boolean;
}

/** An import's state: none, under way, or over. */
export type ImportState =
  | { state: 'idle' }
  | { state: 'running'; job: ImportJob; progress?: ImportProgress }
  | { state: 'done'; job: ImportJob; report: ImportReport }
  | { state: 'failed'; job: ImportJob; error: ThreadStoreError };

/** The present import, and the ways to begin and end one. */
export interface Importer {
  current: ImportState;
  /** Begins an import; one that runs is done first. */
  start: (job: ImportJob) => void;
  /** Stops the import that runs and those that wait. */
  cancel: () => void;
  /** Puts the report away. */
  dismiss: () => void;
}

/** Imports rollout files, one job after the other. */
export function useImport(store: ThreadStoreClient): Importer {
  const [current, setCurrent] = useState<ImportState>({ state: 'idle' });
  const waiting = useRef<ImportJob[]>([]);
  const running = useRef<AbortController>(undefined);

  const run = useCallback(async () => {
    if (running.current !== undefined) return;
    for (let job = waiting.current.shift(); job !== undefined; job = waiting.current.shift()) {
      const stop = new AbortController();
      running.current = stop;
      setCurrent({ state: 'running', job });
      try {
        const report = await store.importRollouts(job.files(), {
          signal: stop.signal,
          onProgress: (progress) => {
            if (!stop.signal.aborted) setCurrent({ state: 'running', job, progress });
          },
        });
        setCurrent(job.quiet && isClean(report) ? { state: 'idle' } : { state: 'done', job, report });
      } catch (error) {
        setCurrent({ state: 'failed', job, error: toStoreError(error) });
      }
      running.current = undefined;
    }
  }, [store]);

  const cancel = useCallback(() => {
    waiting.current = [];
    running.current?.abort();
  }, []);

  useEffect(() => cancel, [cancel]);

  const start = useCallback(
    (job: ImportJob) => {
      waiting.current.push(job);
      void run();
    },
    [run],
  );
  const dismiss = useCallback(() => setCurrent({ state: 'idle' }), []);
  return { current, start, cancel, dismiss };
}

function isClean(report: ImportReport): boolean {
  return report.files.every((file) => file.outcome !== 'failed' && file.rejectedLineCount === 0);
}
