import { describe, expect } from 'vitest';
import { RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of requests that are wrong. */
export function errorTests(test: StoreTest): void {
  describe('a wrong request', () => {
    test('[E1] for a page of no or less than no rows is refused', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (const pageSize of [0, -1]) {
        const calls = {
          listTurns: () => store.listTurns({ threadId, pageSize }),
          listItems: () => store.listItems({ threadId, pageSize }),
          listThreads: () => store.listThreads({ pageSize }),
        };
        for (const [operation, call] of Object.entries(calls)) {
          expect(await failure(call())).toMatchObject({
            code: 'invalid_request',
            message: 'page size must be positive',
            operation,
          });
        }
      }
    });

    test('[E2] is refused with the name of the field and what it takes', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId, name: rolloutPath } = rollout;
      const turns = (wrong: object) => () => store.listTurns({ threadId, ...wrong });
      const items = (wrong: object) => () => store.listItems({ threadId, ...wrong });
      const threads = (wrong: object) => () => store.listThreads({ ...wrong });
      const edits = (wrong: object) => () => store.updateThreadMetadata({ threadId, patch: {}, ...wrong });
      const forks = (wrong: object) => () => store.forkThread({ threadId, ...wrong });
      const wrongCalls: [() => Promise<unknown>, string, RegExp][] = [
        ...[1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, 2 ** 60].flatMap(
          (pageSize): [() => Promise<unknown>, string, RegExp][] => [
            [turns({ pageSize }), 'listTurns', /^pageSize must be/],
            [items({ pageSize }), 'listItems', /^pageSize must be/],
            [threads({ pageSize }), 'listThreads', /^pageSize must be/],
          ],
        ),
        [turns({ itemsView: 'everything' }), 'listTurns', /^itemsView must be one of .*"notLoaded"/],
        [turns({ sortDirection: 'up' }), 'listTurns', /^sortDirection must be one of "asc", "desc"$/],
        [turns({ cursor: 5 }), 'listTurns', /^cursor must be of type string$/],
        [turns({ threadId: '' }), 'listTurns', /^threadId must not be empty$/],
        [turns({ threadId: 7 }), 'listTurns', /^threadId must be of type string$/],
        [turns({ threadId: undefined }), 'listTurns', /^threadId must be/],
        [turns({ includeArchived: 'yes' }), 'listTurns', /^includeArchived must be of type boolean$/],
        [items({ turnId: '' }), 'listItems', /^turnId must not be empty$/],
        [items({ turnId: 'x'.repeat(129) }), 'listItems', /^turnId must be at most 128/],
        [threads({ sortKey: 'name' }), 'listThreads', /^sortKey must be one of/],
        [threads({ cwdFilters: '/here' }), 'listThreads', /^cwdFilters must be of type array$/],
        [threads({ modelProviders: [1] }), 'listThreads', /^modelProviders\.0 must be of type string$/],
        [
          () => store.readThread({ threadId: 'x'.repeat(129) }),
          'readThread',
          /^threadId must be at most 128/,
        ],
        [
          () => store.readThreadByRolloutPath({ rolloutPath: '' }),
          'readThreadByRolloutPath',
          /^rolloutPath /,
        ],
        [() => store.loadHistory({ threadId: '' }), 'loadHistory', /^threadId must not be empty$/],
        [() => store.listThreads([] as object), 'listThreads', /^params must be of type object$/],
        [edits({ patch: [] }), 'updateThreadMetadata', /^patch must be of type object$/],
        [edits({ patch: undefined }), 'updateThreadMetadata', /^patch must be of type object$/],
        [
          edits({ patch: { gitInfo: [] } }),
          'updateThreadMetadata',
          /^patch\.gitInfo must be of type object$/,
        ],
        [forks({ metadata: [] }), 'forkThread', /^metadata must be of type object$/],
      ];
      for (const [call, operation, message] of wrongCalls) {
        const error = await failure(call());
        expect(error).toMatchObject({ code: 'invalid_request', operation, retryable: false });
        expect(error.message).toMatch(message);
      }
      // And the store goes on.
      expect((await store.readThreadByRolloutPath({ rolloutPath })).threadId).toBe(threadId);
    });

    test('[E3] takes a field that is undefined for one that is absent', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const nothing = { cursor: undefined, pageSize: undefined, sortDirection: undefined };
      expect(await store.listTurns({ threadId, ...nothing, itemsView: undefined })).toEqual(
        await store.listTurns({ threadId }),
      );
      expect(await store.listItems({ threadId, ...nothing, turnId: undefined })).toEqual(
        await store.listItems({ threadId }),
      );
      expect(await store.listThreads({ ...nothing, cwdFilters: undefined, sortKey: undefined })).toEqual(
        await store.listThreads({}),
      );
    });
  });
}
