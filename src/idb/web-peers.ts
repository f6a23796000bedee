import type { ThreadEvent } from '../contract/thread-store-client.ts';
import type { Peers } from './peers.ts';

/** The form of the messages between tabs. A tab with another version of the app may send another one. */
const MESSAGE_VERSION = 1;

interface PeerMessage {
  version: typeof MESSAGE_VERSION;
  event: ThreadEvent;
}

/** Peers over Web Locks, which end with their holder however it ends, and BroadcastChannel. */
export class WebPeers implements Peers {
  readonly #prefix: string;
  readonly #locks: LockManager;
  readonly #channel: BroadcastChannel;
  readonly #held = new Set<() => void>();
  #isClosed = false;

  constructor(databaseName: string, locks: LockManager, onEvent: (event: ThreadEvent) => void) {
    this.#prefix = `idb-thread-store:${databaseName}`;
    this.#locks = locks;
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
    const { held = [] } = await this.#locks.query();
    return held.some(({ name }) => name === this.#writerOf(threadId));
  }

  exclusively<T>(body: () => Promise<T>): Promise<T> {
    return this.#locks.request(`${this.#prefix}:import`, body);
  }

  post(event: ThreadEvent): void {
    // What was under way when the store was closed may still commit; a closed channel would throw.
    if (this.#isClosed) return;
    this.#channel.postMessage({ version: MESSAGE_VERSION, event } satisfies PeerMessage);
  }

  close(): void {
    this.#isClosed = true;
    this.#channel.close();
    for (const release of this.#held) release();
  }

  #writerOf(threadId: string): string {
    return `${this.#prefix}:thread:${threadId}`;
  }
}
