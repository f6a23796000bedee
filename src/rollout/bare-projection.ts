import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import type { Json } from '../contract/json.ts';
import type { ThreadItem, UserInput } from '../contract/thread-item.ts';
import type { Projection } from './projection.ts';
import type { TurnBook } from './turn-book.ts';
import type { TurnDraft } from './turn-draft.ts';

const stateSchema = v.object({
  lines: wholeNumber,
  items: wholeNumber,
  createdAtMs: wholeNumber,
  turnId: v.optional(v.string()),
});

/**
 * Makes the projection of a thread from a file without envelopes, as Codex wrote them up to September 2025
 * (contract §5.1, G0): each message of the user's begins a turn, and what the assistant says is part of it.
 * Such lines have no times; items get the thread's.
 */
export async function createBareProjection(book: TurnBook, state?: Json): Promise<Projection> {
  const before = state === undefined ? { lines: 0, items: 0, createdAtMs: 0 } : v.parse(stateSchema, state);
  let { lines, items, createdAtMs } = before;
  let open: TurnDraft | undefined = before.turnId === undefined ? undefined : await book.find(before.turnId);

  return {
    get state(): Json {
      return { lines, items, createdAtMs, ...(open && { turnId: open.turnId }) };
    },

    apply(line) {
      const { meaning } = line;
      lines++;
      if (meaning.kind === 'bareHeader') createdAtMs = meaning.createdAtMs ?? createdAtMs;
      if (meaning.kind !== 'bareMessage') return;
      const { role, text, images } = meaning;
      if (role === 'user' || !open) open = book.begin(`rollout-${lines - 1}`, { status: 'completed' });
      const id = `item-${++items}`;
      const item: ThreadItem =
        role === 'assistant'
          ? { type: 'agentMessage', id, text }
          : { type: 'userMessage', id, content: content(text, images) };
      open.put(item, { createdAtMs: line.timestampMs ?? createdAtMs, bytes: line.bytes }, book.counters);
    },
  };
}

function content(text: string, images: string[]): UserInput[] {
  const parts: UserInput[] = images.map((url) => ({ type: 'image', url }));
  return text.trim() === '' ? parts : [{ type: 'text', text, text_elements: [] }, ...parts];
}
