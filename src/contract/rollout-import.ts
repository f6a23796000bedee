import type { ThreadStoreErrorCode } from './thread-store-error.ts';

/** A file to import: a rollout, or the names that people gave their threads in Codex. */
export interface RolloutFile {
  /**
   * The file's name, with or without folders: `rollout-<time>-<id>.jsonl`, also with `.gz` or `.zst`. One that is called
   * `session_index.jsonl` has the names, which no rollout has; it lies in Codex's folder, beside `sessions`.
   */
  name: string;
  /** Its content, plain or compressed with gzip or zstd, whatever the name says. */
  data: Blob | ReadableStream<Uint8Array> | string;
}

/** How to import. */
export interface ImportOptions {
  /** Called now and then while a file is read, and after each file. */
  onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Stops the import. */
  signal?: AbortSignal | undefined;
  /**
   * `extended`, the default, shows all that a file recorded, as command executions; `limited` hides what Codex's own
   * server hides. It stays with the threads that are imported with it.
   */
  surface?: 'limited' | 'extended' | undefined;
}

/** How far an import is. */
export interface ImportProgress {
  /** Files done. */
  files: number;
  /** The name of the file in work, or of the one just done. */
  file: string;
  /** Uncompressed bytes read, of all files. */
  bytes: number;
  /** Lines read, of all files. */
  lines: number;
  /** Items stored, of all files. */
  items: number;
}

/** A line that could not be understood. It is kept, and gives nothing to the history. */
export interface RejectedLineReport {
  /** Counted from 1. */
  line: number;
  reason: string;
}

/** What became of one file. */
export interface ImportedFileReport {
  name: string;
  /**
   * - `imported`: the thread is new, or this file is a new part of it; or a thread has another name through it
   * - `extended`: a longer version of a file that was there; the rest was added
   * - `unchanged`: it was there already
   * - `failed`: nothing of it was stored; `reason` says why
   */
  outcome: 'imported' | 'extended' | 'unchanged' | 'failed';
  /** Absent where the file does not say, and where it has names. */
  threadId?: string;
  /** Why it failed. */
  reason?: string;
  /** Where the store failed and not the file, as `resource_exhausted`: the same file may be imported later. */
  code?: ThreadStoreErrorCode;
  /** Its history begins in another rollout, which is not there yet; the thread is whole once that is imported. */
  missingBase?: string;
  /** Lines of the file. */
  lines: number;
  /** Uncompressed bytes of the file. */
  bytes: number;
  /** The first hundred lines that could not be understood. */
  rejectedLines: RejectedLineReport[];
  /** How many lines could not be understood. */
  rejectedLineCount: number;
}

/** What became of an import. */
export interface ImportReport {
  files: ImportedFileReport[];
  /** The threads that are new or changed, each once. */
  threadIds: string[];
}
