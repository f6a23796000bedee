import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';

/** Part of a message that a hook of the user's put in. */
export interface HookPromptFragment {
  text: string;
  hookRunId: string;
}

/** What a `response_item` line means: little, as events say the same for people (contract §5.4). */
export interface ResponseItemMeaning {
  itemType: string;
  /** Only for a user message that consists of hook prompts. */
  hookPrompt?: HookPromptFragment[];
}

/** Gives what a `response_item` payload means, or the reason why it is malformed. */
export function responseItemMeaning(
  payload: Json,
): ({ kind: 'responseItem' } & ResponseItemMeaning) | string {
  if (!isJsonObject(payload) || typeof payload['type'] !== 'string') return 'response_item has no type';
  const itemType = payload['type'];
  const missing = missingField(itemType, payload);
  if (missing !== undefined) return `malformed ${itemType}: ${missing}`;
  const hookPrompt = itemType === 'message' ? hookPromptOf(payload) : undefined;
  return hookPrompt ? { kind: 'responseItem', itemType, hookPrompt } : { kind: 'responseItem', itemType };
}

/** The fields that Codex itself needs to take an item in; a line without them does not count. */
const neededFields: Record<string, Record<string, 'string' | 'array'>> = {
  message: { role: 'string', content: 'array' },
  reasoning: { summary: 'array' },
  function_call: { name: 'string', arguments: 'string', call_id: 'string' },
  function_call_output: { call_id: 'string' },
  custom_tool_call: { name: 'string', input: 'string', call_id: 'string' },
  custom_tool_call_output: { call_id: 'string' },
};

function missingField(itemType: string, payload: JsonObject): string | undefined {
  for (const [field, type] of Object.entries(neededFields[itemType] ?? {})) {
    const value = payload[field];
    if (type === 'array' ? !Array.isArray(value) : typeof value !== type) return `${field} is not a ${type}`;
  }
  return undefined;
}

const HOOK_PROMPT = /^\s*<hook_prompt\s+hook_run_id=(?:"([^"]*)"|'([^']*)')\s*>([^<]*)<\/hook_prompt>\s*$/;

function hookPromptOf({ role, content }: JsonObject): HookPromptFragment[] | undefined {
  if (role !== 'user' || !Array.isArray(content) || content.length === 0) return undefined;
  const fragments: HookPromptFragment[] = [];
  for (const part of content) {
    const text = isJsonObject(part) && part['type'] === 'input_text' ? part['text'] : undefined;
    const match = typeof text === 'string' ? HOOK_PROMPT.exec(text) : null;
    const hookRunId = unescapeXml(match?.[1] ?? match?.[2] ?? '');
    if (!match || hookRunId.trim() === '') return undefined;
    fragments.push({ text: unescapeXml(match[3] ?? ''), hookRunId });
  }
  return fragments;
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });
}
