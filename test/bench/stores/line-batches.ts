/** The lines of a rollout file, read as a peer would that does not check them. */

/** A line, as far as the peers look at it. */
export interface PlainLine {
  type: string;
  payload: { type?: string; turn_id?: string; item?: PlainItem; completed_at?: number; started_at?: number };
}

/** An item as it stands in its line. */
export interface PlainItem {
  type: string;
  id: string;
}

export interface ParsedBatch {
  lines: string[];
  parsed: PlainLine[];
}

/** What is written in one transaction, about: as many bytes as ours takes. */
const BATCH_CHARACTERS = 256 * 1024;

/** The lines in batches. */
export async function* lineBatches(file: Blob): AsyncGenerator<ParsedBatch> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value = '' } = await reader.read();
    rest += value;
    if (!done && rest.length < BATCH_CHARACTERS) continue;
    const end = rest.lastIndexOf('\n') + 1;
    if (end > 0) yield toBatch(rest.slice(0, end - 1).split('\n'));
    rest = rest.slice(end);
    if (done) return;
  }
}

function toBatch(lines: string[]): ParsedBatch {
  return { lines, parsed: lines.map((line) => JSON.parse(line) as PlainLine) };
}
