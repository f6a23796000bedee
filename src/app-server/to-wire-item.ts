import { isJsonObject, type JsonObject } from '../contract/json.ts';
import type { StoredThreadItem } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { Protocol } from './protocol.ts';

/** An item as the app-server answers it. */
export interface WireItem {
  type: string;
  id: string;
  [field: string]: unknown;
}

/** Gives a field's value the form that it has on the wire. */
type Shape = (value: unknown, protocol: Protocol) => unknown;

/** What an item's type has on the wire. */
interface ItemShape {
  /** Fields that are `null` where there is nothing. */
  nulls?: readonly string[];
  /** The same, for fields that 0.130 does not know. */
  newNulls?: readonly string[];
  /** Other fields that 0.130 does not know. */
  newFields?: readonly string[];
  /** What is to be made of a field that has a shape of its own. */
  nested?: Readonly<Record<string, Shape>>;
}

const shapes: Readonly<Record<string, ItemShape>> = {
  userMessage: {
    newNulls: ['clientId'],
    nested: { content: each(onlyLatest(withNullsByType({ image: ['detail'], localImage: ['detail'] }))) },
  },
  agentMessage: { nulls: ['phase', 'memoryCitation'], newNulls: ['moderation', 'delivery', 'questions'] },
  commandExecution: {
    nulls: ['processId', 'aggregatedOutput', 'exitCode', 'durationMs'],
    newNulls: ['pluginId', 'scriptPath'],
    nested: { commandActions: each(withNullsByType({ listFiles: ['path'], search: ['query', 'path'] })) },
  },
  fileChange: { nested: { changes: each(within('kind', withNullsByType({ update: ['move_path'] }))) } },
  mcpToolCall: {
    nulls: ['result', 'error', 'durationMs'],
    newNulls: ['appContext', 'mcpAppUi', 'pluginId', 'readOnlyHint'],
    nested: { result: withNulls(['structuredContent', '_meta']) },
  },
  dynamicToolCall: { nulls: ['namespace', 'contentItems', 'success', 'durationMs'] },
  collabAgentToolCall: {
    nulls: ['prompt', 'model', 'reasoningEffort'],
    nested: { agentsStates: eachValue(withNulls(['message'])) },
  },
  subAgentActivity: { nulls: ['model', 'reasoningEffort'] },
  webSearch: {
    nulls: ['action'],
    newNulls: ['results'],
    nested: {
      action: withNullsByType({
        search: ['query', 'queries'],
        openPage: ['url'],
        findInPage: ['url', 'pattern'],
      }),
    },
  },
  imageGeneration: {
    nulls: ['revisedPrompt'],
    newNulls: ['failure', 'generationId', 'transparentBackground'],
    newFields: ['inputImages', 'fileId'],
  },
  functionCallOutput: { nulls: ['namespace'] },
};

/** An item's times stand in the item itself only in today's dialect, also where they are not known. */
const newNullsOfAll = ['startedAtMs', 'completedAtMs'];

/** An item as the app-server answers it (contract §4): what a store leaves out is `null` where the wire has a field. */
export function toWireItem(item: ThreadItem, protocol: Protocol): WireItem {
  const { nulls = [], newNulls = [], newFields = [], nested = {} } = own(shapes, item.type) ?? {};
  const wire: WireItem = { ...item };
  for (const [field, shape] of Object.entries(nested)) {
    if (wire[field] !== undefined) wire[field] = shape(wire[field], protocol);
  }
  for (const field of nulls) wire[field] ??= null;
  if (protocol === '0.130')
    for (const field of [...newNulls, ...newFields, ...newNullsOfAll]) delete wire[field];
  else for (const field of [...newNulls, ...newNullsOfAll]) wire[field] ??= null;
  return wire;
}

/** An item with its place and times, as `thread/items/list` and `thread/items/read` answer it. */
export function toWireEntry({ turnId, item, startedAtMs, completedAtMs }: StoredThreadItem): object {
  return {
    turnId,
    item: toWireItem(item, 'latest'),
    startedAtMs: startedAtMs ?? null,
    completedAtMs: completedAtMs ?? null,
  };
}

function withNulls(fields: readonly string[]): Shape {
  return (value) => {
    if (!isJsonObject(value)) return value;
    const shaped: JsonObject = { ...value };
    for (const field of fields) shaped[field] ??= null;
    return shaped;
  };
}

function withNullsByType(fields: Readonly<Record<string, readonly string[]>>): Shape {
  return (value, protocol) => {
    const type = isJsonObject(value) ? value['type'] : undefined;
    return withNulls((typeof type === 'string' && own(fields, type)) || [])(value, protocol);
  };
}

function within(field: string, shape: Shape): Shape {
  return (value, protocol) =>
    isJsonObject(value) ? { ...value, [field]: shape(value[field], protocol) } : value;
}

function each(shape: Shape): Shape {
  return (value, protocol) => (Array.isArray(value) ? value.map((part) => shape(part, protocol)) : value);
}

function eachValue(shape: Shape): Shape {
  return (value, protocol) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner, protocol)]))
      : value;
}

/** What 0.130 does not have. */
function onlyLatest(shape: Shape): Shape {
  return (value, protocol) => (protocol === 'latest' ? shape(value, protocol) : value);
}

/** Types come from files: one may be called as something that every object has. */
function own<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
