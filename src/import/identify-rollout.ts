import { MAX_ID_LENGTH } from '../contract/check-request.ts';
import { parseRolloutLine, type ParsedLine } from '../rollout/line.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import type { RolloutRecord } from './import-target.ts';

/** Who a rollout file is, as its name and its first lines tell. */
export interface RolloutIdentity {
  rollout: RolloutRecord;
  /** The line that says who the thread is. */
  head: ParsedLine;
  /** The file lies among the archived ones. */
  archived: boolean;
}

const NO_LINES = { bytes: 0, lines: 0, nextOrdinal: 0, cutOff: false };

/** A file that cannot be imported, with a reason for a person. */
export class RolloutFileError extends Error {
  override readonly name = 'RolloutFileError';
}

/**
 * Tells who a file is. The FIRST session_meta counts: a fork's file carries its source's further on (contract §1.5, 23).
 * @param path the file's name as given
 * @param lines the file's first lines
 * @throws RolloutFileError when they are not those of a rollout
 */
export function identifyRollout(path: string, lines: string[]): RolloutIdentity {
  const name = rolloutNameOf(path);
  let refusal: string | undefined;
  for (const text of lines) {
    if (text.trim() === '') continue;
    const line = parseRolloutLine(text);
    if (!line.ok) {
      refusal ??= line.reason;
      continue;
    }
    const { meaning } = line;
    if (meaning.kind === 'sessionMeta') {
      const { threadId, createdAtMs, historyBase, historyMode } = meaning.meta;
      if (threadId.length === 0 || threadId.length > MAX_ID_LENGTH) {
        throw new RolloutFileError(`the thread's id must have 1 to ${MAX_ID_LENGTH} characters`);
      }
      // Only the name tells the segments of a reverted thread apart; renamed ones are told by when they began.
      const base = historyBase?.rolloutId;
      const isSegment = base === threadId || base?.startsWith(`${threadId}@`);
      const segment = isSegment ? `${threadId}@${createdAtMs ?? 0}` : threadId;
      return {
        rollout: {
          rolloutId: name.threadId === threadId ? (name.rolloutId ?? segment) : segment,
          threadId,
          path,
          ...(historyBase ? { base: historyBase } : {}),
          format: historyMode,
          startedAt: createdAtMs ?? line.timestampMs ?? 0,
          ...NO_LINES,
        },
        head: line,
        archived: name.archived,
      };
    }
    if (meaning.kind === 'bareHeader') {
      const { threadId } = meaning;
      const rolloutId = name.rolloutId ?? threadId;
      const startedAt = meaning.createdAtMs ?? 0;
      return {
        rollout: { rolloutId, threadId, path, format: 'bare', startedAt, ...NO_LINES },
        head: line,
        archived: name.archived,
      };
    }
  }
  throw new RolloutFileError(
    lines.every((text) => text.trim() === '')
      ? 'empty session file'
      : `not a rollout file: none of its first lines is a session_meta${refusal ? ` (${refusal})` : ''}`,
  );
}
