import { Snapshot } from '../state/snapshot.ts';

/** How far the viewer is with working offline. */
export interface OfflineState {
  /**
   * - `unavailable`: this browser, or this page, cannot keep the viewer's files
   * - `preparing`: they are on their way
   * - `ready`: the viewer opens without a network
   */
  files: 'unavailable' | 'preparing' | 'ready';
  /** Whether a newer release is here and waits to be used. */
  updateWaits: boolean;
  /** How many other pages kept the newer release from being used when that was last asked for. */
  openElsewhere: number;
}

/** How often a page that stays open looks for a newer release, in milliseconds. */
const lookEveryMs = 3_600_000;

/**
 * The service worker, as the page sees it. A newer release is never used by itself while a page is open: its database
 * may be newer, too.
 */
class OfflineApp {
  readonly snapshot = new Snapshot<OfflineState>({
    files: 'unavailable',
    updateWaits: false,
    openElsewhere: 0,
  });
  #registration: ServiceWorkerRegistration | undefined;

  /**
   * Keeps the viewer's files, and looks for newer ones now and then.
   * @param script the service worker's address
   */
  async start(script: URL): Promise<void> {
    // Absent on pages that are not secure, and in some private windows.
    if (!('serviceWorker' in navigator)) return;
    const workers = navigator.serviceWorker;
    // Without one this page is from the network, and the first worker that comes along has nothing newer.
    let isServed = workers.controller !== null;
    workers.addEventListener('controllerchange', () => {
      if (isServed) location.reload();
      isServed = true;
    });
    try {
      this.#set({ files: 'preparing' });
      const registration = await workers.register(script, { updateViaCache: 'none' });
      this.#registration = registration;
      registration.addEventListener('updatefound', () => this.#follow(registration));
      this.#follow(registration);
      setInterval(() => void registration.update().catch(() => undefined), lookEveryMs);
    } catch {
      this.#set({ files: 'unavailable' });
    }
  }

  /** Uses the newer release, and loads the page anew with it; not while other pages have the older one open. */
  readonly update = (): void => {
    const waiting = this.#registration?.waiting;
    if (!waiting) return;
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }: MessageEvent<number>) => {
      this.#set({ openElsewhere: data });
      port1.close();
    });
    port1.start();
    waiting.postMessage('activate', [port2]);
  };

  #follow({ installing, waiting, active }: ServiceWorkerRegistration): void {
    const look = () => {
      const registration = this.#registration;
      if (!registration) return;
      const isReady = registration.active !== null;
      const files = isReady ? 'ready' : registration.installing ? 'preparing' : 'unavailable';
      this.#set({ files, updateWaits: isReady && registration.waiting !== null });
    };
    for (const worker of [installing, waiting, active]) worker?.addEventListener('statechange', look);
    look();
  }

  #set(change: Partial<OfflineState>): void {
    this.snapshot.set({ ...this.snapshot.get(), ...change });
  }
}

/** The one of this page. */
export const offlineApp = new OfflineApp();
