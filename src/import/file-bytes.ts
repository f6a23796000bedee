import type { RolloutFile } from '../contract/rollout-import.ts';

/**
 * A file's content as chunks of bytes, decompressed if it is gzip or zstd. Its first bytes tell, not its name: files
 * are renamed, and some downloads are unpacked on the way.
 * @param signal ends it early, also while the source gives nothing
 */
export async function* fileBytes(
  data: RolloutFile['data'],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
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
  const magic = head.flatMap((chunk) => [...chunk.subarray(0, MAGIC_BYTES)]).slice(0, MAGIC_BYTES);
  if (startsWith(magic, GZIP)) yield* gunzip(all);
  else if (startsWith(magic, ZSTD)) yield* unzstd(all);
  else yield* all;
}

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const MAGIC_BYTES = ZSTD.length;

function startsWith(bytes: number[], magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** How much of a Blob is read at once. */
const SLICE_BYTES = 1024 * 1024;

/**
 * A Blob in slices: its own stream has pieces of 64 KB, each of which is asked for in another process. The next slice
 * is read while the one before is worked on.
 */
async function* slicesOf(blob: Blob, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
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
async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
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

async function* prepend(
  head: Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* head;
  yield* rest;
}

function gunzip(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
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

async function* unzstd(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Loaded on demand: most imports never meet a compressed file.
  const { Decompress } = await import('fzstd');
  let out: Uint8Array[] = [];
  const decompressor = new Decompress((chunk) => out.push(chunk));
  const drain = () => {
    const chunksOut = out;
    out = [];
    return chunksOut;
  };
  for await (const chunk of chunks) {
    decompressor.push(chunk);
    yield* drain();
  }
  decompressor.push(new Uint8Array(), true);
  yield* drain();
}
