/**
 * IndexedDB's events as promises. The `idb` package would do this, too, but it tells its objects apart by the
 * platform's global classes, which are not there where an app injects its own IndexedDB.
 */

/** The result of a request. */
export function result<T>(request: IDBRequest<T>): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  // Whoever waits hears of it. Who went away, because something else of the transaction failed, need not.
  answer.catch(() => undefined);
  return answer;
}

/** Resolves once the transaction has committed. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'));
  });
}

/** Aborts a transaction, and gives whether that ended it: it had not ended, and was not about to commit. */
export function abort(transaction: IDBTransaction): boolean {
  try {
    transaction.abort();
    return true;
  } catch {
    return false;
  }
}

/** Has a transaction commit without waiting until its requests were answered, which costs one more way there and back. */
export function commitNow(transaction: IDBTransaction): void {
  try {
    transaction.commit();
  } catch {
    // It commits already, or has ended.
  }
}
