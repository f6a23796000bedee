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
  hookPrompt?: { id?: string; fragments: HookPromptFragment[] };
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

type FieldKind = 'text' | 'array' | 'object' | 'text or array';

/** The fields without which Codex itself refuses an item. */
const neededFields: Record<string, Record<string, FieldKind>> = {
  message: { role: 'text', content: 'array' },
  reasoning: { summary: 'array' },
  local_shell_call: { status: 'text', action: 'object' },
  function_call: { name: 'text', arguments: 'text', call_id: 'text' },
  function_call_output: { call_id: 'text', output: 'text or array' },
  custom_tool_call: { name: 'text', input: 'text', call_id: 'text' },
  custom_tool_call_output: { call_id: 'text', output: 'text or array' },
  tool_search_call: { execution: 'text' },
  tool_search_output: { status: 'text', execution: 'text', tools: 'array' },
  image_generation_call: { id: 'text', status: 'text', result: 'text' },
  compaction: { encrypted_content: 'text' },
  compaction_summary: { encrypted_content: 'text' },
};

function missingField(itemType: string, payload: JsonObject): string | undefined {
  for (const [field, kind] of Object.entries(neededFields[itemType] ?? {})) {
    const value = payload[field];
    const is =
      typeof value === 'string'
        ? 'text'
        : Array.isArray(value)
          ? 'array'
          : isJsonObject(value)
            ? 'object'
            : '';
    if (is === '' || !kind.includes(is)) return `${field} is not ${kind}`;
  }
  return undefined;
}

const HOOK_PROMPT =
  /^\s*<hook_prompt\s[^>]*?\bhook_run_id=(?:"([^"]*)"|'([^']*)')[^>]*>([^<]+)<\/hook_prompt>/;

/** A user's message is a hook prompt where each of its parts is one `hook_prompt` element (contract §5.4). */
function hookPromptOf({ role, content, id }: JsonObject): ResponseItemMeaning['hookPrompt'] {
  if (role !== 'user' || !Array.isArray(content) || content.length === 0) return undefined;
  const fragments: HookPromptFragment[] = [];
  for (const part of content) {
    const text = isJsonObject(part) && part['type'] === 'input_text' ? part['text'] : undefined;
    const [, quoted, apostrophed = '', prompt = ''] =
      (typeof text === 'string' && HOOK_PROMPT.exec(text)) || [];
    const hookRunId = unescapeXml(quoted ?? apostrophed);
    if (hookRunId.trim() === '') return undefined;
    fragments.push({ text: unescapeXml(prompt), hookRunId });
  }
  return typeof id === 'string' ? { id, fragments } : { fragments };
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
    },
  );
}
