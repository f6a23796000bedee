import { parseRolloutLine, type ParsedLine } from '../rollout/line.ts';
import type { RolloutRecord } from './import-target.ts';
import { CountedLines } from './counted-lines.ts';
import type { LineBatch } from './line-batches.ts';

/** Parses a rollout's lines, and counts them. */
export class LineLog extends CountedLines {
  bytes = 0;
  /** The last line has no line break. */
  cutOff = false;
  /** The ordinal after the last line's, where lines have ordinals. */
  nextOrdinal = 0;

  /** The lines of a batch that were understood, in order. */
  *parse(batch: LineBatch): Generator<ParsedLine, void, undefined> {
    const first = this.lines;
    this.bytes += batch.bytes.length;
    this.cutOff = !batch.ended;
    for (const text of this.count(batch)) {
      const line = parseRolloutLine(text);
      if (line.ok) {
        if (line.ordinal !== undefined) this.nextOrdinal = line.ordinal + 1;
        yield line;
      } else this.reject(batch.ended || this.lines < first + batch.lines.length ? line.reason : 'cut off');
    }
  }

  /** A rollout of exactly these lines. */
  complete(rollout: RolloutRecord): RolloutRecord {
    const { bytes, lines, nextOrdinal, cutOff } = this;
    return { ...rollout, bytes, lines, nextOrdinal, cutOff };
  }
}
