/**
 * Asks the browser never to evict what this site has stored, as it may do when space runs short, and in Safari after
 * seven days without a visit. Some browsers ask the person, so call it once there is something worth keeping. Pages
 * only: workers cannot ask.
 * @returns whether it is promised now; `status()` tells so later as `persisted`
 */
export async function requestPersistence(): Promise<boolean> {
  // Absent outside of secure contexts; it may fail where storage is denied.
  return (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
}
