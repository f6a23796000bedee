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
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let holdsNewline = false;
  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.length;
    holdsNewline ||= chunk.includes(NEWLINE);
    if (heldBytes < BATCH_BYTES || !holdsNewline) continue;
    let rest = concat(held, heldBytes);
    while (rest.length >= BATCH_BYTES) {
      const end = batchEnd(rest);
      if (end === 0) break;
      yield toBatch(rest.slice(0, end));
      rest = rest.subarray(end);
    }
    held = [rest];
    heldBytes = rest.length;
    holdsNewline = rest.includes(NEWLINE);
  }
  if (heldBytes > 0) yield* lastBatches(concat(held, heldBytes));
}

function* lastBatches(bytes: Uint8Array<ArrayBuffer>): Generator<LineBatch, void, undefined> {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > 0) yield toBatch(bytes.slice(0, end));
  if (end < bytes.length) yield { ...toBatch(bytes.slice(end)), ended: false };
}

/** Where to cut: after the last newline that a batch has room for, else after the first. 0: no newline. */
function batchEnd(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE, BATCH_BYTES - 1) + 1 || bytes.indexOf(NEWLINE, BATCH_BYTES) + 1;
}

function toBatch(bytes: Uint8Array<ArrayBuffer>): LineBatch {
  // The decoder drops a byte order mark, which some editors put at a file's start.
  const lines = new TextDecoder().decode(bytes).split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  return { bytes, lines, ended };
}

function concat(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
