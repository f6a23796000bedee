import { isItemOf, type StoredTurn } from 'idb-thread-store';

/** About how many CSS pixels a turn takes before anyone measured it, so that the scroll bar is about right. */
export function estimateTurnHeight(turn: StoredTurn | undefined): number {
  if (turn === undefined) return 160;
  let height = 56;
  for (const item of turn.items) {
    if (isItemOf(item, 'agentMessage')) height += textHeight(item.text);
    else if (isItemOf(item, 'userMessage'))
      for (const input of item.content) height += 20 + (input.type === 'text' ? textHeight(input.text) : 160);
  }
  return height;
}

function textHeight(text: string): number {
  return Math.ceil(Math.min(text.length, 4096) / 90) * 24;
}
