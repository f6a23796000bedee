import { aborted, ThreadStoreError } from '../contract/errors.ts';
import type {
  ImportedFileReport,
  ImportOptions,
  ImportProgress,
  ImportReport,
  RolloutFile,
} from '../contract/rollout-import.ts';
import { callListener } from '../contract/subscribers.ts';
import { FileImport } from './file-import.ts';
import type { ImportTarget } from './import-target.ts';

/**
 * Imports rollout files into a store, one after the other. What is wrong with a file costs that file.
 * @param onChange hears of every thread that is new or changed, once it can be read
 * @throws ThreadStoreError `aborted` when the signal stops it.
 */
export async function importRollouts(
  target: ImportTarget,
  files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
  options: ImportOptions = {},
  onChange: (threadId: string) => void = () => undefined,
): Promise<ImportReport> {
  const { signal, onProgress } = options;
  const reports: ImportedFileReport[] = [];
  const threadIds = new Set<string>();
  const done = { bytes: 0, lines: 0, items: 0 };
  for await (const file of guarded(files)) {
    const progress = (now: Pick<ImportProgress, 'bytes' | 'lines' | 'items'>, isDone: boolean) =>
      callListener(onProgress, {
        files: reports.length + (isDone ? 1 : 0),
        file: file.name,
        bytes: done.bytes + now.bytes,
        lines: done.lines + now.lines,
        items: done.items + now.items,
      });
    const run = new FileImport(target, file, options, (now) => progress(now, false));
    try {
      signal?.throwIfAborted();
      await run.run();
    } catch (error) {
      if (signal?.aborted) throw aborted('importRollouts', signal.reason);
      run.fail(error);
    }
    progress(run.progress, true);
    done.bytes += run.progress.bytes;
    done.lines += run.progress.lines;
    done.items += run.progress.items;
    for (const threadId of run.changedThreads) {
      threadIds.add(threadId);
      onChange(threadId);
    }
    reports.push(run.report);
  }
  return { files: reports, threadIds: [...threadIds] };
}

/** The files, with what makes their source fail as an error that says so. */
async function* guarded(
  files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
): AsyncGenerator<RolloutFile, void, undefined> {
  try {
    yield* files;
  } catch (error) {
    throw new ThreadStoreError('invalid_request', `the files cannot be read: ${reasonOf(error)}`, {
      operation: 'importRollouts',
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
