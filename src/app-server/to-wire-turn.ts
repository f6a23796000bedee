import { isJsonObject, type Json } from '../contract/json.ts';
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
    codexErrorInfo: knownErrorInfo(error.codexErrorInfo ?? null),
    additionalDetails: error.additionalDetails ?? null,
  };
}

/** What the app-server's protocol has words for; each that says more is an object with that one field. */
const errorWords = new Set([
  'activeTurnNotSteerable',
  'badRequest',
  'contextWindowExceeded',
  'cyberPolicy',
  'flexUnavailable',
  'httpConnectionFailed',
  'inferenceHookDenied',
  'internalServerError',
  'misalignmentPolicyViolation',
  'modelNotFound',
  'policyCapacityUnavailable',
  'rateLimitExceeded',
  'responseStreamConnectionFailed',
  'responseStreamDisconnected',
  'responseTooManyFailedAttempts',
  'sandboxError',
  'serverOverloaded',
  'sessionBudgetExceeded',
  'threadRollbackFailed',
  'tooManyDenials',
  'unauthorized',
  'usageLimitExceeded',
]);

/** Codex tells of what it has no word for, as of `invalid_prompt` in its own files, that it was something else. */
function knownErrorInfo(info: Json): Json {
  if (info === null) return null;
  const word = isJsonObject(info) ? Object.keys(info)[0] : info;
  return typeof word === 'string' && errorWords.has(word) ? info : 'other';
}
