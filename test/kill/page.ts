import { openThreadStore } from 'idb-thread-store';
import { inspectThread, type Inspection } from './inspect-thread.ts';
import { NumberedThread } from './numbered-thread.ts';

/** What the script tells a page that begins. */
interface Orders {
  /** The page is not the one that the script opened: it has nothing to do. */
  isStrange?: true;
  /** The threads to write. */
  threadIds: string[];
  /** Threads that have something flushed: they must be there. */
  known: string[];
}

/** Names the page's life, for its reports. */
const life = Number(new URLSearchParams(location.search).get('life'));

function report(what: string, body: object): Promise<Response> {
  return fetch(`/${what}`, { method: 'POST', body: JSON.stringify({ life, ...body }) });
}

/** A life of the page: look at what is there, then write until the browser is killed. */
async function live(): Promise<void> {
  const orders = (await (await report('orders', {})).json()) as Orders;
  if (orders.isStrange) return;
  try {
    const storage = await describeStorage();
    const store = await openThreadStore({ name: 'kill', mode: 'worker' });
    const { items: listed } = await store.listThreads({ pageSize: 1000 });
    const there = new Set(listed.map(({ threadId }) => threadId));
    const inspections = new Map<string, Inspection>();
    for (const threadId of new Set([...there, ...orders.known])) {
      if (there.has(threadId)) inspections.set(threadId, await inspectThread(store, threadId));
    }
    await report('inspected', { inspections: [...inspections.values()], storage });
    const threads = orders.threadIds.map((threadId) => new NumberedThread(store, threadId));
    for (const thread of threads) {
      const found = inspections.get(thread.threadId);
      await thread.open(found && (found.numbers.at(-1) ?? -1), found?.turns ?? 0);
    }
    await report('writing', {});
    await Promise.all(
      threads.map(async (thread) => {
        for (;;) {
          const appends = 1 + Math.floor(Math.random() * 4);
          for (let call = 0; call < appends; call++) await thread.append(1 + Math.floor(Math.random() * 5));
          const last = await thread.flush();
          // What is told here must be there after any kill.
          await report('flushed', { threadId: thread.threadId, last });
        }
      }),
    );
  } catch (error) {
    await report('failed', {
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

/** What the browser says of this origin's storage, before the store opens it. */
async function describeStorage(): Promise<string> {
  const databases = await indexedDB.databases();
  return JSON.stringify({ databases, estimate: await navigator.storage.estimate() });
}

void live();
