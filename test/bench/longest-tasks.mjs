/** What a trace of Chromium says of the tasks that kept its workers for longest. */

/**
 * @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur: number, tdur?: number,
 *   args: { name?: string, src_func?: string } }} Event times in microseconds; `tdur` is the processor's
 */

const TASK = 'ThreadControllerImpl::RunTask';

/**
 * The longest tasks, the longest first: how long each took, how long it had a processor, and of what it consisted
 * mostly, from the outside in.
 * @param {string} trace
 * @param {number} [count] how many
 * @returns {string[]} a line for each
 */
export function longestTasks(trace, count = 12) {
  /** @type {{ traceEvents: Event[] }} */
  const { traceEvents: events } = JSON.parse(trace);
  const threadOf = (/** @type {Event} */ { pid, tid }) => `${pid}:${tid}`;
  const workers = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'DedicatedWorker thread')
      .map(threadOf),
  );
  const spans = events.filter((event) => event.ph === 'X' && workers.has(threadOf(event)));
  const tasks = spans.filter(({ name }) => name === TASK).sort((a, b) => b.dur - a.dur);
  return tasks.slice(0, count).map((task) => {
    const within = spans.filter(
      (one) =>
        one.name !== TASK &&
        threadOf(one) === threadOf(task) &&
        one.ts >= task.ts &&
        one.ts + one.dur <= task.ts + task.dur &&
        one.dur > task.dur / 2,
    );
    const names = within.sort((a, b) => b.dur - a.dur).map(({ name }) => name);
    const path = [...new Set(names)].join(' > ') || task.args.src_func;
    return `${ms(task.dur)} (processor ${ms(task.tdur ?? 0)}) ${path}`;
  });
}

/** @param {number} microseconds */
function ms(microseconds) {
  return (microseconds / 1000).toFixed(1).padStart(6);
}
