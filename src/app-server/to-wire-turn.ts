import type { StoredTurn, StoredTurnError } from '../contract/records.ts';
import type { Protocol } from './protocol.ts';
import { toWireItem } from './to-wire-item.ts';

/** A turn as the app-server answers it (contract §3.6): what a store leaves out is `null` here. */
export function toWireTurn(turn: StoredTurn, protocol: Protocol): object {
  const { turnId, items, itemsView, status, error, startedAt, completedAt, durationMs, rootTurnId } = turn;
  return {
    id: turnId,
    ...(protocol === '0.130' ? {} : { rootTurnId: rootTurnId ?? null }),
    items: items.map((item) => toWireItem(item, protocol)),
    itemsView,
    status,
    error: error === undefined ? null : toWireError(error, protocol),
    startedAt: startedAt ?? null,
    completedAt: completedAt ?? null,
    durationMs: durationMs ?? null,
  };
}

function toWireError(error: StoredTurnError, protocol: Protocol): object {
  return {
    ...(protocol === '0.130' ? {} : { misalignment: null }),
    ...error,
    codexErrorInfo: error.codexErrorInfo ?? null,
    additionalDetails: error.additionalDetails ?? null,
  };
}
