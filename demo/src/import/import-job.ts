import type { RolloutFile } from 'idb-thread-store';
import { formatCount } from '../text/format.ts';
import { findRollouts, type Rollouts, type RolloutSource } from './find-rollouts.ts';
import { type FoundFile, walkEntries } from './found-files.ts';

/** The files of an import. */
export interface ImportFiles {
  /** What is imported, to read: `3 files`. */
  label: string;
  files: () => Iterable<RolloutFile> | AsyncIterable<RolloutFile>;
  fileCount: number;
  /** Bytes of all files, uncompressed; absent where that is not known. */
  bytes?: number;
  /** How many files were left alone for what they are called. */
  passedOver: number;
}

/** An import to do. */
export interface ImportJob {
  /** Finds the files; once more for each try. */
  find: (signal: AbortSignal) => Promise<ImportFiles>;
  /** Whether its report may go unread when all went well. */
  quiet?: boolean;
}

/** Files that one chose, as an import. */
export function fileJob(files: readonly FoundFile[]): ImportJob {
  return { find: async (signal) => toImportFiles(await findRollouts(files, signal)) };
}

/** What one dropped, folders too, as an import. */
export function dropJob(entries: readonly FileSystemEntry[]): ImportJob {
  return {
    find: async (signal) => toImportFiles(await findRollouts(await walkEntries(entries, signal), signal)),
  };
}

function toImportFiles({ sources, passedOver }: Rollouts): ImportFiles {
  const bytes = sources.reduce<number | undefined>(
    (sum, source) => (sum === undefined || source.bytes === undefined ? undefined : sum + source.bytes),
    0,
  );
  return {
    label: formatCount(sources.length, 'file'),
    files: () => openEach(sources),
    fileCount: sources.length,
    passedOver,
    ...(bytes === undefined ? {} : { bytes }),
  };
}

async function* openEach(sources: readonly RolloutSource[]): AsyncGenerator<RolloutFile> {
  for (const { name, open } of sources) {
    // What cannot be opened fails as one file, where it is read, and not the whole import.
    yield { name, data: await open().catch(failing) };
  }
}

function failing(error: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}
