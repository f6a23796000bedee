import type { StorageStatus } from '../contract/thread-store-client.ts';

/** What the platform tells of its storage. Where it does not say, the field is absent. */
export async function storageStatus(
  engine: StorageStatus['engine'],
  mode: StorageStatus['mode'],
): Promise<StorageStatus> {
  const storage = globalThis.navigator?.storage;
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => undefined),
    storage?.persisted?.().catch(() => undefined),
  ]);
  return {
    engine,
    mode,
    ...(persisted === undefined ? {} : { persisted }),
    ...(estimate?.usage === undefined ? {} : { usage: estimate.usage }),
    ...(estimate?.quota === undefined ? {} : { quota: estimate.quota }),
  };
}
