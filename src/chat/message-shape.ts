import type { JsonObject } from '../contract/json.ts';
import type { ThreadItem, WorkStatus } from '../contract/thread-item.ts';

/** A part of a message that calls a tool. */
export interface CallPart {
  /** What the tool is called. */
  tool: string;
  /** How the call ended; `inProgress` until then. */
  status: WorkStatus;
  /** The field of the part that has what the tool is given. */
  input: string;
  /** The field that has what the tool gave, once there is something. */
  output: string;
}

/** How a chat library has its messages: `{ id, role, … }` with a list of parts, each with a `type`. */
export interface MessageShape<Message> {
  /** The library's name, in what is stored. */
  format: string;
  /** The field that has the parts. */
  parts: 'parts' | 'content';
  /** The field of a part that has its text. The type of an answer's text is `text`. */
  text: 'text' | 'content';
  /** The type of a part with the text of a thought. */
  thought: 'reasoning' | 'thinking';
  /** What a part says of a tool's call, if it is one. Reads nothing of what its input and output hold. */
  callOf(part: JsonObject): CallPart | undefined;
  /** What to keep of a message, with `id`, `role` and parts. */
  dump(message: Message): object;
  /** A message as the library has it, of what JSON makes of one. */
  revive(message: JsonObject): Message;
  /** A part for an item that another client wrote, and that is no text. */
  partOf(item: ThreadItem): JsonObject;
}
