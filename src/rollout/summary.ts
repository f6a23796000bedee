import type { StoredThread } from '../contract/records.ts';
import type { DraftItem, TurnDraft } from './turn-draft.ts';

/**
 * A turn's summary: its first user message and its last answer, in order of appearance (contract §3.5). In a legacy
 * thread the answer is the last agent message; in a paginated one the last with phase `final_answer`, else, once the
 * turn has ended, the last without a phase; what came after its end does not count there. Items whose content only
 * storage holds are tools': they are skipped.
 */
export function summaryOf(draft: TurnDraft, historyMode: StoredThread['historyMode']): DraftItem[] {
  let question: DraftItem | undefined;
  let last: DraftItem | undefined;
  let final: DraftItem | undefined;
  let unmarked: DraftItem | undefined;
  const { endOrdinal = Number.POSITIVE_INFINITY } = draft;
  for (const entry of draft.items.values()) {
    if (entry.ordinal >= endOrdinal) break;
    if (entry.item?.type === 'userMessage') question ??= entry;
    if (entry.item?.type !== 'agentMessage') continue;
    last = entry;
    const { phase } = entry.item;
    if (phase === 'final_answer') final = entry;
    else if (phase === undefined) unmarked = entry;
  }
  const answer = historyMode === 'legacy' ? last : (final ?? (draft.state.status === 'inProgress' ? undefined : unmarked));
  return [question, answer].filter((entry) => entry !== undefined).sort((a, b) => a.ordinal - b.ordinal);
}
