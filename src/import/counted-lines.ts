import type { RejectedLineReport } from '../contract/rollout-import.ts';
import type { LineBatch } from './line-batches.ts';

/** How many rejected lines a report names. */
const NAMED_REJECTED_LINES = 100;

/** Counts a file's lines, and keeps note of those that could not be understood. */
export class CountedLines {
  lines = 0;
  rejectedLineCount = 0;
  readonly rejectedLines: RejectedLineReport[] = [];

  /** The lines of a batch that are not blank, in order. */
  *count(batch: LineBatch): Generator<string, void, undefined> {
    for (const text of batch.lines) {
      this.lines++;
      if (text.trim() !== '') yield text;
    }
  }

  /** Notes that the line counted last could not be understood. */
  reject(reason: string): void {
    this.rejectedLineCount++;
    if (this.rejectedLines.length < NAMED_REJECTED_LINES)
      this.rejectedLines.push({ line: this.lines, reason });
  }
}
