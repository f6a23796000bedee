import type { StoredThreadItem, StoredTurn } from '../contract/records.ts';
import type { ChangedItem, ChangedTurn } from './changed-rows.ts';
import type { RpcNotification } from './json-rpc.ts';
import type { Protocol } from './protocol.ts';
import { toWireItem } from './to-wire-item.ts';
import { toWireTurn } from './to-wire-turn.ts';

/**
 * What a client is told of turns and items that changed (contract §3.3), turn by turn: that it began, its items, that it
 * ended. Whatever is new is told to have begun, also when it is seen only at its end.
 */
export function turnNotifications(
  threadId: string,
  turns: readonly ChangedTurn[],
  items: readonly ChangedItem[],
  protocol: Protocol,
): RpcNotification[] {
  const turnIds = new Set([...turns.map(({ turn }) => turn.turnId), ...items.map(({ item }) => item.turnId)]);
  return [...turnIds].flatMap((turnId) => {
    const changed = turns.find(({ turn }) => turn.turnId === turnId);
    return [
      ...(changed?.isNew ? [turnStarted(threadId, changed.turn, protocol)] : []),
      ...items
        .filter(({ item }) => item.turnId === turnId)
        .flatMap(({ item, isNew }) => itemNotifications(threadId, item, isNew, protocol)),
      ...(changed && changed.turn.status !== 'inProgress'
        ? [turnCompleted(threadId, changed.turn, protocol)]
        : []),
    ];
  });
}

function turnStarted(threadId: string, turn: StoredTurn, protocol: Protocol): RpcNotification {
  const { error: _error, completedAt: _completedAt, durationMs: _durationMs, ...begun } = turn;
  const atStart: StoredTurn = { ...begun, status: 'inProgress', items: [], itemsView: 'notLoaded' };
  return { method: 'turn/started', params: { threadId, turn: toWireTurn(atStart, protocol) } };
}

/** Its items travel in notifications of their own. */
function turnCompleted(threadId: string, turn: StoredTurn, protocol: Protocol): RpcNotification {
  const ended: StoredTurn = { ...turn, items: [], itemsView: 'notLoaded' };
  return { method: 'turn/completed', params: { threadId, turn: toWireTurn(ended, protocol) } };
}

function itemNotifications(
  threadId: string,
  entry: StoredThreadItem,
  isNew: boolean,
  protocol: Protocol,
): RpcNotification[] {
  const { turnId, createdAtMs, startedAtMs = createdAtMs, completedAtMs = startedAtMs } = entry;
  const item = toWireItem(entry.item, protocol);
  const told: RpcNotification[] = [];
  if (isNew) told.push({ method: 'item/started', params: { item, threadId, turnId, startedAtMs } });
  if (item['status'] !== 'inProgress') {
    told.push({ method: 'item/completed', params: { item, threadId, turnId, completedAtMs } });
  }
  return told;
}
