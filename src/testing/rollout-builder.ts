import type { Json, JsonObject } from '../contract/json.ts';

/** What a built rollout begins with. */
export interface RolloutOptions {
  /** Default: a new thread's. */
  threadId?: string;
  /** The id of a later file of the same thread, as a revert makes one. */
  segmentId?: string;
  /** Unix milliseconds at which it begins; each line comes a second later than the one before. */
  startedAt?: number;
  /** Where its history begins: the lines of another rollout below an ordinal. */
  base?: { rolloutId: string; endOrdinalExclusive: number };
  /** Whether its file lies among the archived ones. */
  archived?: boolean;
  /** More fields of its session_meta. */
  meta?: JsonObject;
}

/** A turn of a built rollout, as {@link RolloutBuilder.turn} takes it. */
export interface BuiltTurn {
  id: string;
  /** What the user says. Default: a text with the turn's id. */
  user?: string;
  /** What the agent answers, in order. Default: one text with the turn's id. */
  agent?: string[];
  /** How it ends. Default `completed`; `open` leaves it without an end. */
  end?: 'completed' | 'interrupted' | 'open';
}

/** A built rollout's file. */
export interface BuiltFile {
  name: string;
  data: string;
}

/** The time at which built rollouts begin unless told otherwise. */
export const EPOCH = Date.UTC(2026, 0, 1);

let made = 0;

