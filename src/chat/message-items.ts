import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { StoredTurn } from '../contract/records.ts';
import { isItemOf, type ThreadItem, type UserInput } from '../contract/thread-item.ts';
import type { MessageShape } from './message-shape.ts';

type Shape = MessageShape<unknown>;

/** The type of the item that says what a message is, beside its parts. */
const MESSAGE = 'chatMessage';
/** The type of the item that has what a client keeps beside the messages. */
const STATE = 'chatState';

/**
 * The items of a message: one that says what it is, and one for each part. An assistant's text becomes an item of
 * Codex's own, so that every client reads it; all else is kept word for word.
 * @param message as JSON
 * @param isAsked whether its text is a user's, and stands in the turn's user message already
 */
export function toItems(message: JsonObject, shape: Shape, isAsked: boolean): ThreadItem[] {
  const { id, role, [shape.parts]: parts, ...rest } = message;
  const items: ThreadItem[] = [];
  const kept = listOf(parts).map((part, index): Json => {
    const itemId = `${wordOf(id)}:${index}`;
    const text = textOf(part, shape);
    if (text === undefined || !(isAsked || role === 'assistant')) {
      items.push({ type: `${shape.format}.part`, id: itemId, part });
      return null;
    }
    if (!isAsked) items.push(textItem(text.as, itemId, text.words));
    return text.rest;
  });
  const head = { type: MESSAGE, id: wordOf(id), format: shape.format, role: role ?? null };
  return [{ ...head, message: rest, parts: kept }, ...items];
}

/** The item that takes a message away; what was written stays in the thread's lines. */
export function removalOf(id: string, shape: Shape): ThreadItem {
  return { type: MESSAGE, id, format: shape.format };
}

/** What a user's message asks: its text, as a turn begins with it. */
export function questionOf(message: JsonObject, shape: Shape): UserInput[] {
  const texts = listOf(message[shape.parts]).flatMap((part) => textOf(part, shape) ?? []);
  return texts.map(({ words }) => ({ type: 'text', text: words, text_elements: [] }));
}

/** The item that has what a client keeps beside the messages. */
export function stateItem(state: Json): ThreadItem {
  return { type: STATE, id: STATE, state };
}

/** What a client kept beside the messages in a turn. */
export function stateOf({ items }: StoredTurn): Json | undefined {
  const item = items.find(({ type }) => type === STATE);
  return item && field(item, 'state');
}

/** The messages of a turn with all of its items, as JSON, and whether another client wrote it. */
export function messagesOf(turn: StoredTurn, shape: Shape): { messages: JsonObject[]; isForeign: boolean } {
  const heads = turn.items.filter((item) => item.type === MESSAGE && field(item, 'format') === shape.format);
  if (heads.length === 0) return { messages: foreignMessages(turn, shape), isForeign: true };
  const itemOf = new Map(turn.items.map((item) => [item.id, item]));
  const question = turn.items.find((item) => isItemOf(item, 'userMessage'));
  const asked = question?.content.flatMap((input) => (input.type === 'text' ? [input.text] : [])) ?? [];

  const messages = heads.flatMap((head) => {
    const message = field(head, 'message');
    // It was taken away.
    if (!isJsonObject(message)) return [];
    const role = field(head, 'role');
    const parts = listOf(field(head, 'parts')).flatMap((kept, index): Json[] => {
      const item = itemOf.get(`${head.id}:${index}`);
      if (!isJsonObject(kept)) return item ? [field(item, 'part') ?? shape.partOf(item)] : [];
      const text = shape.texts[wordOf(kept['type'])];
      return [{ ...kept, [text?.field ?? 'text']: (role === 'user' ? asked.shift() : wordsOf(item)) ?? '' }];
    });
    return [{ id: head.id, ...(role ? { role } : {}), ...message, [shape.parts]: parts }];
  });
  return { messages, isForeign: false };
}

/** The user's message, and the assistant's, whose id is the turn's. */
function foreignMessages({ turnId, items, startedAt }: StoredTurn, shape: Shape): JsonObject[] {
  const time = startedAt === undefined ? {} : { createdAt: new Date(startedAt * 1000).toISOString() };
  const question = items.find((item) => isItemOf(item, 'userMessage'));
  const asked = question?.content.flatMap((input) =>
    input.type === 'text' ? [textPart('agentMessage', input.text, shape)] : [],
  );
  const answer = items
    .filter((item) => item !== question && item.type !== STATE && item.type !== MESSAGE)
    .map((item) => {
      const words = wordsOf(item);
      if (words === undefined) return shape.partOf(item);
      return textPart(isItemOf(item, 'reasoning') ? 'reasoning' : 'agentMessage', words, shape);
    });
  return [
    ...(question && asked ? [{ id: question.id, role: 'user', ...time, [shape.parts]: asked }] : []),
    ...(answer.length > 0 ? [{ id: turnId, role: 'assistant', ...time, [shape.parts]: answer }] : []),
  ];
}

type TextKind = 'agentMessage' | 'reasoning';

function textOf(part: Json, { texts }: Shape): { as: TextKind; words: string; rest: JsonObject } | undefined {
  if (!isJsonObject(part)) return undefined;
  const text = texts[wordOf(part['type'])];
  if (text === undefined) return undefined;
  const { [text.field]: words, ...rest } = part;
  return typeof words === 'string' ? { as: text.as, words, rest } : undefined;
}

function textPart(as: TextKind, words: string, { texts }: Shape): JsonObject {
  const [type = 'text', text] = Object.entries(texts).find(([, kind]) => kind.as === as) ?? [];
  return { type, [text?.field ?? 'text']: words };
}

function textItem(as: TextKind, id: string, text: string): ThreadItem {
  return as === 'agentMessage' ? { type: as, id, text } : { type: as, id, summary: [], content: [text] };
}

function wordsOf(item: ThreadItem | undefined): string | undefined {
  if (item === undefined) return undefined;
  if (isItemOf(item, 'agentMessage')) return item.text;
  return isItemOf(item, 'reasoning') ? [...item.summary, ...item.content].join('\n\n') : undefined;
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A field of an item of a type that is a client's own. */
function field(item: ThreadItem, name: string): Json | undefined {
  return Object.entries(item).find(([key]) => key === name)?.[1];
}
