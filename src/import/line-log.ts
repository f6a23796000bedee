import type { RejectedLineReport } from '../contract/rollout-import.ts';
import { parseRolloutLine, type ParsedLine } from '../rollout/line.ts';
import type { RolloutRecord } from './import-target.ts';
import type { LineBatch } from './line-batches.ts';

/** How many rejected lines a report names. */
const NAMED_REJECTED_LINES = 100;

/** Parses a file's lines, counts them, and keeps note of those that could not be understood. */
export class LineLog {
  lines = 0;
  bytes = 0;
  /** The last line has no line break. */
  cutOff = false;
  /** The ordinal after the last line's, where lines have ordinals. */
  nextOrdinal = 0;
  rejectedLineCount = 0;
  readonly rejectedLines: RejectedLineReport[] = [];

  /** The lines of a batch that were understood, in order. */
  *parse(batch: LineBatch): Generator<ParsedLine, void, undefined> {
    const first = this.lines;
    this.bytes += batch.bytes.length;
    this.cutOff = !batch.ended;
    for (const text of batch.lines) {
      this.lines++;
      if (text.trim() === '') continue;
      const line = parseRolloutLine(text);
      if (line.ok) {
        if (line.ordinal !== undefined) this.nextOrdinal = line.ordinal + 1;
        yield line;
      } else this.#reject(batch.ended || this.lines < first + batch.lines.length ? line.reason : 'cut off');
    }
  }

  /** A rollout of exactly these lines. */
  complete(rollout: RolloutRecord): RolloutRecord {
    const { bytes, lines, nextOrdinal, cutOff } = this;
    return { ...rollout, bytes, lines, nextOrdinal, cutOff };
  }

  #reject(reason: string): void {
    this.rejectedLineCount++;
    if (this.rejectedLines.length < NAMED_REJECTED_LINES)
      this.rejectedLines.push({ line: this.lines, reason });
  }
}
