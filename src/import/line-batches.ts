/** Whole lines, as bytes and as text. */
export interface LineBatch {
  /** The bytes of the lines, with what ends them. The batches of a file, put together, are the file. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The lines' text, without the newline. */
  lines: string[];
  /** False only for a last batch whose last line has no newline: it may be cut off. */
  ended: boolean;
}

/** A batch has about this many bytes, unless one line is longer: the work of one transaction. */
const BATCH_BYTES = 256 * 1024;

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into batches of whole lines, holding no more than one batch and one line. */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<LineBatch, void, undefined> {
  // One buffer holds what is no batch yet: what a file takes in fresh memory may cost more than its copies.
  let buffer = new Uint8Array();
  let length = 0;
  let holdsNewline = false;
  for await (const chunk of chunks) {
    const needed = length + chunk.length;
    if (needed > buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * buffer.length));
      larger.set(buffer);
      buffer = larger;
    }
    buffer.set(chunk, length);
    length = needed;
    holdsNewline ||= chunk.includes(NEWLINE);
    if (!holdsNewline) continue;
    let begin = 0;
    while (length - begin >= BATCH_BYTES) {
      const size = batchSize(buffer.subarray(begin, length));
      if (size === 0) break;
      yield toBatch(buffer.slice(begin, begin + size));
      begin += size;
    }
    buffer.copyWithin(0, begin, length);
    length -= begin;
    holdsNewline = buffer.subarray(0, length).includes(NEWLINE);
  }
  if (length > 0) yield* lastBatches(buffer.subarray(0, length));
}

function* lastBatches(bytes: Uint8Array<ArrayBuffer>): Generator<LineBatch, void, undefined> {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > 0) yield toBatch(bytes.slice(0, end));
  if (end < bytes.length) yield { ...toBatch(bytes.slice(end)), ended: false };
}

/** How many bytes make the next batch: to the last newline that it has room for, else to the first. 0: no newline. */
function batchSize(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE, BATCH_BYTES - 1) + 1 || bytes.indexOf(NEWLINE, BATCH_BYTES) + 1;
}

function toBatch(bytes: Uint8Array<ArrayBuffer>): LineBatch {
  // The decoder drops a byte order mark, which some editors put at a file's start.
  const lines = new TextDecoder().decode(bytes).split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  return { bytes, lines, ended };
}
