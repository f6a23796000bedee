import type { BenchStore } from './bench-store.ts';
import { around } from './operations.ts';

/** What a page feels of an import. */
export interface Quiet {
  /** How long pages of another thread took, in milliseconds, in order. */
  idle: number[];
  during: number[];
  /** Times between two frames. */
  idleFrames: number[];
  frames: number[];
  /** Tasks of the page that took longer than 50 ms. */
  longTasks: number[];
  importMs: number;
}

/** How long it is watched while nothing happens. */
const IDLE_MS = 3000;

/** Reads pages of the main thread, as fast as a person who scrolls, and counts frames, idle and during an import. */
export async function underImport(store: BenchStore, run: () => Promise<void>): Promise<Quiet> {
  const idle = await watched(store, new Promise((resolve) => setTimeout(resolve, IDLE_MS)));
  const during = await watched(store, run());
  return {
    idle: idle.reads,
    during: during.reads,
    idleFrames: idle.frames,
    frames: during.frames,
    longTasks: during.longTasks,
    importMs: during.ms,
  };
}

async function watched(store: BenchStore, work: Promise<void>) {
  const began = performance.now();
  const frames: number[] = [];
  const longTasks: number[] = [];
  const reads: number[] = [];
  let isOver = false;
  let last: number | undefined;
  const onFrame = (now: number) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    if (!isOver) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  );
  if (PerformanceObserver.supportedEntryTypes.includes('longtask'))
    observer.observe({ entryTypes: ['longtask'] });
  const read = (async () => {
    for (let n = 0; !isOver; n++) {
      const asked = performance.now();
      await store.turns({ view: 'summary', count: around(50, n) });
      reads.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await work;
  const ms = performance.now() - began;
  isOver = true;
  await read;
  observer.disconnect();
  return { reads, frames, longTasks, ms };
}