/** An id as Codex makes them; the n-th of a test run, or one of the caller's. */
export function builtId(n = ++made + 0x10000): string {
  return `01a20400-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Writes the text of a rollout file, line by line, in the format that Codex uses. */
export class RolloutBuilder {
  readonly format: 'legacy' | 'paginated';
  readonly threadId: string;
  readonly segmentId: string | undefined;
  readonly #archived: boolean;
  readonly #lines: string[] = [];
  #timeMs: number;
  #nextOrdinal: number;
  #nextItem = 1;
  /** When each turn began, Unix seconds: its end says it again. */
  readonly #started = new Map<string, number>();

  private constructor(format: 'legacy' | 'paginated', options: RolloutOptions) {
    const { threadId = builtId(), segmentId, startedAt = EPOCH, base, archived = false, meta = {} } = options;
    this.format = format;
    this.threadId = threadId;
    this.segmentId = segmentId;
    this.#archived = archived;
    this.#timeMs = startedAt;
    this.#nextOrdinal = base?.endOrdinalExclusive ?? 0;
    this.line('session_meta', {
      id: threadId,
      timestamp: new Date(startedAt).toISOString(),
      cwd: '/workspace',
      originator: 'conformance',
      cli_version: '0.169.0',
      source: 'cli',
      model_provider: 'mock',
      ...(format === 'paginated' ? { history_mode: 'paginated' } : {}),
      ...(base
        ? { history_base: { thread_id: base.rolloutId, end_ordinal_exclusive: base.endOrdinalExclusive } }
        : {}),
      ...meta,
    });
  }

  /** A rollout of events, from which items are rebuilt. */
  static legacy(this: void, options: RolloutOptions = {}): RolloutBuilder {
    return new RolloutBuilder('legacy', options);
  }

  /** A rollout of items with ids of their own; its lines have ordinals. */
  static paginated(this: void, options: RolloutOptions = {}): RolloutBuilder {
    return new RolloutBuilder('paginated', options);
  }

  /** A new thread whose history begins with all lines of this one until now. */
  fork(options: RolloutOptions = {}): RolloutBuilder {
    return RolloutBuilder.paginated({
      base: { rolloutId: this.rolloutId, endOrdinalExclusive: this.nextOrdinal },
      startedAt: this.#timeMs + 1000,
      ...options,
      meta: { forked_from_id: this.threadId, ...options.meta },
    });
  }

  /** A further file of the same thread, which goes on after the line with this ordinal, excluded. */
  revert(endOrdinalExclusive: number, options: RolloutOptions = {}): RolloutBuilder {
    return RolloutBuilder.paginated({
      threadId: this.threadId,
      segmentId: builtId(),
      base: { rolloutId: this.rolloutId, endOrdinalExclusive },
      startedAt: this.#timeMs + 1000,
      archived: this.#archived,
      ...options,
    });
  }

  /** What a later rollout names as its base. */
  get rolloutId(): string {
    return this.segmentId ?? this.threadId;
  }

  /** The ordinal that the next line gets in a paginated rollout. */
  get nextOrdinal(): number {
    return this.#nextOrdinal;
  }

  /** Unix milliseconds of the last line. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** The lines until now, with what ends each. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  /** The lines until now. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The file's name without folders. */
  get fileName(): string {
    const segment = this.segmentId === undefined ? '' : `_${this.segmentId}`;
    return `rollout-2026-01-01T00-00-00-${this.threadId}${segment}.jsonl`;
  }

  /** The file's name as Codex lays it, with folders. */
  get name(): string {
    return `${this.#archived ? 'archived_sessions' : 'sessions/2026/01/01'}/${this.fileName}`;
  }

  /** The file as it is now. */
  get file(): BuiltFile {
    return { name: this.name, data: this.text };
  }

  /** Adds a line as it is given. */
  raw(text: string): this {
    this.#lines.push(text);
    return this;
  }

  /** Adds a line in the envelope of this format. */
  line(type: string, payload: Json): this {
    this.#timeMs += 1000;
    const timestamp = new Date(this.#timeMs).toISOString();
    const ordinal = this.format === 'paginated' ? { ordinal: this.#nextOrdinal++ } : {};
    return this.raw(JSON.stringify({ timestamp, ...ordinal, type, payload }));
  }

  /** Adds an event. */
  event(type: string, fields: JsonObject = {}): this {
    return this.line('event_msg', { type, ...fields });
  }

  /** Begins a turn. */
  startTurn(turnId: string): this {
    const startedAt = this.#seconds();
    this.#started.set(turnId, startedAt);
    return this.event('task_started', { turn_id: turnId, started_at: startedAt });
  }

  /** Ends a turn well, or badly with an error's message. */
  completeTurn(turnId: string, error?: string): this {
    return this.event('task_complete', {
      ...this.#end(turnId),
      duration_ms: 1000,
      ...(error === undefined ? {} : { error: { message: error, codex_error_info: 'other' } }),
    });
  }

  /** Interrupts a turn. */
  abortTurn(turnId: string): this {
    return this.event('turn_aborted', { ...this.#end(turnId), reason: 'interrupted' });
  }

  /** Takes back the last turns. Only legacy rollouts do that. */
  rollBack(turns: number): this {
    return this.event('thread_rolled_back', { num_turns: turns });
  }

  /** The user says something in a turn. In a legacy rollout it is the turn in work. */
  user(turnId: string, text: string): this {
    if (this.format === 'legacy') return this.event('user_message', { message: text });
    const content = [{ type: 'text', text, text_elements: [] }];
    return this.item(turnId, { type: 'UserMessage', id: this.#itemId(), content });
  }

  /** The agent says something in a turn. In a legacy rollout it is the turn in work. */
  agent(turnId: string, text: string, phase?: 'commentary' | 'final_answer'): this {
    const how = phase === undefined ? {} : { phase };
    if (this.format === 'legacy') return this.event('agent_message', { message: text, ...how });
    const content = [{ type: 'Text', text }];
    return this.item(turnId, { type: 'AgentMessage', id: this.#itemId(), content, ...how });
  }

  /** A shell command of a turn has ended, also one of a turn long over. */
  command(turnId: string, id: string, output: string): this {
    const fields = {
      command: ['echo', 'hello'],
      cwd: '/workspace',
      parsed_cmd: [],
      source: 'agent',
      status: 'completed',
      aggregated_output: output,
      exit_code: 0,
      duration: { secs: 1, nanos: 0 },
    };
    if (this.format === 'legacy')
      return this.event('exec_command_end', { call_id: id, turn_id: turnId, ...fields });
    return this.item(turnId, { type: 'CommandExecution', id, ...fields });
  }

  /** An item of a turn has ended, as paginated rollouts record all of them. */
  item(turnId: string, item: JsonObject): this {
    return this.event('item_completed', {
      thread_id: this.threadId,
      turn_id: turnId,
      item,
      completed_at_ms: this.#timeMs + 1000,
    });
  }

  /** A whole turn: begun, a question, answers, and its end. */
  turn({ id, user = `question of ${id}`, agent = [`answer of ${id}`], end = 'completed' }: BuiltTurn): this {
    this.startTurn(id).user(id, user);
    agent.forEach((text, index) =>
      this.agent(id, text, index === agent.length - 1 ? 'final_answer' : 'commentary'),
    );
    if (end === 'completed') this.completeTurn(id);
    if (end === 'interrupted') this.abortTurn(id);
    return this;
  }

  /** Turns with these ids, each with a question and an answer. */
  turns(...ids: string[]): this {
    for (const id of ids) this.turn({ id });
    return this;
  }

  #end(turnId: string): JsonObject {
    const startedAt = this.#started.get(turnId);
    const started = startedAt === undefined ? {} : { started_at: startedAt };
    return { turn_id: turnId, ...started, completed_at: this.#seconds() };
  }

  #seconds(): number {
    return Math.floor(this.#timeMs / 1000) + 1;
  }

  #itemId(): string {
    return `msg-${this.rolloutId.slice(-6)}-${this.#nextItem++}`;
  }
}

/** Makes a rollout of each format. */
export const BUILDERS: readonly ((options?: RolloutOptions) => RolloutBuilder)[] = [
  (options) => RolloutBuilder.legacy(options),
  (options) => RolloutBuilder.paginated(options),
];

/** `turn-1` to `turn-<count>`. */
export function turnIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `turn-${index + 1}`);
}
