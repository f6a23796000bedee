/** The page that is measured from. It does what the script says, one command after the other. */
import type { BenchStore, Filling } from './bench-store.ts';
import { underImport, type Quiet } from './during-import.ts';
import { comparable, operationsOn, type Operation } from './operations.ts';
import { headText, turnTexts } from './rollout-text.ts';
import { makeStore } from './stores.ts';
import { idOf, type TurnSize } from './workload.ts';

const stores = new Map<string, BenchStore>();
/** Where pages deep inside begin, by store. */
const deep = new Map<string, number[]>();
/** Numbers of threads to import: others than last time, where the browser's profile is kept. */
let imports = 0x1_0000_0000 + Date.now();
/** The lines of the turns that are imported, whatever the thread. */
let importBody: { key: string; blob: Blob } | undefined;

const commands = {
  /** Opens a store and reads its first page; gives how long that took. */
  async open(name: string, firstPage = false): Promise<number> {
    const began = performance.now();
    const store = makeStore(name);
    stores.set(name, store);
    await store.open();
    if (firstPage) await store.turns({ view: 'summary', count: 50 });
    return performance.now() - began;
  },

  async close(name: string): Promise<void> {
    await named(name).close();
    stores.delete(name);
  },

  /** Fills a store; gives how long that took, and how many bytes of rollout files it keeps, where it keeps them. */
  async fill(name: string, filling: Filling): Promise<{ ms: number; bytes?: number | undefined }> {
    const began = performance.now();
    const bytes = await named(name).fill(filling);
    return { ms: performance.now() - began, bytes: bytes ?? undefined };
  },

  /** Chooses the places for pages deep inside. */
  async prepareDeep(name: string, turns: number): Promise<void> {
    const ordinals = [0.9, 0.3, 0.6, 0.1, 0.75, 0.2, 0.5, 0.4, 0.85, 0.15].map(
      (part) => 60 + Math.floor((turns - 200) * part),
    );
    deep.set(name, ordinals);
    await named(name).prepareDeep?.(ordinals);
  },

  /** The operations whose answers to so many calls differ from those of our own store, with both. */
  async differences(name: string, operations: string[], calls: number): Promise<string[]> {
    const found: string[] = [];
    for (const operation of operations) {
      for (let n = 0; n < calls; n++) {
        const call = operationOn(name, operation);
        const theirs = await call?.run(named(name), n);
        if (theirs === undefined) break;
        const [a, b] = [comparable(await call?.run(named('ours'), n)), comparable(theirs)];
        if (a === b && a.length > 100) continue;
        let at = 0;
        while (at < a.length && a[at] === b[at]) at++;
        found.push(
          `${operation} ${n}, at ${at}: …${a.slice(at - 40, at + 80)}… and …${b.slice(at - 40, at + 80)}…`,
        );
        break;
      }
    }
    return found;
  },

  /**
   * Times operations on stores, in turns.
   * @param cases what to time, by the name under which its times are given
   * @returns each round's median in milliseconds, by that name
   */
  async measure(
    cases: Record<string, { operation: string; store: string }>,
    rounds: number,
    calls: number,
  ): Promise<Record<string, number[]>> {
    const medians: Record<string, number[]> = {};
    let n = 0;
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, { operation, store }] of rotated(Object.entries(cases), round)) {
        const call = operationOn(store, operation);
        const times: number[] = [];
        for (let i = 0; i < calls; i++) {
          const began = performance.now();
          const answer = call?.run(named(store), n + i);
          if (!answer) break;
          await answer;
          times.push(performance.now() - began);
        }
        if (round > 0 && times.length > 0) (medians[name] ??= []).push(median(times));
      }
      n += calls;
    }
    return medians;
  },

  /** Imports a thread of so many turns from text; gives how long that took. */
  async importText(name: string, turns: number, size: TurnSize): Promise<{ ms: number; bytes: number }> {
    const threadId = idOf('thread', imports++);
    const file = importFile(threadId, turns, size);
    const began = performance.now();
    await named(name).importText?.(threadId, file);
    return { ms: performance.now() - began, bytes: file.size };
  },

  async beginTurn(name: string): Promise<void> {
    await named(name).beginTurn?.();
  },

  async endTurn(name: string): Promise<void> {
    await named(name).endTurn?.();
  },

  /** Appends items of so many bytes, each after the one before is committed; gives how long each took. */
  append(name: string, items: number, bytes: number): Promise<number[]> {
    return timesOf(items, () => named(name).append?.(bytes, 'relaxed'));
  },

  /** Appends items of so many bytes, each as soon as the one before is accepted; gives how long each took. */
  queue(name: string, items: number, bytes: number): Promise<number[]> {
    return timesOf(items, () => named(name).queue?.(bytes));
  },

  /** Reads pages, and counts frames, idle and while an import runs. */
  quiet(turns: number, size: TurnSize): Promise<Quiet> {
    const threadId = idOf('thread', imports++);
    const file = importFile(threadId, turns, size);
    return underImport(named('ours'), () => named('ours').importText?.(threadId, file) ?? Promise.resolve());
  },

  /**
   * Deletes the main thread, reading a list meanwhile, until nothing of the thread is left, or for so many milliseconds.
   * @returns how long the reads took until then, and afterwards, for as long or a minute at the most: the longest of many
   *   is longer than that of few; when all was cleared, if it was
   */
  async remove(
    name: string,
    ms: number,
  ): Promise<{ idle: number[]; removed: number; gone: boolean; waits: number[]; cleared: number | null }> {
    const store = named(name);
    const idle: number[] = [];
    const timed = async (times: number[]) => {
      const asked = performance.now();
      await store.threads?.(50);
      times.push(performance.now() - asked);
    };
    const began = performance.now();
    await store.remove?.(idOf('thread', 1));
    const removed = performance.now() - began;
    const gone = await store.turns({ view: 'summary', count: 1 }).then(
      () => false,
      () => true,
    );
    const waits: number[] = [];
    let cleared: number | null = null;
    for (let n = 1; cleared === null && performance.now() - began < ms; n++) {
      await timed(waits);
      if (n % 100 === 0 && (await store.isCleared?.())) cleared = performance.now() - began;
    }
    const end = performance.now();
    const idleMs = Math.min(end - began, 60_000);
    while (performance.now() - end < idleMs) await timed(idle);
    return { idle, removed, gone, waits, cleared };
  },
};

