import type { JsonObject } from '../contract/json.ts';
import type { ThreadItem } from '../contract/thread-item.ts';

/** How a chat library has its messages: `{ id, role, … }` with a list of parts, each with a `type`. */
export interface MessageShape<Message> {
  /** The library's name, in what is stored. */
  format: string;
  /** The field that has the parts. */
  parts: 'parts' | 'content';
  /** Which types of part are text, the field that has it, and the item that it is kept as. */
  texts: Record<string, { field: string; as: 'agentMessage' | 'reasoning' }>;
  /** What to keep of a message, with `id`, `role` and parts, if it is more than the message. */
  dump?(message: Message): object;
  /** A message as the library has it, of what JSON makes of one. */
  revive(message: JsonObject): Message;
  /** A part for an item that another client wrote, and that is no text. */
  partOf(item: ThreadItem): JsonObject;
}
