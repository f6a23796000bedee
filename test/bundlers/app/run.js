/**
 * The app that every bundler builds. Its address says what to do: `?step=write` fills a new database, `?step=read`, in
 * the page that is loaded next, pages through what is there. What came of it goes to the address in `report`.
 */
import { LiveThread, openThreadStore } from 'idb-thread-store';
import { useEntries } from './entries.js';
import { ROLLOUT } from './rollout.js';

const TURNS = 5;
const NAME = 'rollout.jsonl.zst';

/** @returns {Promise<void>} */
export async function run() {
  const { searchParams } = new URL(location.href);
  const report = searchParams.get('report');
  const steps = { write, read };
  const step = searchParams.get('step');
  if (!report || !(step === 'write' || step === 'read')) return;
  // No time limit of its own: the test has one.
  const answer = await steps[step]().then(
    () => ({ step, ok: true }),
    (error) => ({ step, ok: false, error: String(error?.stack ?? error) }),
  );
  await fetch(report, { method: 'POST', body: JSON.stringify(answer) });
}

async function write() {
  const store = await openThreadStore({ mode: 'worker' });
  const thread = await LiveThread.start(store, { modelProvider: 'test', threadId: 'a-thread' });
  for (let n = 1; n <= TURNS; n++) {
    const turn = await thread.startTurn(`question ${n}`);
    turn.upsert({ type: 'agentMessage', id: `answer-${n}`, text: `answer ${n}`, phase: 'final_answer' });
    await turn.complete();
  }
  await thread.close();
  const data = new Blob([Uint8Array.from(atob(ROLLOUT), (byte) => byte.charCodeAt(0))]);
  const { files } = await store.importRollouts([{ name: NAME, data }]);
  if (files[0]?.outcome !== 'imported') throw new Error(`the import: ${JSON.stringify(files)}`);
  await store.close();
}

async function read() {
  const store = await openThreadStore({ mode: 'worker' });
  const { mode } = await store.status();
  if (mode !== 'worker') throw new Error(`the store runs in ${mode} mode`);
  const { items: threads } = await store.listThreads({});
  if (threads.length !== 2) throw new Error(`there are ${threads.length} threads`);
  /** @type {string[]} */
  const seen = [];
  let cursor;
  do {
    const page = await store.listTurns({ threadId: 'a-thread', pageSize: 2, cursor });
    seen.push(...page.turns.map((turn) => JSON.stringify(turn.items)));
    cursor = page.nextCursor;
  } while (cursor);
  const wanted = Array.from({ length: TURNS }, (_, index) => TURNS - index);
  const isWhole = seen.length === TURNS && wanted.every((n, index) => seen[index]?.includes(`"answer ${n}"`));
  if (!isWhole) throw new Error(`the pages hold ${seen.join('\n')}`);
  await useEntries(store);
  await store.close();
}
