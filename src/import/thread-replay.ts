import { createProjection } from '../rollout/create-projection.ts';
import type { ParsedLine } from '../rollout/line.ts';
import type { Projection, Surface } from '../rollout/projection.ts';
import { addToThreadMetadata, emptyThreadMetadata, type ThreadMetadata } from '../rollout/thread-metadata.ts';
import { baseLines } from './base-lines.ts';
import { formerPreview } from './former-preview.ts';
import type { ImportStage, ImportTarget, PublishedThread, RolloutRecord } from './import-target.ts';

/** What a replay is made of. */
export interface ReplayOptions {
  target: ImportTarget;
  stage: ImportStage;
  rollout: RolloutRecord;
  /** The line that says who the thread is: it comes first, wherever the thread's history begins. */
  head: ParsedLine;
  surface: Surface;
  signal: AbortSignal | undefined;
}

/** Makes a thread's turns, items and metadata from its lines, which may lie in several rollouts. */
export class ThreadReplay {
  readonly #target: ImportTarget;
  readonly #surface: Surface;
  readonly #projection: Projection;
  readonly #metadata: ThreadMetadata = emptyThreadMetadata();
  #missingBase: string | undefined;

  private constructor({ target, surface, head }: ReplayOptions, projection: Projection) {
    this.#target = target;
    this.#surface = surface;
    this.#projection = projection;
    addToThreadMetadata(this.#metadata, head);
  }

  /** Begins with what comes before the rollout's own lines. */
  static async begin(options: ReplayOptions): Promise<ThreadReplay> {
    const { target, rollout, stage, surface, signal } = options;
    const projection = await createProjection(stage.book, { format: rollout.format, surface });
    const replay = new ThreadReplay(options, projection);
    const skipTo = ({ counters }: RolloutRecord) => counters && stage.book.skipTo(counters);
    const base = baseLines(target, rollout);
    let batch = await base.next();
    for (; !batch.done; batch = await base.next()) {
      signal?.throwIfAborted();
      skipTo(batch.value.rollout);
      await replay.apply(batch.value.lines);
      await stage.write();
    }
    skipTo(rollout);
    replay.#missingBase = batch.value;
    return replay;
  }

  /** Applies the next lines. */
  async apply(lines: Iterable<ParsedLine>): Promise<void> {
    for (const line of lines) {
      const waiting = this.#projection.apply(line);
      if (waiting) await waiting;
      addToThreadMetadata(this.#metadata, line);
    }
  }

  /** The thread as it stands after these lines; `rollout` as it is then. */
  async thread(rollout: RolloutRecord): Promise<PublishedThread> {
    // It is not what the user wrote first here: what is written next takes its place.
    this.#metadata.preview ||= await formerPreview(this.#target, rollout);
    return {
      threadId: rollout.threadId,
      rollout,
      ...(this.#missingBase === undefined ? {} : { missingBase: this.#missingBase }),
      metadata: this.#metadata,
      surface: this.#surface,
      projection: this.#projection,
    };
  }
}
