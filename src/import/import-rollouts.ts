import { aborted, ThreadStoreError } from '../contract/errors.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { callListener } from '../contract/subscribers.ts';
import { FileImport } from './file-import.ts';
import type { FileProgress, FileRun } from './file-run.ts';
import type { ImportTarget } from './import-target.ts';
import { NameIndexImport } from './name-index-import.ts';
import { isNameIndex } from './name-index.ts';
import { reasonOf } from './reason-of.ts';

/**
 * Imports rollout files into a store, one after the other, and then the names that people gave their threads. What is
 * wrong with a file costs that file.
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
  const runs: FileRun[] = [];
  const indexes: NameIndexImport[] = [];
  const threadIds = new Set<string>();
  const done = { bytes: 0, lines: 0, items: 0 };
  const attempt = async (run: FileRun, body: () => Promise<void>) => {
    try {
      signal?.throwIfAborted();
      await body();
    } catch (error) {
      if (signal?.aborted) throw aborted('importRollouts', signal.reason);
      run.fail(error);
    }
  };
  const tell = ({ changedThreads }: FileRun) => {
    for (const threadId of changedThreads) {
      threadIds.add(threadId);
      onChange(threadId);
    }
  };
  for await (const file of guarded(files)) {
    const progress = (now: FileProgress, isDone: boolean) =>
      callListener(onProgress, {
        files: runs.length + (isDone ? 1 : 0),
        file: file.name,
        bytes: done.bytes + now.bytes,
        lines: done.lines + now.lines,
        items: done.items + now.items,
      });
    const index = isNameIndex(file.name) ? new NameIndexImport(target, file, signal) : undefined;
    const run = index ?? new FileImport(target, file, options, (now) => progress(now, false));
    await attempt(run, () => run.run());
    progress(run.progress, true);
    done.bytes += run.progress.bytes;
    done.lines += run.progress.lines;
    done.items += run.progress.items;
    tell(run);
    runs.push(run);
    if (index) indexes.push(index);
  }
  for (const index of indexes) {
    await attempt(index, () => index.giveNames());
    tell(index);
  }
  return { files: runs.map(({ report }) => report), threadIds: [...threadIds] };
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
