import { afterEach, expect, test, vi } from 'vitest';

/** What a browser has and a server that renders pages has not, or has in another form. */
const BROWSER_GLOBALS = [
  'window',
  'self',
  'document',
  'navigator',
  'location',
  'localStorage',
  'indexedDB',
  'IDBKeyRange',
  'Worker',
  'BroadcastChannel',
  'MessageChannel',
  'postMessage',
  'addEventListener',
  'requestAnimationFrame',
  'caches',
];

// It asks for a `document` as it is loaded, which is not ours to change.
await import('@assistant-ui/react');

const touched: string[] = [];
const before = BROWSER_GLOBALS.map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);

afterEach(() => {
  for (const [name, descriptor] of before) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else Reflect.deleteProperty(globalThis, name);
  }
});

const entries = import.meta.glob<object>([
  '../../src/*.ts',
  '../../src/{memory,app-server,react,ai-sdk,assistant-ui,tanstack-ai}/index.ts',
]);

test.for(Object.keys(entries))('importing %s on a server touches nothing of a browser', async (path) => {
  vi.resetModules();
  touched.length = 0;
  for (const name of BROWSER_GLOBALS) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => {
        touched.push(name);
        return undefined;
      },
    });
  }
  const exported = await entries[path]?.();
  expect(Object.keys(exported ?? {})).not.toEqual([]);
  expect(touched).toEqual([]);
});
