import { expect, test } from 'vitest';
import { server } from 'vitest/browser';

/** What only this engine's user agent says; the others' names occur in more than one. */
const engines: Record<string, RegExp> = {
  chromium: /AppleWebKit.* (Headless)?Chrome\//,
  firefox: /Gecko\/\d+ Firefox\//,
  webkit: /^(?!.*Chrom).*AppleWebKit.* Safari\//,
};

test('the tests run in the engine that the project is named after', () => {
  expect(navigator.userAgent).toMatch(engines[server.browser] ?? server.browser);
});

test('a module worker has IndexedDB, Web Locks and BroadcastChannel', async () => {
  const code = `
    if (!import.meta.url) throw new Error('not a module');
    const open = indexedDB.open('smoke-worker');
    open.onerror = () => postMessage(String(open.error));
    open.onsuccess = () => {
      open.result.close();
      indexedDB.deleteDatabase('smoke-worker');
      navigator.locks.request('smoke', () => {
        new BroadcastChannel('smoke').postMessage('from the worker');
      });
    };`;
  const heard = new Promise((resolve) => {
    new BroadcastChannel('smoke').onmessage = ({ data }) => resolve(data);
  });
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), {
    type: 'module',
  });
  const failed = new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve(`worker error: ${message}`);
  });
  expect(await Promise.race([heard, failed])).toBe('from the worker');
  worker.terminate();
});
