import type { ThreadEvent } from '../contract/thread-store-client.ts';
import type { Peers, Work } from './peers.ts';

/** The form of the messages between tabs. A tab with another version of the app may send another one. */
const MESSAGE_VERSION = 1;

/** How often threads that are being written elsewhere are looked at: a tab that is killed has no time to tell. */
const LOOK_MS = 1000;

interface PeerMessage {
  version: typeof MESSAGE_VERSION;
  event: ThreadEvent;
}

/** Peers over Web Locks, which end with their holder however it ends, and BroadcastChannel. */
export class WebPeers implements Peers {
  readonly #prefix: string;
  readonly #locks: LockManager;
  readonly #channel: BroadcastChannel;
  readonly #onEvent: (event: ThreadEvent) => void;
  readonly #held = new Set<() => void>();
  /** Threads that were read while they were written. */
  readonly #watched = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(databaseName: string, locks: LockManager, onEvent: (event: ThreadEvent) => void) {
    this.#prefix = `idb-thread-store:${databaseName}`;
    this.#locks = locks;
    this.#onEvent = onEvent;
    this.#channel = new BroadcastChannel(this.#prefix);
    this.#channel.onmessage = ({ data }: MessageEvent<PeerMessage>) => {
      if (data.version === MESSAGE_VERSION) onEvent(data.event);
    };
  }

  lockWriter(threadId: string): Promise<(() => void) | undefined> {
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (!lock) {
          resolve(undefined);
          return undefined;
        }
        return new Promise((end) => {
          const release = () => {
            this.#held.delete(release);
            end();
          };
          this.#held.add(release);
          resolve(release);
        });
      };
      this.#locks.request(this.#writerOf(threadId), { ifAvailable: true }, hold).catch(reject);
    });
  }

  async isWritten(threadId: string): Promise<boolean> {
    const isWritten = await this.#writes();
    const answer = isWritten(threadId);
    if (answer && !this.#isClosed) {
      this.#watched.add(threadId);
      this.#timer ??= this.#lookLater();
    }
    return answer;
  }

  exclusively<T>(work: Work, body: () => Promise<T>): Promise<T> {
    return this.#locks.request(`${this.#prefix}:${work}`, body);
  }

  post(event: ThreadEvent): void {
    // What was under way when the store was closed may still commit; a closed channel would throw.
    if (this.#isClosed) return;
    this.#channel.postMessage({ version: MESSAGE_VERSION, event } satisfies PeerMessage);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#channel.close();
    for (const release of this.#held) release();
  }

  /** Tells of each thread whose writer is gone: a turn that was in progress is interrupted now. */
  async #look(): Promise<void> {
    const isWritten = await this.#writes();
    if (this.#isClosed) return;
    for (const threadId of this.#watched) {
      if (isWritten(threadId)) continue;
      this.#watched.delete(threadId);
      this.#onEvent({ type: 'threadChanged', threadId });
    }
    this.#timer = this.#watched.size === 0 ? undefined : this.#lookLater();
  }

  #lookLater(): ReturnType<typeof setTimeout> {
    // A page that is going away may look no more, and need not.
    return setTimeout(() => void this.#look().catch(() => undefined), LOOK_MS);
  }

  /** Which threads any store has the right to write, now. */
  async #writes(): Promise<(threadId: string) => boolean> {
    const { held = [] } = await this.#locks.query();
    const names = new Set(held.map(({ name }) => name));
    return (threadId) => names.has(this.#writerOf(threadId));
  }

  #writerOf(threadId: string): string {
    return `${this.#prefix}:thread:${threadId}`;
  }
}
