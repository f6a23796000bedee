import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { ThreadRow } from './schema.ts';

/**
 * A thread's row as it lies on disk: without what the rest of it says, too. A list reads fifty rows and more for a page,
 * and how long that takes goes by their bytes: four in ten would say nothing new.
 */
export function leanThreadRow(row: ThreadRow): object {
  const implied = impliedBy(row);
  return {
    ...row,
    metadata: without(implied.metadata, row.metadata),
    rollout: without(implied.rollout, row.rollout),
  };
}

/**
 * A thread's row as it is worked with. What is damaged stays as it was read.
 * @param lean the row as it was read, which becomes this one
 */
export function wholeThreadRow(lean: ThreadRow): ThreadRow {
  // The parts, too, as they lie there: what they lack follows from the others.
  if (!isJsonObject(lean.metadata) || !isJsonObject(lean.rollout)) return lean;
  const implied = impliedBy(lean);
  fill(lean.metadata, implied.metadata);
  fill(lean.rollout, implied.rollout);
  return lean;
}

/** What the other fields say of some, mostly. */
function impliedBy({ threadId, byCreated, byUpdated, byRecency, metadata }: ThreadRow) {
  return {
    metadata: {
      threadId,
      createdAt: -byCreated,
      updatedAt: -byUpdated,
      recencyAt: -byRecency,
      firstUserMessage: metadata.preview || undefined,
    },
    rollout: {
      rolloutId: threadId,
      threadId,
      format: metadata.format,
      startedAt: -byCreated,
      cutOff: false,
    },
  };
}

/** A copy without the fields that are as implied. One that is absent against that is there as `undefined`. */
function without(implied: object, whole: object): object {
  const lean = { ...whole };
  for (const [field, value] of Object.entries(implied)) {
    const own: unknown = Reflect.get(whole, field);
    if (own === value) Reflect.deleteProperty(lean, field);
    else Reflect.set(lean, field, own);
  }
  return lean;
}

/** Field by field, and with no list of them: for a page of threads this is done a hundred times. */
function fill(lean: JsonObject, implied: Record<string, Json | undefined>): void {
  for (const field in implied) {
    const value = implied[field];
    if (value !== undefined && !(field in lean)) lean[field] = value;
  }
}
