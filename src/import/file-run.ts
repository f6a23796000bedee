import { ThreadStoreError } from '../contract/errors.ts';
import type { ImportedFileReport, ImportProgress, RolloutFile } from '../contract/rollout-import.ts';
import type { CountedLines } from './counted-lines.ts';
import { fileBytes } from './file-bytes.ts';
import { lineBatches, type LineBatch } from './line-batches.ts';
import { reasonOf } from './reason-of.ts';

/** A file's lines as they are read. */
export type Batches = AsyncGenerator<LineBatch, void, undefined>;

/** How far a file is. */
export type FileProgress = Pick<ImportProgress, 'bytes' | 'lines' | 'items'>;

/** What the import of any file has: its reading, how far it is, and what became of it. */
export abstract class FileRun<Lines extends CountedLines = CountedLines> {
  /** The threads that are new or changed through it. */
  readonly changedThreads = new Set<string>();
  readonly progress: FileProgress = { bytes: 0, lines: 0, items: 0 };
  protected readonly file: RolloutFile;
  protected readonly signal: AbortSignal | undefined;
  protected readonly lines: Lines;
  protected result: Pick<ImportedFileReport, 'outcome' | 'threadId' | 'reason' | 'code' | 'missingBase'> = {
    outcome: 'imported',
  };

  protected constructor(file: RolloutFile, signal: AbortSignal | undefined, lines: Lines) {
    this.file = file;
    this.signal = signal;
    this.lines = lines;
  }

  /** @throws what is wrong with the file, or with the store; nothing of the file is visible then. */
  abstract run(): Promise<void>;

  /** Notes that the file could not be imported. */
  fail(error: unknown): void {
    const code = error instanceof ThreadStoreError ? { code: error.code } : {};
    this.result = { ...this.result, outcome: 'failed', reason: reasonOf(error), ...code };
  }

  get report(): ImportedFileReport {
    const { rejectedLines, rejectedLineCount } = this.lines;
    const { lines, bytes } = this.progress;
    return { name: this.file.name, ...this.result, lines, bytes, rejectedLines, rejectedLineCount };
  }

  protected async *read(): Batches {
    for await (const batch of lineBatches(fileBytes(this.file.data, this.signal))) {
      this.signal?.throwIfAborted();
      this.progress.bytes += batch.bytes.length;
      this.progress.lines += batch.lines.length;
      yield batch;
    }
    // A source that was stopped looks as if it had ended.
    this.signal?.throwIfAborted();
  }
}
