import { openThreadStore, requestPersistence } from 'idb-thread-store';
import { afterEach, expect, test, vi } from 'vitest';
import { RolloutBuilder } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { freshName } from '../support/stores.ts';

afterEach(() => void vi.unstubAllGlobals());

/** An IndexedDB of which every opening fails. */
function failing(name: string, message: string): { open(): object } {
  return {
    open() {
      const request = { error: new DOMException(message, name), onerror: () => undefined };
      setTimeout(() => request.onerror());
      return request;
    },
  };
}

/** How browsers deny storage, in their words. */
const denials: Record<string, unknown> = {
  'that has no IndexedDB': undefined,
  'that throws when it is asked': {
    open() {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  },
  'of a private window': failing(
    'InvalidStateError',
    'A mutation operation was attempted on a database that did not allow mutations.',
  ),
  'with blocked cookies': failing('UnknownError', 'The user denied permission to access the database.'),
};

test.each(Object.keys(denials))(
  '[K4] a store in a browser %s is kept in memory, and says why',
  async (browser) => {
    vi.stubGlobal('indexedDB', denials[browser]);
    const store = await openThreadStore({ name: freshName(), mode: 'direct' });
    expect(await store.status()).toMatchObject({
      engine: 'memory',
      mode: 'direct',
      persisted: false,
      reason: expect.stringMatching(/^the browser denies storage: ./) as string,
    });
    const rollout = RolloutBuilder.paginated().turns('turn-1');
    const heard = new Promise((resolve) => store.subscribe(resolve));
    await imported(store, [rollout]);
    expect(await heard).toEqual({ type: 'threadChanged', threadId: rollout.threadId });
    expect((await store.listTurns({ threadId: rollout.threadId })).turns).toHaveLength(1);
    await store.close();
  },
);

test('[K4] storage that is out of order is `unavailable`, and no empty history', async () => {
  vi.stubGlobal('indexedDB', failing('UnknownError', 'Internal error opening backing store'));
  const opening = openThreadStore({ name: freshName(), mode: 'direct' });
  expect(await failure(opening)).toMatchObject({ code: 'unavailable', retryable: true });
});

const answers: Record<string, [navigator: unknown, answer: boolean]> = {
  'grants it': [{ storage: { persist: () => Promise.resolve(true) } }, true],
  'refuses it': [{ storage: { persist: () => Promise.resolve(false) } }, false],
  fails: [{ storage: { persist: () => Promise.reject(new Error('not here')) } }, false],
  'cannot be asked': [{}, false],
};

test.each(Object.entries(answers))(
  '[K5] persistence is asked for where the browser %s',
  async (_, [navigator, answer]) => {
    vi.stubGlobal('navigator', navigator);
    expect(await requestPersistence()).toBe(answer);
  },
);
