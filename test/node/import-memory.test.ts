import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { fileBytes } from '../../src/import/file-bytes.ts';
import { lineBatches } from '../../src/import/line-batches.ts';
import { LineLog } from '../../src/import/line-log.ts';
import { RolloutBuilder } from '../../src/testing/rollout-builder.ts';

const MEGABYTE = 1024 * 1024;
const FILE_BYTES = 300 * MEGABYTE;
/** A batch, a chunk and a line may be held, and copies of them for a moment. */
const HELD_BYTES = 4 * MEGABYTE;
/** The engine frees buffers a little after it found that nobody has them. */
const GROWN_BYTES = 48 * MEGABYTE;

test('[I25] a file of 300 MB is read without holding more than a little of it', async () => {
  const collectGarbage = garbageCollector();
  const chunk = new TextEncoder().encode(
    RolloutBuilder.paginated().turns('turn-1', 'turn-2').text.repeat(40),
  );
  let given = 0;
  const data = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (given >= FILE_BYTES) return controller.close();
        given += chunk.length;
        controller.enqueue(chunk.slice());
      },
    },
    { highWaterMark: 0 },
  );
  collectGarbage();
  const before = process.memoryUsage();
  const log = new LineLog();
  let taken = 0;
  let parsed = 0;
  let nextSample = 0;
  for await (const batch of lineBatches(fileBytes(data))) {
    taken += batch.bytes.length;
    // What was given and has not come yet is held.
    expect(given - taken).toBeLessThan(HELD_BYTES);
    // Parsing all of it would take long, and is the same for every batch.
    if (taken < nextSample) continue;
    nextSample += 30 * MEGABYTE;
    for (const line of log.parse(batch)) parsed += line.bytes;
    collectGarbage();
    const now = process.memoryUsage();
    expect(now.arrayBuffers - before.arrayBuffers).toBeLessThan(GROWN_BYTES);
    expect(now.heapUsed - before.heapUsed).toBeLessThan(GROWN_BYTES);
  }
  expect(taken).toBe(given);
  expect(taken).toBeGreaterThanOrEqual(FILE_BYTES);
  expect(parsed).toBeGreaterThan(0);
}, 120_000);

/** The engine's own, which it hides unless asked for: without it, what is held cannot be told from what is not yet freed. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this engine does not let its garbage be collected');
  return () => void collect();
}
