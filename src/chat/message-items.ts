import { isJsonObject, type Json, type JsonObject, wordOf } from '../contract/json.ts';
import type { StoredTurn } from '../contract/records.ts';
import { isItemOf, type ThreadItem, type UserInput } from '../contract/thread-item.ts';
import type { CallPart, MessageShape } from './message-shape.ts';

type Shape = MessageShape<unknown>;

/** The type of the item that says what a message is, beside its parts. */
const MESSAGE = 'chatMessage';
/** The type of the item that has what a client keeps beside the messages. */
const STATE = 'chatState';

/**
 * The items of a message: one that says what it is, with a user's message whole; and one for each part of an
 * assistant's. Its text and its tools' calls become items of Codex's own, so that every client reads them; all else is
 * kept word for word.
 * @param message as JSON
 */
export function toItems(message: JsonObject, shape: Shape): ThreadItem[] {
  const head = headOf(wordOf(message['id']), shape);
  if (message['role'] !== 'assistant') return [{ ...head, message }];
  const items: ThreadItem[] = [];
  const kept = partsOf(message, shape).map((part, index): Json => {
    const id = partId(message, index);
    const text = textOf(part, shape);
    const call = isJsonObject(part) && shape.callOf(part);
    if (text) {
      const isThought = text.part['type'] === shape.thought;
      items.push(
        isThought
          ? { type: 'reasoning', id, summary: [], content: [text.words] }
          : { type: 'agentMessage', id, text: text.words },
      );
      return { ...text.part, [shape.text]: '' };
    }
    if (call) {
      items.push(callItem(id, part, call));
      // An empty text says that text goes back into the field.
      return withFields(part, call, null, typeof part[call.output] === 'string' ? '' : null);
    }
    items.push({ type: `${shape.format}.part`, id, part });
    return null;
  });
  return [{ ...head, message: { ...message, [shape.parts]: kept } }, ...items];
}

/** The item that takes a message away; what was written stays in the thread's lines. */
export function removalOf(id: string, shape: Shape): ThreadItem {
  return headOf(id, shape);
}

/** What a user's message asks: its text, as a turn begins with it. */
export function questionOf(message: JsonObject, shape: Shape): UserInput[] {
  return partsOf(message, shape).flatMap((part) => {
    const text = textOf(part, shape);
    return text ? [{ type: 'text', text: text.words, text_elements: [] }] : [];
  });
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
  const messages = heads.flatMap((head): JsonObject[] => {
    const message = field(head, 'message');
    // It was taken away.
    if (!isJsonObject(message)) return [];
    if (message['role'] !== 'assistant') return [message];
    const parts = partsOf(message, shape).flatMap((kept, index): Json[] => {
      const item = itemOf.get(partId(message, index));
      if (!isJsonObject(kept)) return item ? [field(item, 'part') ?? shape.partOf(item)] : [];
      const text = textOf(kept, shape);
      if (text) return [{ ...kept, [shape.text]: item ? (wordsOf(item) ?? '') : '' }];
      const call = shape.callOf(kept);
      if (!call || !item || !isItemOf(item, 'dynamicToolCall')) return [kept];
      const given = wordOf(item.contentItems?.[0]?.['text']);
      const output = kept[call.output] === '' ? given : valueOf(given);
      return [withFields(kept, call, item.arguments, output)];
    });
    return [{ ...message, [shape.parts]: parts }];
  });
  return { messages, isForeign: false };
}

/** The user's message, and the assistant's, whose id is the turn's. */
function foreignMessages({ turnId, items, startedAt }: StoredTurn, shape: Shape): JsonObject[] {
  const message = (id: string, role: string, parts: Json[]): JsonObject => ({
    id,
    role,
    ...(startedAt === undefined ? {} : { createdAt: new Date(startedAt * 1000).toISOString() }),
    [shape.parts]: parts,
  });
  const textPart = (type: string, words: string): JsonObject => ({ type, [shape.text]: words });
  const messages: JsonObject[] = [];
  const answer: Json[] = [];
  for (const item of items) {
    const words = wordsOf(item);
    if (messages.length === 0 && isItemOf(item, 'userMessage')) {
      const asked = item.content.flatMap((input) =>
        input.type === 'text' ? textPart('text', input.text) : [],
      );
      messages.push(message(item.id, 'user', asked));
    } else if (words !== undefined)
      answer.push(textPart(item.type === 'reasoning' ? shape.thought : 'text', words));
    else if (item.type !== STATE && item.type !== MESSAGE) answer.push(shape.partOf(item));
  }
  if (answer.length > 0) messages.push(message(turnId, 'assistant', answer));
  return messages;
}

/** Its id is not the message's: that of another client's message is the one of its item. */
function headOf(id: string, { format }: Shape): { type: string; id: string; format: string } {
  return { type: MESSAGE, id: `${id}:message`, format };
}

function partId(message: JsonObject, index: number): string {
  return `${wordOf(message['id'])}:${index}`;
}

function partsOf(message: JsonObject, shape: Shape): readonly Json[] {
  const parts = message[shape.parts];
  return Array.isArray(parts) ? parts : [];
}

/** The text of a part that is text. */
function textOf(part: Json, { text, thought }: Shape): { part: JsonObject; words: string } | undefined {
  if (!isJsonObject(part) || (part['type'] !== 'text' && part['type'] !== thought)) return undefined;
  const words = part[text];
  return typeof words === 'string' ? { part, words } : undefined;
}

/** The text of an item that is text. */
function wordsOf(item: ThreadItem): string | undefined {
  if (isItemOf(item, 'agentMessage')) return item.text;
  return isItemOf(item, 'reasoning') ? [...item.summary, ...item.content].join('\n\n') : undefined;
}

function callItem(id: string, part: JsonObject, { tool, status, input, output }: CallPart): ThreadItem {
  const { [input]: args = null, [output]: given } = part;
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return {
    type: 'dynamicToolCall',
    id,
    tool,
    arguments: args,
    status,
    ...(given === undefined
      ? {}
      : { success: status === 'completed', contentItems: [{ type: 'inputText', text }] }),
  };
}

/** A call's part with other values in those of its fields that it has. */
function withFields(part: JsonObject, { input, output }: CallPart, args: Json, given: Json): JsonObject {
  return {
    ...part,
    ...(input in part ? { [input]: args } : {}),
    ...(output in part ? { [output]: given } : {}),
  };
}

/** A field of an item of a type that is a client's own. */
function field(item: ThreadItem, name: string): Json | undefined {
  return Object.entries(item).find(([key]) => key === name)?.[1];
}

/** What a tool gave, of its JSON text. Another client may have written the item: then it is the text itself. */
function valueOf(text: string): Json {
  try {
    return JSON.parse(text || 'null');
  } catch {
    return text;
  }
}
