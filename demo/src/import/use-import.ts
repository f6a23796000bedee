import { useCallback, useEffect, useRef, useState } from 'react';
import {
  ThreadStoreError,
  type ImportProgress,
  type ImportReport,
  type ThreadStoreClient,
} from 'idb-thread-store';
import { toStoreError } from '../store/store-failure.ts';
import type { ImportFiles, ImportJob } from './import-job.ts';

/** How far an import is, and for how long it has been under way. */
export interface ImportAdvance {
  progress: ImportProgress;
  /** Milliseconds since the first file was opened. */
  elapsedMs: number;
}

/** An import's state: none, under way, or over. `files` is there once they are found. */
export type ImportState =
  | { state: 'idle' }
  | { state: 'running'; files?: ImportFiles; advance?: ImportAdvance }
  | { state: 'done'; files: ImportFiles; advance: ImportAdvance | undefined; report: ImportReport }
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
      setCurrent({ state: 'running' });
      try {
        setCurrent(await runJob(store, job, stop.signal, setCurrent));
      } catch (error) {
        setCurrent({ state: 'failed', job, error: stop.signal.aborted ? stopped() : toStoreError(error) });
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

/** Runs one import; tells `onState` how far it is, and gives how it ended. */
async function runJob(
  store: ThreadStoreClient,
  job: ImportJob,
  signal: AbortSignal,
  onState: (state: ImportState) => void,
): Promise<ImportState> {
  const files = await job.find(signal);
  onState({ state: 'running', files });
  const begin = performance.now();
  let advance: ImportAdvance | undefined;
  const report = await store.importRollouts(files.files(), {
    signal,
    onProgress: (progress) => {
      advance = { progress, elapsedMs: performance.now() - begin };
      if (!signal.aborted) onState({ state: 'running', files, advance });
    },
  });
  return job.quiet && isClean(report) ? { state: 'idle' } : { state: 'done', files, advance, report };
}

function stopped(): ThreadStoreError {
  return new ThreadStoreError('aborted', 'The import was stopped.');
}

function isClean(report: ImportReport): boolean {
  return report.files.every((file) => file.outcome !== 'failed' && file.rejectedLineCount === 0);
}
