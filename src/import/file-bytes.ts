import type { RolloutFile } from '../contract/rollout-import.ts';

/** The bytes of a file, in pieces of any size. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * A file's content as chunks of bytes, decompressed if it is gzip or zstd. Its first bytes tell, not its name: files
 * are renamed, and some downloads are unpacked on the way.
 * @param signal ends it early, also while the source gives nothing
 * @param unpackZstd what unpacks zstd; by default {@link unzstd}
 */
export async function* fileBytes(
  data: RolloutFile['data'],
  signal?: AbortSignal,
  unpackZstd: (chunks: Chunks) => Chunks = unzstd,
): Chunks {
  const source = typeof data === 'string' ? new Blob([data]) : data;
  const chunks = source instanceof Blob ? slicesOf(source, signal) : chunksOf(source, signal);
  const head: Uint8Array[] = [];
  let headBytes = 0;
  while (headBytes < MAGIC_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    headBytes += next.value.length;
  }
  const all = prepend(head, chunks);
  const magic = head.flatMap((chunk) => [...chunk.subarray(0, MAGIC_BYTES)]);
  if (startsWith(magic, GZIP)) yield* gunzip(all);
  else if (startsWith(magic, ZSTD)) yield* unpackZstd(all);
  else yield* all;
}

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const MAGIC_BYTES = ZSTD.length;

/** Whether a Blob is zstd. One that cannot be read is not: whoever reads it whole says why. */
export async function isZstd(blob: Blob): Promise<boolean> {
  const head = await blob
    .slice(0, MAGIC_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer());
  return startsWith([...new Uint8Array(head)], ZSTD);
}

function startsWith(bytes: number[], magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** How much of a Blob is read at once. */
const SLICE_BYTES = 1024 * 1024;

/**
 * A Blob in slices: its own stream has pieces of 64 KB, each of which is asked for in another process. The next slice
 * is read while the one before is worked on.
 */
async function* slicesOf(blob: Blob, signal?: AbortSignal): Chunks {
  const read = (at: number) => {
    const slice = blob.slice(at, at + SLICE_BYTES).arrayBuffer();
    // Whoever stops early leaves one that nobody waits for.
    slice.catch(() => undefined);
    return slice;
  };
  let next = read(0);
  for (let at = 0; at < blob.size && !signal?.aborted; at += SLICE_BYTES) {
    const slice = await next;
    next = read(at + SLICE_BYTES);
    yield new Uint8Array(slice);
  }
}

// Safari has no async iteration of streams before version 26.4, hence the reader.
async function* chunksOf(stream: ReadableStream<Uint8Array>, signal?: AbortSignal): Chunks {
  const reader = stream.getReader();
  // A read that waits ends with it.
  const stop = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    // Also when the caller stops early: the source must not be read on.
    await reader.cancel().catch(() => undefined);
  }
}

async function* prepend(head: Uint8Array[], rest: Chunks): Chunks {
  yield* head;
  yield* rest;
}

function gunzip(chunks: Chunks): Chunks {
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      await chunks.return();
    },
  });
  return chunksOf(source.pipeThrough(new DecompressionStream('gzip')));
}

/** Unpacks zstd in this thread. Its code is loaded on demand: most imports never meet a compressed file. */
export async function* unzstd(chunks: Chunks): Chunks {
  const { ZstdDecoder } = await import('./zstd-decoder.ts');
  const decoder = new ZstdDecoder();
  for await (const chunk of chunks) yield* decoder.push(chunk);
  yield* decoder.push(new Uint8Array(), true);
}
