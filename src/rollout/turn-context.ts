import * as v from 'valibot';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { json, maybeText } from './line-values.ts';

/** Checks the payload of a `turn_context` line: the settings that a turn runs with. Codex repeats it within a turn. */
export const turnContext = v.object({
  turn_id: maybeText,
  cwd: v.string(),
  approval_policy: json,
  sandbox_policy: v.custom<JsonObject>(isJsonObject),
  model: v.string(),
  effort: maybeText,
});

/** What a `turn_context` line says. */
export type TurnContext = v.InferOutput<typeof turnContext>;
