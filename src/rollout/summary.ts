import type { StoredThread } from '../contract/records.ts';
import { isItemOf } from '../contract/thread-item.ts';
import type { DraftItem, TurnDraft } from './turn-draft.ts';

/**
 * A turn's summary: its first user message and its last answer (contract §3.5). In a legacy thread the answer is the
 * last agent message, and stands second. In a paginated one it is the last with phase `final_answer`, else, once the
 * turn has ended, the last without a phase; what came after the end does not count, and the two are in order of
 * appearance. Items whose content only storage holds are tools': they are skipped.
 */
export function summaryOf(draft: TurnDraft, historyMode: StoredThread['historyMode']): DraftItem[] {
  let question: DraftItem | undefined;
  let last: DraftItem | undefined;
  let final: DraftItem | undefined;
  let unmarked: DraftItem | undefined;
  const { endOrdinal = Number.POSITIVE_INFINITY } = draft;
  for (const entry of draft.items.values()) {
    const { item } = entry;
    if (entry.ordinal >= endOrdinal) break;
    if (!item) continue;
    if (isItemOf(item, 'userMessage')) question ??= entry;
    if (!isItemOf(item, 'agentMessage')) continue;
    last = entry;
    if (item.phase === 'final_answer') final = entry;
    else if (item.phase === undefined) unmarked = entry;
  }
  if (historyMode === 'legacy') return both(question, last);
  const answer = final ?? (draft.state.status === 'inProgress' ? undefined : unmarked);
  return both(question, answer).sort((a, b) => a.ordinal - b.ordinal);
}

function both(...entries: (DraftItem | undefined)[]): DraftItem[] {
  return entries.filter((entry) => entry !== undefined);
}