function operationOn(store: string, operation: string): Operation | undefined {
  return operationsOn(deep.get(store) ?? [])[operation];
}

function named(name: string): BenchStore {
  const store = stores.get(name);
  if (!store) throw new Error(`${name} is not open`);
  return store;
}

function importFile(threadId: string, turns: number, size: TurnSize): Blob {
  const key = `${turns} ${size}`;
  if (importBody?.key !== key) importBody = { key, blob: blobOf(turnTexts('', 0, turns, size)) };
  // Older than the threads that are listed.
  return new Blob([headText(threadId, Date.UTC(2025, 0, 2)), importBody.blob]);
}

/** Texts in one Blob, of which no more than some are held as text. */
function blobOf(texts: Iterable<string>): Blob {
  const parts: Blob[] = [];
  for (const text of texts) parts.push(new Blob([text]));
  return new Blob(parts);
}

function rotated<T>(values: T[], by: number): T[] {
  const first = by % values.length;
  return [...values.slice(first), ...values.slice(0, first)];
}

/** How long each of so many calls takes, one after the other. */
async function timesOf(count: number, call: () => Promise<void> | undefined): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const began = performance.now();
    await call();
    times.push(performance.now() - began);
  }
  return times;
}

function median(values: number[]): number {
  const inOrder = [...values].sort((a, b) => a - b);
  return inOrder[Math.floor(inOrder.length / 2)] ?? Number.NaN;
}

/** Asks the script for commands until it says that there are none. */
async function serve(): Promise<void> {
  for (;;) {
    const response = await fetch('/command');
    const { name, args } = (await response.json()) as {
      name: keyof typeof commands | 'end';
      args: unknown[];
    };
    if (name === 'end') return;
    const command = commands[name] as (...args: unknown[]) => Promise<unknown>;
    const answer = await command(...args).then(
      (value) => ({ value }),
      (error: unknown) => ({
        error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error),
      }),
    );
    await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
  }
}

void serve();
