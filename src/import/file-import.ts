import { ThreadStoreError } from '../contract/errors.ts';
import type { ImportOptions, RolloutFile } from '../contract/rollout-import.ts';
import type { Surface } from '../rollout/projection.ts';
import { FileRun, type Batches, type FileProgress } from './file-run.ts';
import { identifyRollout, RolloutFileError, type RolloutIdentity } from './identify-rollout.ts';
import type {
  ImportStage,
  ImportTarget,
  PublishedThread,
  RolloutRecord,
  StageOptions,
} from './import-target.ts';
import { lineBatches, type LineBatch } from './line-batches.ts';
import { LineLog } from './line-log.ts';
import { LogComparison } from './log-comparison.ts';
import { rebuildThread, replayLog } from './rebuild-thread.ts';
import { ThreadReplay, type ReplayOptions } from './thread-replay.ts';

/** The import of one rollout file. */
export class FileImport extends FileRun<LineLog> {
  readonly #target: ImportTarget;
  readonly #surface: Surface;
  readonly #onProgress: (progress: FileProgress) => void;

  constructor(
    target: ImportTarget,
    file: RolloutFile,
    options: ImportOptions,
    onProgress: (progress: FileProgress) => void,
  ) {
    super(file, options.signal, new LineLog());
    this.#target = target;
    this.#surface = options.surface ?? 'extended';
    this.#onProgress = onProgress;
  }

  /** @throws what is wrong with the file, or with the store; nothing of the file is visible then. */
  async run(): Promise<void> {
    const batches = this.read();
    try {
      const first = await batches.next();
      if (first.done) throw new RolloutFileError('empty session file');
      const identity = identifyRollout(this.file.name, first.value.lines);
      this.result.threadId = identity.rollout.threadId;
      const all = prepend(first.value, batches);
      const known = await this.#target.rollout(identity.rollout.rolloutId);
      const { threadId } = identity.rollout;
      await this.#target.withThread(threadId, 'importRollouts', async () => {
        await (known ? this.#importAgain(known, all) : this.#importNew(identity, all));
        await this.#recallPreview(threadId);
      });
    } finally {
      await batches.return();
    }
  }

  async #importNew({ rollout, head, archived }: RolloutIdentity, batches: Batches): Promise<void> {
    const others = await this.#target.rolloutsOfThread(rollout.threadId);
    // A thread goes on in the newest of its rollouts; an older one only completes it.
    const isNewest = others.every((other) => other.startedAt <= rollout.startedAt);
    await this.#staged({ rows: isNewest ? rollout.format : undefined, log: 'new' }, async (stage) => {
      const replay = isNewest
        ? await ThreadReplay.begin({ ...this.#replaying(stage), rollout, head })
        : undefined;
      for await (const batch of batches) {
        const lines = [...this.lines.parse(batch)];
        await replay?.apply(lines);
        this.#advance(stage);
        await stage.write(batch.bytes);
      }
      const written = this.lines.complete(rollout);
      const thread = replay && { ...(await replay.thread(written)), archived };
      await stage.publish({ rollout: written, thread });
      this.#note(thread);
    });
    await this.#completeThreadsOn(rollout.rolloutId);
  }

  /** The file is there already: compares it, adds what is new, and makes its thread anew where that changes it. */
  async #importAgain(known: RolloutRecord, batches: Batches): Promise<void> {
    const thread = await this.#target.thread(known.threadId);
    // Without a thread it was deleted, and the file was kept for the sake of its forks.
    const isCurrent = !thread || thread.rolloutId === known.rolloutId;
    const comparison = new LogComparison(this.#target.readLog(known));
    await this.#staged({ rows: isCurrent ? known.format : undefined, log: known }, async (stage) => {
      for await (const batch of batches) {
        const rest = await comparison.restOf(batch.bytes);
        if (rest.length > 0) await stage.write(rest);
        this.#advance(stage);
      }
      const { bytes } = this.progress;
      const grew = bytes > known.bytes;
      const isStale = !thread || grew || thread.outdated || thread.surface !== this.#surface;
      this.result.outcome = !thread ? 'imported' : grew ? 'extended' : 'unchanged';
      if (!isStale) return stage.discard();
      const rollout = grew ? { ...known, bytes } : known;
      const replayed = isCurrent
        ? await replayLog({ ...this.#replaying(stage), rollout }, this.lines)
        : undefined;
      if (!replayed)
        for await (const batch of lineBatches(this.#target.readLog(rollout)))
          for (const _ of this.lines.parse(batch));
      await stage.publish({ rollout: this.lines.complete(known), thread: replayed });
      this.#note(replayed);
    });
    await comparison.close();
    // Also of one that is unchanged: a thread that was being written last time may have been left incomplete.
    await this.#completeThreadsOn(known.rolloutId);
  }

  /** Makes anew the threads that waited for this rollout: forks, and the later parts of its own thread. */
  async #completeThreadsOn(baseId: string, seen = new Set([baseId])): Promise<void> {
    for (const rollout of await this.#target.rolloutsOn(baseId)) {
      if (seen.has(rollout.rolloutId)) continue;
      seen.add(rollout.rolloutId);
      const thread = await this.#target.thread(rollout.threadId);
      if (thread?.rolloutId === rollout.rolloutId && thread.missingBase !== undefined) {
        await this.#complete(rollout, thread.surface);
      }
      await this.#completeThreadsOn(rollout.rolloutId, seen);
    }
  }

  /** Makes a thread anew whose history was incomplete. One that is being written now stays so for this time. */
  async #complete(rollout: RolloutRecord, surface: Surface): Promise<void> {
    const { threadId } = rollout;
    const rebuild = async () => {
      await rebuildThread(this.#target, rollout, surface, this.signal);
      this.changedThreads.add(threadId);
    };
    if (threadId === this.result.threadId) return rebuild();
    await this.#target.withThread(threadId, 'importRollouts', rebuild).catch((error: unknown) => {
      if (!(error instanceof ThreadStoreError) || error.code !== 'conflict') throw error;
    });
  }

  /** Makes a thread anew of which nothing is left: an earlier rollout of it may tell now what it was called. */
  async #recallPreview(threadId: string): Promise<void> {
    if (this.result.outcome === 'unchanged' || this.changedThreads.has(threadId)) return;
    const thread = await this.#target.thread(threadId);
    const rollout = thread?.preview === '' && (await this.#target.rollout(thread.rolloutId));
    if (rollout) await this.#complete(rollout, thread.surface);
  }

  /** What every replay of this import has in common. */
  #replaying(stage: ImportStage): Pick<ReplayOptions, 'target' | 'stage' | 'surface' | 'signal'> {
    return { target: this.#target, stage, surface: this.#surface, signal: this.signal };
  }

  /** Runs `body` with a stage, which is given up when it fails. */
  async #staged(options: StageOptions, body: (stage: ImportStage) => Promise<void>): Promise<void> {
    const stage = await this.#target.stage(options);
    try {
      await body(stage);
    } catch (error) {
      // What went wrong first is what the caller must hear; what stays behind is swept later.
      await stage.discard().catch(() => undefined);
      throw error;
    }
  }

  #note(thread: PublishedThread | undefined): void {
    if (!thread) return;
    this.changedThreads.add(thread.threadId);
    if (thread.missingBase !== undefined) this.result.missingBase = thread.missingBase;
  }

  #advance(stage: ImportStage): void {
    this.progress.items = stage.itemCount;
    this.#onProgress(this.progress);
  }
}

async function* prepend(first: LineBatch, rest: Batches): Batches {
  yield first;
  yield* rest;
}
