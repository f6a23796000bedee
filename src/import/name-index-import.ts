import type { RolloutFile } from '../contract/rollout-import.ts';
import type { GivenName } from '../contract/thread-edits.ts';
import { CountedLines } from './counted-lines.ts';
import { FileRun } from './file-run.ts';
import type { ImportTarget } from './import-target.ts';
import { parseNameLine } from './name-index.ts';

/**
 * The import of the names that people gave their threads in Codex: rollouts do not have them. A name is added at the
 * file's end whenever it is given, so that the last one of a thread counts.
 */
export class NameIndexImport extends FileRun {
  readonly #target: ImportTarget;
  readonly #names = new Map<string, GivenName>();

  constructor(target: ImportTarget, file: RolloutFile, signal: AbortSignal | undefined) {
    super(file, signal, new CountedLines());
    this.#target = target;
    this.result = { outcome: 'unchanged' };
  }

  /** Reads the names. */
  async run(): Promise<void> {
    for await (const batch of this.read())
      for (const text of this.lines.count(batch)) {
        const line = parseNameLine(text);
        if (typeof line === 'string') this.lines.reject(line);
        else this.#names.set(line.threadId, line);
      }
  }

  override fail(error: unknown): void {
    this.#names.clear();
    super.fail(error);
  }

  /** Gives the names to threads, those of the files around it too: it mostly comes before them. */
  async giveNames(): Promise<void> {
    for (const threadId of await this.#target.nameThreads(this.#names)) {
      this.changedThreads.add(threadId);
      this.result = { outcome: 'imported' };
    }
  }
}
