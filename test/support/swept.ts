import { openPeers } from '../../src/idb/open-peers.ts';

/**
 * Waits until all is cleared that was to be: sweeps come one after the other.
 * @param factory the one that the stores were opened with
 */
export async function swept(name: string, factory = indexedDB): Promise<void> {
  const peers = openPeers(factory, name, () => undefined);
  await peers.exclusively('sweep', () => Promise.resolve());
  peers.close();
}
