import * as z from 'zod/mini';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { json, maybeText } from './line-values.ts';

/** Checks the payload of a `turn_context` line: the settings that a turn runs with. Codex repeats it within a turn. */
export const turnContext = z.object({
  turn_id: maybeText,
  cwd: z.string(),
  approval_policy: json,
  sandbox_policy: z.custom<JsonObject>(isJsonObject),
  model: z.string(),
  effort: maybeText,
});

/** What a `turn_context` line says. */
export type TurnContext = z.output<typeof turnContext>;
