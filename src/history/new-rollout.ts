import { ThreadStoreError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import { isJsonObject } from '../contract/json.ts';
import type { RolloutItem } from '../contract/records.ts';
import { rolloutIsGone } from '../contract/writer-errors.ts';
import { identifyRollout } from '../import/identify-rollout.ts';
import type { ImportTarget, RolloutRecord } from '../import/import-target.ts';
import { lineBatches } from '../import/line-batches.ts';
import { LineLog } from '../import/line-log.ts';
import { ThreadReplay } from '../import/thread-replay.ts';
import { parseRolloutValue, type ParsedLine } from '../rollout/line.ts';
import type { Surface } from '../rollout/projection.ts';
import type { HistoryPlace } from './turn-places.ts';

/** A rollout that goes on from the beginning of another one's history. */
export interface NewRollout {
  rollout: RolloutRecord;
  /** What its `session_meta` says. */
  meta: JsonObject;
  /** The bytes that are copied into it: the first of this rollout. */
  copied?: RolloutRecord;
  /** Lines at its end. */
  added?: Omit<RolloutItem, 'timestamp' | 'ordinal'>[];
  surface: Surface;
}

/**
 * Writes a new rollout, and publishes its thread with it, in the last of several transactions.
 * @param signal stops it between two of them, with its reason; then nothing of it is left
 */
export async function publishRollout(
  target: ImportTarget,
  { rollout, meta, copied, added = [], surface }: NewRollout,
  signal?: AbortSignal,
): Promise<void> {
  const timestamp = new Date(rollout.startedAt).toISOString();
  let ordinal = rollout.format === 'paginated' ? (rollout.base?.endOrdinalExclusive ?? 0) : undefined;
  const toText = (item: Omit<RolloutItem, 'timestamp' | 'ordinal'>) => {
    const place = ordinal === undefined ? {} : { ordinal: ordinal++ };
    return `${JSON.stringify({ timestamp, ...place, ...item })}\n`;
  };
  const first = toText({ type: 'session_meta', payload: meta });
  const head = parsed(first);
  const stage = await target.stage({ rows: rollout.format, log: 'new' });
  try {
    const replay = await ThreadReplay.begin({ target, stage, rollout, head, surface, signal });
    const log = new LineLog();
    const write = async (bytes: AsyncIterable<Uint8Array>) => {
      for await (const batch of lineBatches(bytes)) {
        signal?.throwIfAborted();
        await replay.apply(log.parse(batch));
        await stage.write(batch.bytes);
      }
    };
    await write(utf8(first));
    if (copied) await write(endedByNewline(target.readLog(copied)));
    if (added.length > 0) await write(utf8(added.map(toText).join('')));
    const whole = log.complete(rollout);
    signal?.throwIfAborted();
    const needed = rollout.base?.rolloutId;
    await stage.publish({ rollout: whole, thread: await replay.thread(whole), needed });
  } catch (error) {
    await stage.discard().catch(() => undefined);
    throw error;
  }
}

/** What a rollout's `session_meta` says: its first one, which tells who it is. */
export async function metaOf(target: ImportTarget, rollout: RolloutRecord): Promise<JsonObject> {
  for await (const { lines } of lineBatches(target.readLog(rollout))) {
    const { payload } = identifyRollout(rollout.path, lines).head.item;
    if (isJsonObject(payload)) return payload;
  }
  throw rolloutIsGone(rollout.rolloutId);
}

/**
 * What a `session_meta` says of the history that its thread goes on from (contract §5.2), and the record of it.
 * @throws ThreadStoreError `unsupported` where the lines have no ordinals, by which a base is named
 */
export function baseAt(
  { rolloutId, ordinal, byteOffset }: HistoryPlace,
  operation: string,
): { base: NonNullable<RolloutRecord['base']>; history_base: JsonObject } {
  if (ordinal === undefined) {
    const message = 'the lines of this history have no ordinals, so that nothing can go on from within it';
    throw new ThreadStoreError('unsupported', message, { operation });
  }
  return {
    base: { rolloutId, endOrdinalExclusive: ordinal },
    history_base: { thread_id: rolloutId, end_ordinal_exclusive: ordinal, end_byte_offset: byteOffset },
  };
}

function parsed(text: string): ParsedLine {
  const line = parseRolloutValue(JSON.parse(text), text.length);
  if (line.ok) return line;
  throw new ThreadStoreError('internal', `a line that was made cannot be read: ${line.reason}`);
}

async function* utf8(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield new TextEncoder().encode(text);
}

const NEWLINE = 0x0a;

/** The same bytes, and a newline where a last line may be cut off: nothing must stand on it. */
async function* endedByNewline(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let last = NEWLINE;
  for await (const chunk of chunks) {
    yield chunk;
    last = chunk.at(-1) ?? last;
  }
  if (last !== NEWLINE) yield new Uint8Array([NEWLINE]);
}
