import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { allTurns } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { imported } from './store-test.ts';

interface CutThread {
  rollout: RolloutBuilder;
  cut: (beforeTurnId: string) => ReturnType<ThreadStoreClient['revertThread']>;
}

/** A thread of each format with so many turns, and each way in which turns can be taken away from it. */
export async function cutThreads(store: ThreadStoreClient, turns: number): Promise<CutThread[]> {
  const [legacy, rolledBack, reverted] = [
    RolloutBuilder.legacy(),
    RolloutBuilder.paginated(),
    RolloutBuilder.paginated(),
  ].map((rollout) => rollout.turns(...turnIds(turns)));
  if (!legacy || !rolledBack || !reverted) throw new Error('there are three of them');
  await imported(store, [legacy, rolledBack, reverted]);
  const rollBack =
    ({ threadId }: RolloutBuilder) =>
    (beforeTurnId: string) =>
      store.rollbackThread({ threadId, beforeTurnId });
  return [
    { rollout: legacy, cut: rollBack(legacy) },
    { rollout: rolledBack, cut: rollBack(rolledBack) },
    {
      rollout: reverted,
      cut: (beforeTurnId) => store.revertThread({ threadId: reverted.threadId, beforeTurnId }),
    },
  ];
}

/** Opens a thread's writer; gives the function that writes one more turn. */
export async function resumed(
  store: ThreadStoreClient,
  { threadId: ownId, format }: RolloutBuilder,
  threadId = ownId,
): Promise<(turnId: string) => Promise<void>> {
  await store.resumeThread({ threadId });
  return async (turnId) => {
    const lines = format === 'legacy' ? RolloutBuilder.legacy() : RolloutBuilder.paginated();
    const items = lines.turns(turnId).lines.slice(1);
    await store.appendItems({ threadId, items: items.map((line) => JSON.parse(line)) });
    await store.flushThread({ threadId });
  };
}

/** A thread's turns with all their items, oldest first. */
export function fullTurns(store: ThreadStoreClient, threadId: string) {
  return allTurns(store, { threadId, itemsView: 'full' });
}
